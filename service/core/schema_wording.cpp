// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema_wording.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core::schema {

namespace {

// How valijson describes a violation, which keyword that is, and what people read; null: what stands behind `start`.
// An empty message is a fault that only says that a deeper one exists.
struct Wording
{
    const char *start;
    const char *keyword;
    const char *message;
};

constexpr Wording kWordings[] = {
    {"'pattern' ", "pattern", nullptr},
    {"'format' ", "format", nullptr},
    {"'additionalProperties' ", "additionalProperties", nullptr},
    {"'uniqueItems' ", "uniqueItems", nullptr},
    {"Value type not permitted by 'type'", "type", "has the wrong type"},
    {"Failed to match against any enum", "enum", "is none of the permitted values"},
    {"Failed to match expected value set by 'const'", "const", "is not the one permitted value"},
    {"Missing required property ", "required", "lacks the property %1"},
    {"Missing dependency ", "dependencies", "lacks the property %1, which another one needs"},
    {"Expected number less than ", "maximum", "must be less than %1"},
    {"Expected number greater than ", "minimum", "must be greater than %1"},
    {"Value should be a multiple of ", "multipleOf", "must be a multiple of %1"},
    {"String should be no fewer than ", "minLength", "must have at least %1"},
    {"String should be no more than ", "maxLength", "must have at most %1"},
    {"Array should contain no fewer than ", "minItems", "must have at least %1"},
    {"Array should contain no more than ", "maxItems", "must have at most %1"},
    {"Array contains more items", "additionalItems", "has more items than are permitted"},
    {"Cannot validate item", "additionalItems", "has more items than are permitted"},
    {"Object should have no fewer than ", "minProperties", "must have at least %1"},
    {"Object should have no more than ", "maxProperties", "must have at most %1"},
    {"Failed to any values", "contains", "has no item of the kind that it must have"},
    {"Target should not", "not", "is of a kind that is not permitted"},
    {"Failed to validate against any schemas allowed by anyOf", "anyOf", "fits none of the permitted kinds"},
    {"Failed to validate against any child schemas allowed by oneOf", "oneOf", "fits none of the permitted kinds"},
    {"Failed to validate against exactly one", "oneOf", "fits more than one of the permitted kinds"},
    {"Failed to validate", "", ""},
};

QString messageOf(const Wording &wording, const std::string &description)
{
    QString rest = QString::fromStdString(description).mid(static_cast<qsizetype>(qstrlen(wording.start)));
    if (!wording.message) {
        return rest;
    }
    const QString message = QString::fromLatin1(wording.message);
    static const QRegularExpression zeroes(u"\\.0+\\.?$|\\.$| in (length|array)\\.?$"_s);
    rest.remove(zeroes);
    rest.replace(u'\'', u'"');
    return message.contains(u"%1"_s) ? message.arg(rest) : message;
}

} // namespace

Worded wordedAs(const std::string &description)
{
    const auto wording = std::ranges::find_if(
        kWordings, [&description](const Wording &each) { return description.starts_with(each.start); });
    if (wording == std::end(kWordings)) {
        return {{}, QString::fromStdString(description)};
    }
    return {QString::fromLatin1(wording->keyword), messageOf(*wording, description)};
}

} // namespace dragonscales::core::schema
