// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema_pattern.h"

#include <optional>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core::schema {

namespace {

// Well under 0.1 s of matching; memory in KiB.
constexpr auto kLimits = "(*LIMIT_MATCH=1000000)(*LIMIT_DEPTH=1000000)(*LIMIT_HEAP=65536)"_L1;
// White space and line ends of ECMAScript, for use in a class.
constexpr auto kSpaces =
    R"(\t\n\x0B\f\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF})"_L1;
constexpr auto kAnyButLineEnd = R"([^\n\r\x{2028}\x{2029}])"_L1;

// Rewrites a pattern of ECMAScript (with its "u" flag, but lenient on needless escapes of punctuation) for PCRE.
class Translator
{
public:
    explicit Translator(const QString &source)
        : m_source(source)
    {
    }

    // Nothing: see fault().
    std::optional<QString> translate()
    {
        while (m_at < m_source.size() && m_fault.isEmpty())
            step();
        if (m_inClass && m_fault.isEmpty())
            m_fault = u"a character class has no end"_s;
        return m_fault.isEmpty() ? std::optional(m_out) : std::nullopt;
    }

    const QString &fault() const { return m_fault; }

private:
    bool next(QStringView text) const { return QStringView(m_source).sliced(m_at).startsWith(text); }

    void step()
    {
        const QChar c = m_source[m_at];
        if (c == u'\\')
            escape();
        else if (m_inClass)
            classCharacter(c);
        else
            plainCharacter(c);
    }

    void plainCharacter(QChar c)
    {
        ++m_at;
        if (c == u'$')
            m_out += uR"(\z)"_s;
        else if (c == u'.')
            m_out += kAnyButLineEnd;
        else if (c == u'[')
            openClass();
        else if (c == u'(')
            openGroup();
        else
            m_out += c;
    }

    void openClass()
    {
        if (next(u"^]")) {
            m_out += uR"([\s\S])"_s;
            m_at += 2;
        } else if (next(u"]")) {
            m_out += u"(?!)"_s;
            ++m_at;
        } else {
            m_out += u'[';
            m_inClass = true;
        }
    }

    void classCharacter(QChar c)
    {
        ++m_at;
        if (c == u']')
            m_inClass = false;
        if (c == u'[')
            m_out += u'\\'; // no POSIX classes
        m_out += c;
    }

    // Only the groups that ECMAScript has: the others of PCRE could recurse, set options or lift the limits.
    void openGroup()
    {
        m_out += u'(';
        if (next(u"*"))
            m_fault = u"nothing to repeat"_s;
        if (!next(u"?"))
            return;
        for (const QStringView kind : {u"?:", u"?=", u"?!", u"?<=", u"?<!", u"?<"}) {
            if (next(kind))
                return;
        }
        m_fault = u"unknown kind of group"_s;
    }

    void escape()
    {
        if (m_at + 1 >= m_source.size()) {
            m_fault = u"a backslash at the end"_s;
            return;
        }
        const QChar c = m_source[m_at + 1];
        if (c == u'u')
            unicodeEscape();
        else if (c == u's' || c == u'S')
            spaceEscape(c == u'S');
        else if (c.unicode() < 0x80 && c.isLetterOrNumber() && !isKept(c))
            m_fault = u"unknown escape \\%1"_s.arg(c);
        else
            keepEscape(c);
    }

    // Letters and digits that mean the same in both behind a backslash.
    static bool isKept(QChar c) { return u"0123456789bBcdDfknpPrtvwWx"_s.contains(c); }

    void keepEscape(QChar c)
    {
        if (c == u'v')
            m_out += uR"(\x0B)"_s; // PCRE: any vertical space
        else if (c == u'0')
            m_out += uR"(\x00)"_s; // PCRE: octal
        else
            m_out += QStringView(m_source).sliced(m_at, 2);
        m_at += 2;
    }

    void spaceEscape(bool negated)
    {
        m_at += 2;
        if (!m_inClass)
            m_out += (negated ? "[^"_L1 : "["_L1) + kSpaces + u']';
        else
            m_out += negated ? QString(uR"(\S)"_s) : QString(kSpaces);
    }

    std::optional<char32_t> hexUnit(qsizetype at) const
    {
        const QStringView digits = QStringView(m_source).mid(at, 4);
        bool isNumber = false;
        const uint unit = digits.toUInt(&isNumber, 16);
        return isNumber && digits.size() == 4 ? std::optional<char32_t>(unit) : std::nullopt;
    }

    void unicodeEscape()
    {
        if (next(u"\\u{")) {
            m_out += uR"(\x)"_s; // the braces read alike
            m_at += 2;
            return;
        }
        std::optional<char32_t> c = hexUnit(m_at + 2);
        if (!c) {
            m_fault = u"\\u without four hexadecimal digits"_s;
            return;
        }
        m_at += 6;
        if (QChar::isHighSurrogate(*c) && next(u"\\u")) {
            const std::optional<char32_t> low = hexUnit(m_at + 2);
            if (low && QChar::isLowSurrogate(*low)) {
                c = QChar::surrogateToUcs4(static_cast<char16_t>(*c), static_cast<char16_t>(*low));
                m_at += 6;
            }
        }
        m_out += uR"(\x{%1})"_s.arg(static_cast<uint>(*c), 0, 16);
    }

    const QString m_source;
    qsizetype m_at = 0;
    bool m_inClass = false;
    QString m_out;
    QString m_fault;
};

} // namespace

Pattern::Pattern(QRegularExpression fast, QRegularExpression patient)
    : m_fast(std::move(fast))
    , m_patient(std::move(patient))
{
}

tl::expected<Pattern, QString> Pattern::compile(const QString &ecmaScript)
{
    Translator translator(ecmaScript);
    const std::optional<QString> translated = translator.translate();
    if (!translated)
        return tl::unexpected(translator.fault());
    QRegularExpression fast(kLimits + *translated);
    if (!fast.isValid())
        return tl::unexpected(fast.errorString());
    QRegularExpression patient("(*NO_JIT)"_L1 + kLimits + *translated);
    fast.optimize(); // now, while no other thread uses them
    patient.optimize();
    return Pattern(std::move(fast), std::move(patient));
}

Pattern::Verdict Pattern::match(const QString &text) const
{
    QRegularExpressionMatch match = m_fast.match(text);
    if (!match.isValid())
        match = m_patient.match(text);
    if (match.hasMatch())
        return Verdict::Match;
    return match.isValid() ? Verdict::NoMatch : Verdict::GaveUp;
}

} // namespace dragonscales::core::schema
