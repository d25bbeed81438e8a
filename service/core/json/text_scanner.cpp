// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/json/text_scanner.h"

#include <QChar>

namespace dragonscales::core::json {

namespace {

constexpr char kUnterminated[] = "Unterminated string starting at";
constexpr char kBadEscape[] = "Invalid \\escape";
constexpr char kBadUnicodeEscape[] = "Invalid \\uXXXX escape";
constexpr char kControlCharacter[] = "Invalid control character at";

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

// What a backslash and `c` stand for; 0: nothing.
char plainEscape(char c)
{
    switch (c) {
    case '"':
    case '\\':
    case '/':
        return c;
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return 0;
    }
}

void appendUtf8(QByteArray *text, char32_t c)
{
    if (c < 0x80) {
        *text += static_cast<char>(c);
        return;
    }
    if (c < 0x800) {
        *text += static_cast<char>(0xC0U | (c >> 6));
    } else {
        if (c < 0x10000) {
            *text += static_cast<char>(0xE0U | (c >> 12));
        } else {
            *text += static_cast<char>(0xF0U | (c >> 18));
            *text += static_cast<char>(0x80U | ((c >> 12) & 0x3FU));
        }
        *text += static_cast<char>(0x80U | ((c >> 6) & 0x3FU));
    }
    *text += static_cast<char>(0x80U | (c & 0x3FU));
}

class TextScanner
{
public:
    TextScanner(QByteArrayView source, qsizetype quote, QByteArray *text)
        : m_source(source)
        , m_quote(quote)
        , m_at(quote + 1)
        , m_text(text)
    {
    }

    ScanFault scan()
    {
        while (!m_fault.message) {
            const qsizetype run = m_at;
            skipPlain();
            if (atEnd())
                return {kUnterminated, m_quote};
            m_text->append(m_source.sliced(run, m_at - run));
            const char c = m_source[m_at++];
            if (c == '"')
                return {};
            if (c == '\\')
                readEscape();
            else
                m_fault = {kControlCharacter, m_at - 1};
        }
        return m_fault;
    }

    qsizetype end() const { return m_at; }

private:
    bool atEnd() const { return m_at >= m_source.size(); }

    void skipPlain()
    {
        while (!atEnd()) {
            const char c = m_source[m_at];
            if (c == '"' || c == '\\' || static_cast<uchar>(c) < 0x20)
                return;
            ++m_at;
        }
    }

    void readEscape()
    {
        if (atEnd()) {
            m_fault = {kUnterminated, m_quote};
        } else if (m_source[m_at] == 'u') {
            readUnicodeEscape();
        } else if (const char c = plainEscape(m_source[m_at])) {
            *m_text += c;
            ++m_at;
        } else {
            m_fault = {kBadEscape, m_at - 1};
        }
    }

    void readUnicodeEscape()
    {
        char32_t c = readUnit();
        if (!m_fault.message && QChar::isHighSurrogate(c) && m_source.sliced(m_at).startsWith("\\u")) {
            const qsizetype second = m_at++;
            const char32_t low = readUnit();
            if (QChar::isLowSurrogate(low))
                c = QChar::surrogateToUcs4(static_cast<char16_t>(c), static_cast<char16_t>(low));
            else if (!m_fault.message)
                m_at = second; // an escape of its own
        }
        if (!m_fault.message)
            appendUtf8(m_text, QChar::isSurrogate(c) ? char32_t(QChar::ReplacementCharacter) : c);
    }

    // Four hexadecimal digits behind the 'u' that we stand on. Python also wants something to follow them: a text
    // that ends here is faulty either way, and this is where it says so.
    char32_t readUnit()
    {
        const qsizetype u = m_at++;
        if (m_source.size() - m_at < 5) {
            m_fault = {kBadUnicodeEscape, u};
            return 0;
        }
        char32_t unit = 0;
        for (const qsizetype end = m_at + 4; m_at < end; ++m_at) {
            const int digit = hexDigit(m_source[m_at]);
            if (digit < 0) {
                m_fault = {kBadUnicodeEscape, u};
                return 0;
            }
            unit = unit * 16 + static_cast<char32_t>(digit);
        }
        return unit;
    }

    QByteArrayView m_source;
    qsizetype m_quote;
    qsizetype m_at;
    QByteArray *m_text;
    ScanFault m_fault;
};

} // namespace

ScanFault scanText(QByteArrayView source, qsizetype *offset, QByteArray *text)
{
    TextScanner scanner(source, *offset, text);
    const ScanFault fault = scanner.scan();
    *offset = scanner.end();
    return fault;
}

qsizetype numberLength(QByteArrayView source, qsizetype offset)
{
    const auto is = [source](qsizetype i, auto... chars) { return i < source.size() && ((source[i] == chars) || ...); };
    const auto afterDigits = [source](qsizetype i) {
        while (i < source.size() && source[i] >= '0' && source[i] <= '9')
            ++i;
        return i;
    };
    const qsizetype first = is(offset, '-') ? offset + 1 : offset;
    qsizetype end = is(first, '0') ? first + 1 : afterDigits(first);
    if (end == first)
        return 0;
    // A point or an exponent without digits does not belong to the number.
    if (is(end, '.') && afterDigits(end + 1) > end + 1)
        end = afterDigits(end + 1);
    if (is(end, 'e', 'E')) {
        const qsizetype digits = is(end + 1, '+', '-') ? end + 2 : end + 1;
        if (afterDigits(digits) > digits)
            end = afterDigits(digits);
    }
    return end - offset;
}

} // namespace dragonscales::core::json
