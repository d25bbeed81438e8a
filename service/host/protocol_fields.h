// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"
#include "core/json/writer.h"
#include "host/protocol.h"

#include <QString>

// How the two halves of the protocol read and write members. What is absent or of another type reads as empty or 0.
namespace dragonscales::host::protocol {

inline QByteArray bytesIn(const core::json::Value &object, QByteArrayView name)
{
    const core::json::Value *value = object.find(name);
    return value != nullptr && value->isText() ? value->text() : QByteArray();
}

inline QString textIn(const core::json::Value &object, QByteArrayView name)
{
    return QString::fromUtf8(bytesIn(object, name));
}

inline qint64 integerIn(const core::json::Value &object, QByteArrayView name)
{
    const core::json::Value *value = object.find(name);
    return value != nullptr && value->isNumber() ? value->integer() : 0;
}

inline bool boolIn(const core::json::Value &object, QByteArrayView name)
{
    const core::json::Value *value = object.find(name);
    return value != nullptr && value->isBool() && value->boolean();
}

// HTTP headers. Their values are bytes; each travels as the character of its number (ISO 8859-1).
QByteArray pairsText(const QList<QPair<QByteArray, QByteArray>> &pairs);
QList<QPair<QByteArray, QByteArray>> pairsOf(const core::json::Value *value); // may be null

void writePassed(const PassedResult &result, core::json::ObjectWriter *writer);
PassedResult passedIn(const core::json::Value &object);

} // namespace dragonscales::host::protocol
