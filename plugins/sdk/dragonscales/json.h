// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonValue>

#include <optional>

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
    // Undefined when the text is not JSON.
    QJsonValue value() const
    {
        const QJsonDocument wrapped = QJsonDocument::fromJson('[' + m_text + ']');
        return wrapped.isArray() ? wrapped.array().at(0) : QJsonValue(QJsonValue::Undefined);
    }
    QJsonObject object() const { return value().toObject(); }

    // The member's text as it was written, big numbers and order of keys included; nothing unless this is an object
    // that has it. Of equal keys the last one counts. `name` is UTF-8.
    std::optional<Json> member(QByteArrayView name) const;

private:
    static qsizetype skipSpace(QByteArrayView text, qsizetype at);
    static qsizetype skipString(QByteArrayView text, qsizetype at);
    static qsizetype skipValue(QByteArrayView text, qsizetype at);
    static bool isKey(QByteArrayView quoted, QByteArrayView name);

    QByteArray m_text = "null";
};

inline qsizetype Json::skipSpace(QByteArrayView text, qsizetype at)
{
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
        ++at;
    }
    return at;
}

// Behind the string that begins at `at`.
inline qsizetype Json::skipString(QByteArrayView text, qsizetype at)
{
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') {
            ++at;
        }
    }
    return qMin(at + 1, text.size());
}

// Behind the value that begins at `at`; the text has been checked, so brackets match.
inline qsizetype Json::skipValue(QByteArrayView text, qsizetype at)
{
    int depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"') {
            at = skipString(text, at);
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
            break;
        }
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        ++at;
    }
    return at;
}

inline bool Json::isKey(QByteArrayView quoted, QByteArrayView name)
{
    if (!quoted.contains('\\')) {
        return quoted.sliced(1, quoted.size() - 2) == name;
    }
    return Json(quoted.toByteArray()).value().toString().toUtf8() == name;
}

inline std::optional<Json> Json::member(QByteArrayView name) const
{
    const QByteArrayView text(m_text);
    std::optional<Json> found;
    qsizetype at = skipSpace(text, 0);
    if (at >= text.size() || text[at] != '{') {
        return found;
    }
    at = skipSpace(text, at + 1);
    while (at < text.size() && text[at] == '"') {
        const qsizetype keyEnd = skipString(text, at);
        const QByteArrayView key = text.sliced(at, keyEnd - at);
        const qsizetype valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1); // behind the colon
        const qsizetype valueEnd = skipValue(text, valueStart);
        if (isKey(key, name) && valueStart < valueEnd) {
            found = Json(text.sliced(valueStart, valueEnd - valueStart).trimmed().toByteArray());
        }
        at = skipSpace(text, valueEnd + 1); // behind the comma
    }
    return found;
}

} // namespace dragonscales::sdk
