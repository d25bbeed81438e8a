// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"

#include <QString>

// How the two halves of the protocol read members. What is absent or of another type reads as empty or 0.
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

} // namespace dragonscales::host::protocol
