// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema_format.h"

#include <QDate>
#include <QHash>
#include <QStringList>

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core::schema {

namespace {

#define DS_DATE R"(\d{4}-\d\d-\d\d)"
#define DS_TIME R"(([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[-+]([01]\d|2[0-3]):[0-5]\d))"
#define DS_LABEL R"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)"
#define DS_HOST DS_LABEL R"((\.)" DS_LABEL ")*"
#define DS_ATOM R"([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)"
#define DS_POINTER R"((\/([^~/]|~[01])*)*)"
#define DS_VARIABLE R"([A-Za-z0-9_.%]+(:[1-9]\d{0,3}|\*)?)"

// RFC 3986; RFC 3987 with MORE being the characters beyond ASCII.
#define DS_HEX R"(%[0-9A-Fa-f]{2})"
#define DS_NAME(MORE) "([A-Za-z0-9._~!$&'()*+,;=" MORE "-]|" DS_HEX ")*"
#define DS_CHARS(MORE, OTHER) "([A-Za-z0-9._~!$&'()*+,;=:@" MORE OTHER "-]|" DS_HEX ")"
#define DS_SCHEME "[A-Za-z][A-Za-z0-9+.-]*:"
#define DS_AUTHORITY(MORE)                                                                                             \
    "(([A-Za-z0-9._~!$&'()*+,;=:" MORE "-]|" DS_HEX R"()*@)?(\[[0-9A-Fa-f:.]+\]|)" DS_NAME(MORE) R"()(:\d*)?)"
#define DS_PATH_AND_REST(MORE)                                                                                         \
    "(\\/\\/" DS_AUTHORITY(MORE) "(\\/" DS_CHARS(MORE, "") "*)*|(?!\\/\\/)" DS_CHARS(                                  \
        MORE, "/") "*)"                                                                                                \
                   "(\\?" DS_CHARS(MORE, "/?") "*)?(#" DS_CHARS(MORE, "/?") "*)?$"
#define DS_RELATIVE(MORE) "(" DS_SCHEME R"(|(?![^/?#]*:)))" DS_PATH_AND_REST(MORE)
#define DS_INTERNATIONAL R"(\u{A0}-\u{10FFFF})"

bool isDate(const QString &text)
{
    return QDate::fromString(text.first(10), Qt::ISODate).isValid();
}

bool isShortHost(const QString &text)
{
    return text.size() <= 253;
}

bool isGroup(const QString &group)
{
    bool isHex = false;
    group.toUInt(&isHex, 16);
    return isHex && group.size() <= 4 && !group.startsWith(u'+');
}

bool isIpv4(const QString &text)
{
    return matchFormat(*findFormat("ipv4"), text) == Pattern::Verdict::Match;
}

// The groups on one side of "::"; -1 when one is wrong. The last one of the address may be an IPv4 address, worth two.
int countGroups(const QString &side, bool mayEndInIpv4)
{
    if (side.isEmpty())
        return 0;
    QStringList groups = side.split(u':');
    int count = 0;
    if (mayEndInIpv4 && groups.last().contains(u'.')) {
        if (!isIpv4(groups.takeLast()))
            return -1;
        count = 2;
    }
    return std::ranges::all_of(groups, isGroup) ? count + static_cast<int>(groups.size()) : -1;
}

bool isIpv6(const QString &text)
{
    const qsizetype gap = text.indexOf("::"_L1);
    if (gap < 0)
        return countGroups(text, true) == 8;
    const int before = countGroups(text.first(gap), false);
    const int after = countGroups(text.sliced(gap + 2), true);
    return before >= 0 && after >= 0 && before + after <= 7;
}

bool isPattern(const QString &text)
{
    return Pattern::compile(text).has_value();
}

constexpr std::array<Format, 17> kFormats{{
    {"date", "a date such as 2026-01-31", "^" DS_DATE "$", isDate},
    {"time", "a time with its zone, such as 09:30:00Z", "^" DS_TIME "$"},
    {"date-time", "a date and time such as 2026-01-31T09:30:00Z", "^" DS_DATE "[Tt]" DS_TIME "$", isDate},
    {"email", "an e-mail address", "^" DS_ATOM R"((\.)" DS_ATOM ")*@" DS_HOST "$"},
    {"idn-email", "an e-mail address", R"(^[^\s@]+@[^\s@]+$)"},
    {"hostname", "a host name", "^" DS_HOST "$", isShortHost},
    {"ipv4", "an IPv4 address", R"(^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?!$)|$)){4}$)"},
    {"ipv6", "an IPv6 address", R"(^[0-9A-Fa-f:.]{2,45}$)", isIpv6},
    {"uri", "an address with its scheme, such as https://example.org/", "^" DS_SCHEME DS_PATH_AND_REST("")},
    {"uri-reference", "an address or a part of one", "^" DS_RELATIVE("")},
    {"iri", "an address with its scheme, such as https://example.org/",
     "^" DS_SCHEME DS_PATH_AND_REST(DS_INTERNATIONAL)},
    {"iri-reference", "an address or a part of one", "^" DS_RELATIVE(DS_INTERNATIONAL)},
    {"uuid", "a UUID", "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"},
    {"json-pointer", "a JSON pointer such as /tasks/0", "^" DS_POINTER "$"},
    {"relative-json-pointer", "a relative JSON pointer such as 1/name", R"(^(0|[1-9]\d*)(#|)" DS_POINTER ")$"},
    {"uri-template", "an address with {variables}",
     R"(^([^\x00-\x20"'<>\\^`{|}%]|)" DS_HEX R"(|\{[+#./;?&=,!@|]?)" DS_VARIABLE "(," DS_VARIABLE R"()*\})*$)"},
    {"regex", "a regular expression of ECMAScript", nullptr, isPattern},
}};

// Compiled once; all of them are tried by the tests.
const Pattern *patternOf(const Format &format)
{
    static const QHash<const Format *, Pattern> patterns = [] {
        QHash<const Format *, Pattern> made;
        for (const Format &each : kFormats) {
            if (each.pattern)
                made.insert(&each, Pattern::compile(QString::fromLatin1(each.pattern)).value());
        }
        return made;
    }();
    const auto found = patterns.constFind(&format);
    return found == patterns.cend() ? nullptr : &*found;
}

} // namespace

const Format *findFormat(QByteArrayView name)
{
    const auto *found = std::ranges::find_if(kFormats, [name](const Format &format) { return name == format.name; });
    return found == kFormats.end() ? nullptr : &*found;
}

Pattern::Verdict matchFormat(const Format &format, const QString &text)
{
    if (const Pattern *pattern = patternOf(format)) {
        const Pattern::Verdict verdict = pattern->match(text);
        if (verdict != Pattern::Verdict::Match)
            return verdict;
    }
    return !format.also || format.also(text) ? Pattern::Verdict::Match : Pattern::Verdict::NoMatch;
}

} // namespace dragonscales::core::schema
