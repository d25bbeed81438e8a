// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/json/reader.h"

#include "core/json/text_scanner.h"

namespace dragonscales::core::json {

namespace {

constexpr char kExpectingValue[] = "Expecting value";
constexpr char kExpectingName[] = "Expecting property name enclosed in double quotes";
constexpr char kExpectingColon[] = "Expecting ':' delimiter";
constexpr char kExpectingComma[] = "Expecting ',' delimiter";
constexpr char kExtraData[] = "Extra data";
constexpr char kByteOrderMark[] = "Unexpected UTF-8 BOM (decode using utf-8-sig)";
constexpr char kNotUtf8[] = "The text is not UTF-8";

bool isContinuation(char c)
{
    return (static_cast<uchar>(c) & 0xC0U) == 0x80U;
}

qsizetype codePoints(QByteArrayView text)
{
    qsizetype count = 0;
    for (const char c : text)
        count += isContinuation(c) ? 0 : 1;
    return count;
}

qsizetype firstBadByte(QByteArrayView text)
{
    qsizetype at = 0;
    while (at < text.size()) {
        qsizetype next = at + 1;
        while (next < text.size() && isContinuation(text[next]))
            ++next;
        if (!text.sliced(at, next - at).isValidUtf8())
            break;
        at = next;
    }
    return at;
}

} // namespace

// Makes the tree in one pass and without recursion. A pointer to an open container stays valid while it is open:
// only the innermost one grows.
class TreeBuilder
{
public:
    explicit TreeBuilder(QByteArrayView text)
        : m_text(text)
    {
    }

    // False: see fault().
    bool build(Value *root)
    {
        skipSpace();
        if (!readValue(root))
            return false;
        while (!m_open.empty()) {
            if (!readNext(m_open.back()))
                return false;
        }
        skipSpace();
        return m_at == m_text.size() || fail(kExtraData);
    }

    ScanFault fault() const { return m_fault; }
    bool isTooDeep() const { return m_tooDeep; }

private:
    struct Open
    {
        Value *container;
        bool isEmpty; // as far as read
    };

    bool fail(const char *message)
    {
        m_fault = {message, m_at};
        return false;
    }

    bool next(char c) const { return m_at < m_text.size() && m_text[m_at] == c; }

    void skipSpace()
    {
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c != ' ' && c != '\n' && c != '\t' && c != '\r')
                return;
            ++m_at;
        }
    }

    // Goes on in the innermost container: its end, or one more item or member.
    bool readNext(Open &open)
    {
        const bool isObject = open.container->isObject();
        skipSpace();
        if (next(isObject ? '}' : ']')) {
            open.container->m_end = ++m_at;
            m_open.pop_back();
            return true;
        }
        if (!open.isEmpty) {
            if (!next(','))
                return fail(kExpectingComma);
            ++m_at;
            skipSpace();
        }
        open.isEmpty = false;
        return isObject ? readMember(open.container) : readValue(&open.container->m_items.emplace_back());
    }

    bool readMember(Value *object)
    {
        if (!next('"'))
            return fail(kExpectingName);
        Value::Member &member = object->m_members.emplace_back();
        member.nameBegin = m_at;
        if (!readText(&member.name))
            return false;
        skipSpace();
        if (!next(':'))
            return fail(kExpectingColon);
        ++m_at;
        skipSpace();
        return readValue(&member.value);
    }

    bool readText(QByteArray *text)
    {
        m_fault = scanText(m_text, &m_at, text);
        return !m_fault.message;
    }

    // A whole scalar, or the opening of a container.
    bool readValue(Value *value)
    {
        value->m_begin = m_at;
        switch (m_at < m_text.size() ? m_text[m_at] : '\0') {
        case '{':
            return open(value, Value::Type::Object);
        case '[':
            return open(value, Value::Type::Array);
        case '"':
            value->m_type = Value::Type::Text;
            return readText(&value->m_text) && close(value);
        case 't':
            value->m_boolean = true;
            return readWord("true", value, Value::Type::Boolean);
        case 'f':
            return readWord("false", value, Value::Type::Boolean);
        case 'n':
            return readWord("null", value, Value::Type::Null);
        default:
            return readNumber(value);
        }
    }

    bool readWord(QByteArrayView word, Value *value, Value::Type type)
    {
        if (!m_text.sliced(m_at).startsWith(word))
            return fail(kExpectingValue);
        value->m_type = type;
        m_at += word.size();
        return close(value);
    }

    bool readNumber(Value *value)
    {
        const qsizetype length = numberLength(m_text, m_at);
        if (length == 0)
            return fail(kExpectingValue);
        value->m_type = Value::Type::Number;
        value->m_text = m_text.sliced(m_at, length).toByteArray();
        m_at += length;
        return close(value);
    }

    bool close(Value *value)
    {
        value->m_end = m_at;
        return true;
    }

    bool open(Value *value, Value::Type type)
    {
        value->m_type = type;
        m_tooDeep = m_open.size() == kMaxDepth;
        if (m_tooDeep)
            return fail("Nested too deeply");
        m_open.push_back({value, true});
        ++m_at;
        return true;
    }

    QByteArrayView m_text;
    qsizetype m_at = 0;
    std::vector<Open> m_open;
    ScanFault m_fault;
    bool m_tooDeep = false;
};

namespace {

ParseError errorAt(QByteArrayView text, ParseError::Kind kind, const char *message, qsizetype offset)
{
    return {kind, message, codePoints(text.first(offset)), positionOf(text, offset)};
}

} // namespace

tl::expected<Value, ParseError> read(QByteArrayView text)
{
    if (!text.isValidUtf8())
        return tl::unexpected(errorAt(text, ParseError::Kind::NotUtf8, kNotUtf8, firstBadByte(text)));
    if (text.startsWith("\xEF\xBB\xBF"))
        return tl::unexpected(errorAt(text, ParseError::Kind::Syntax, kByteOrderMark, 0));
    TreeBuilder builder(text);
    Value root;
    if (builder.build(&root))
        return root;
    const auto kind = builder.isTooDeep() ? ParseError::Kind::TooDeep : ParseError::Kind::Syntax;
    return tl::unexpected(errorAt(text, kind, builder.fault().message, builder.fault().offset));
}

Position positionOf(QByteArrayView text, qsizetype offset)
{
    const QByteArrayView before = text.first(qBound<qsizetype>(0, offset, text.size()));
    const qsizetype lineBegin = before.lastIndexOf('\n') + 1;
    Position position;
    position.offset = before.size();
    position.line = static_cast<int>(before.count('\n')) + 1;
    position.column = static_cast<int>(codePoints(before.sliced(lineBegin))) + 1;
    return position;
}

QByteArray ParseError::withPosition() const
{
    return message + ": line " + QByteArray::number(position.line) + " column " + QByteArray::number(position.column) +
           " (char " + QByteArray::number(characters) + ')';
}

} // namespace dragonscales::core::json
