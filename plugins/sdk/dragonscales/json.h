// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonValue>

namespace dragonscales::sdk {

// One JSON value as UTF-8 text. The text travels unchanged; convert only what you look into: QJson sorts keys and
// rounds integers past 2^53.
class Json
{
public:
    Json() = default; // null
    explicit Json(QByteArray text)
        : m_text(std::move(text))
    {
    }
    Json(const QJsonObject &object)
        : m_text(QJsonDocument(object).toJson(QJsonDocument::Compact))
    {
    }
    Json(const QJsonArray &array)
        : m_text(QJsonDocument(array).toJson(QJsonDocument::Compact))
    {
    }
    static Json of(const QJsonValue &value)
    {
        // An array around it, since QJsonDocument wants a container, and off again.
        const QByteArray wrapped = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
        return Json(wrapped.mid(1, wrapped.size() - 2));
    }

    const QByteArray &text() const { return m_text; }
    QJsonValue value() const
    {
        return QJsonDocument::fromJson('[' + m_text + ']').array().at(0);
    }
    QJsonObject object() const { return value().toObject(); }

private:
    QByteArray m_text = "null";
};

} // namespace dragonscales::sdk
