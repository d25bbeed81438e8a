// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/json/writer.h"

#include <algorithm>

namespace dragonscales::core::json {

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

void appendEscaped(QByteArray *out, char c)
{
    switch (c) {
    case '"':
        *out += "\\\"";
        return;
    case '\\':
        *out += "\\\\";
        return;
    case '\b':
        *out += "\\b";
        return;
    case '\f':
        *out += "\\f";
        return;
    case '\n':
        *out += "\\n";
        return;
    case '\r':
        *out += "\\r";
        return;
    case '\t':
        *out += "\\t";
        return;
    default:
        *out += "\\u00";
        *out += kHexDigits[(c >> 4) & 0xF];
        *out += kHexDigits[c & 0xF];
    }
}

bool needsEscape(char c)
{
    return static_cast<uchar>(c) < 0x20 || c == '"' || c == '\\';
}

void appendQuoted(QByteArray *out, QByteArrayView utf8)
{
    *out += '"';
    qsizetype done = 0;
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        if (!needsEscape(utf8[i]))
            continue;
        out->append(utf8.sliced(done, i - done));
        appendEscaped(out, utf8[i]);
        done = i + 1;
    }
    out->append(utf8.sliced(done));
    *out += '"';
}

void appendUnicodeEscape(QByteArray *out, char16_t unit)
{
    *out += "\\u";
    for (const int shift : {12, 8, 4, 0})
        *out += kHexDigits[(unit >> shift) & 0xF];
}

// As Python writes by default: nothing but ASCII.
void appendQuotedAscii(QByteArray *out, QByteArrayView utf8)
{
    const QString text = QString::fromUtf8(utf8);
    *out += '"';
    for (const QChar c : text) {
        const char16_t unit = c.unicode();
        if (unit > 0x7E)
            appendUnicodeEscape(out, unit);
        else if (needsEscape(static_cast<char>(unit)))
            appendEscaped(out, static_cast<char>(unit));
        else
            *out += static_cast<char>(unit);
    }
    *out += '"';
}

void appendScalar(QByteArray *out, const Value &value)
{
    switch (value.type()) {
    case Value::Type::Boolean:
        *out += value.boolean() ? "true" : "false";
        break;
    case Value::Type::Number:
        *out += value.text();
        break;
    default:
        *out += "null";
    }
}

void appendCompact(QByteArray *out, const Value &value)
{
    if (value.isText()) {
        appendQuoted(out, value.text());
    } else if (value.isArray()) {
        char separator = '[';
        for (const Value &item : value.items()) {
            *out += std::exchange(separator, ',');
            appendCompact(out, item);
        }
        *out += value.items().empty() ? "[]" : "]";
    } else if (value.isObject()) {
        char separator = '{';
        for (const Value::Member &member : value.members()) {
            *out += std::exchange(separator, ',');
            appendQuoted(out, member.name);
            *out += ':';
            appendCompact(out, member.value);
        }
        *out += value.members().empty() ? "{}" : "}";
    } else {
        appendScalar(out, value);
    }
}

// Prints one tree as json.dumps(…, indent=4, sort_keys=True) does.
class PrettyPrinter
{
public:
    QByteArray print(const Value &value)
    {
        append(value);
        return m_out;
    }

private:
    void append(const Value &value)
    {
        if (value.isText())
            appendQuotedAscii(&m_out, value.text());
        else if (value.isArray())
            appendArray(value);
        else if (value.isObject())
            appendObject(value);
        else
            appendScalar(&m_out, value);
    }

    void appendArray(const Value &value)
    {
        open('[');
        bool first = true;
        for (const Value &item : value.items()) {
            startLine(std::exchange(first, false));
            append(item);
        }
        close(']', first);
    }

    void appendObject(const Value &value)
    {
        open('{');
        bool first = true;
        for (const Value::Member *member : sortedMembers(value)) {
            startLine(std::exchange(first, false));
            appendQuotedAscii(&m_out, member->name);
            m_out += ": ";
            append(member->value);
        }
        close('}', first);
    }

    // A dict holds the last of repeated names.
    static std::vector<const Value::Member *> sortedMembers(const Value &value)
    {
        std::vector<const Value::Member *> members;
        for (const Value::Member &member : value.members())
            members.push_back(&member);
        std::ranges::stable_sort(members, [](const auto *a, const auto *b) { return a->name < b->name; });
        std::vector<const Value::Member *> last;
        for (const Value::Member *member : members) {
            if (!last.empty() && last.back()->name == member->name)
                last.back() = member;
            else
                last.push_back(member);
        }
        return last;
    }

    void open(char bracket)
    {
        m_out += bracket;
        ++m_depth;
    }

    void close(char bracket, bool empty)
    {
        --m_depth;
        if (!empty)
            m_out += '\n' + QByteArray(4 * m_depth, ' ');
        m_out += bracket;
    }

    void startLine(bool first)
    {
        m_out += first ? "\n" : ",\n";
        m_out += QByteArray(4 * m_depth, ' ');
    }

    QByteArray m_out;
    int m_depth = 0;
};

} // namespace

QByteArray quoted(QByteArrayView utf8)
{
    QByteArray out;
    out.reserve(utf8.size() + 2);
    appendQuoted(&out, utf8);
    return out;
}

QByteArray quoted(const QString &text)
{
    return quoted(QByteArrayView(text.toUtf8()));
}

QByteArray compact(const Value &value)
{
    QByteArray out;
    appendCompact(&out, value);
    return out;
}

QByteArray prettySorted(const Value &value)
{
    return PrettyPrinter().print(value);
}

ObjectWriter &ObjectWriter::add(QByteArrayView name, QByteArrayView rawJson)
{
    if (m_text.size() > 1)
        m_text += ',';
    appendQuoted(&m_text, name);
    m_text += ':';
    m_text.append(rawJson);
    return *this;
}

ObjectWriter &ObjectWriter::addText(QByteArrayView name, const QString &text)
{
    return add(name, quoted(text));
}

ObjectWriter &ObjectWriter::addNumber(QByteArrayView name, qint64 number)
{
    return add(name, QByteArray::number(number));
}

ObjectWriter &ObjectWriter::addBool(QByteArrayView name, bool value)
{
    return add(name, value ? "true" : "false");
}

} // namespace dragonscales::core::json
