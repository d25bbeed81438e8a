// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/json/writer.h"
#include "core/schema_compiler.h"
#include "core/schema_decimal.h"
#include "core/schema_format.h"
#include "core/schema_run.h"
#include "core/schema_same.h"

#include <QSet>

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;

// Keywords about the kind of a value, and about texts and numbers.
namespace dragonscales::core::schema {

namespace {

struct TypeRow
{
    const char *name;
    const char *words; // with its article
    bool (*fits)(const json::Value &value, Draft draft);
};

bool isIntegral(const json::Value &value, Draft draft)
{
    if (!value.isNumber())
        return false;
    // Draft 4 goes by the spelling: 1.0 is not an integer.
    return draft == Draft::Draft4 ? value.isInteger() : Decimal(value.text()).isIntegral();
}

constexpr std::array<TypeRow, 7> kTypes{{
    {"null", "null", [](const json::Value &value, Draft) { return value.isNull(); }},
    {"boolean", "a boolean", [](const json::Value &value, Draft) { return value.isBool(); }},
    {"integer", "an integer", isIntegral},
    {"number", "a number", [](const json::Value &value, Draft) { return value.isNumber(); }},
    {"string", "a text", [](const json::Value &value, Draft) { return value.isText(); }},
    {"array", "a list", [](const json::Value &value, Draft) { return value.isArray(); }},
    {"object", "an object", [](const json::Value &value, Draft) { return value.isObject(); }},
}};

const char *wordsFor(const json::Value &value)
{
    const auto fits = [&value](const TypeRow &row) { return row.fits(value, Draft::Draft4); };
    return std::ranges::find_if(kTypes, fits)->words;
}

QString joined(const QStringList &words)
{
    if (words.size() < 2)
        return words.join(QString());
    return words.first(words.size() - 1).join(u", "_s) + u" or "_s + words.last();
}

void compileType(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    std::vector<const TypeRow *> rows;
    QStringList words;
    const auto add = [&](const json::Value &name) {
        const auto *row =
            std::ranges::find_if(kTypes, [&name](const TypeRow &each) { return name.text() == each.name; });
        if (!name.isText() || row == kTypes.end())
            return compiler.fail(name, u"\"type\" must name a type of JSON"_s);
        rows.push_back(row);
        words.append(QString::fromLatin1(row->words));
    };
    if (value.isArray())
        std::ranges::for_each(value.items(), add);
    else
        add(value);
    const QString permitted = joined(words);
    const Draft draft = compiler.draft();
    node.checks.emplace_back([rows, permitted, draft](Run &run, const json::Value &each) {
        if (std::ranges::any_of(rows, [&](const TypeRow *row) { return row->fits(each, draft); }))
            return;
        run.fail("type", u"must be %1, not %2"_s.arg(permitted, QLatin1StringView(wordsFor(each))));
    });
}

void compileEnum(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    if (!value.isArray())
        return compiler.fail(value, u"\"enum\" must be a list"_s);
    QSet<QByteArray> keys;
    QStringList words;
    for (const json::Value &item : value.items()) {
        keys.insert(keyOf(item));
        words.append(QString::fromUtf8(json::compact(item)));
    }
    const QString permitted = joined(words);
    node.checks.emplace_back([keys, permitted](Run &run, const json::Value &each) {
        if (!keys.contains(keyOf(each)))
            run.fail("enum", u"must be one of %1"_s.arg(permitted));
    });
}

void compileConst(Compiler &, const json::Value &, const json::Value &value, Node &node)
{
    const QByteArray key = keyOf(value);
    const QString permitted = QString::fromUtf8(json::compact(value));
    node.checks.emplace_back([key, permitted](Run &run, const json::Value &each) {
        if (keyOf(each) != key)
            run.fail("const", u"must be %1"_s.arg(permitted));
    });
}

// How a number must compare with the limit of a keyword.
struct BoundRow
{
    const char *keyword;
    const char *words;
    bool (*fits)(int comparison);
};

constexpr BoundRow kAtLeast{"minimum", "must be at least %1", [](int comparison) { return comparison >= 0; }};
constexpr BoundRow kAtMost{"maximum", "must be at most %1", [](int comparison) { return comparison <= 0; }};
constexpr BoundRow kAbove{"exclusiveMinimum", "must be more than %1", [](int comparison) { return comparison > 0; }};
constexpr BoundRow kBelow{"exclusiveMaximum", "must be less than %1", [](int comparison) { return comparison < 0; }};

void compileBound(Compiler &compiler, const json::Value &limit, const BoundRow &row, Node &node)
{
    if (!limit.isNumber())
        return compiler.fail(limit, u"\"%1\" must be a number"_s.arg(QLatin1StringView(row.keyword)));
    const QString message = QString::fromLatin1(row.words).arg(QString::fromLatin1(limit.text()));
    node.checks.emplace_back([&row, decimal = Decimal(limit.text()), message](Run &run, const json::Value &each) {
        if (each.isNumber() && !row.fits(Decimal(each.text()).compare(decimal)))
            run.fail(row.keyword, message);
    });
}

// In draft 4 a boolean of this name turns "minimum" or "maximum" from an inclusive limit into an exclusive one.
bool isExclusive(const json::Value &schema, const char *keyword)
{
    const json::Value *value = schema.find(keyword);
    return value && value->isBool() && value->boolean();
}

void compileMinimum(Compiler &compiler, const json::Value &schema, const json::Value &value, Node &node)
{
    compileBound(compiler, value, isExclusive(schema, "exclusiveMinimum") ? kAbove : kAtLeast, node);
}

void compileMaximum(Compiler &compiler, const json::Value &schema, const json::Value &value, Node &node)
{
    compileBound(compiler, value, isExclusive(schema, "exclusiveMaximum") ? kBelow : kAtMost, node);
}

void compileAbove(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    if (!value.isBool())
        compileBound(compiler, value, kAbove, node);
}

void compileBelow(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    if (!value.isBool())
        compileBound(compiler, value, kBelow, node);
}

void compileMultipleOf(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    const Decimal divisor(value.text());
    if (!value.isNumber() || divisor.isZero() || divisor.isNegative())
        return compiler.fail(value, u"\"multipleOf\" must be a number above 0"_s);
    const QString message = u"must be a multiple of %1"_s.arg(QString::fromLatin1(value.text()));
    node.checks.emplace_back([divisor, message](Run &run, const json::Value &each) {
        if (each.isNumber() && !Decimal(each.text()).isMultipleOf(divisor))
            run.fail("multipleOf", message);
    });
}

std::size_t characters(const QByteArray &utf8)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(utf8, [](char c) { return (static_cast<uchar>(c) & 0xC0U) != 0x80U; }));
}

void compileMinLength(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    const std::size_t limit = compiler.count(value, "minLength").value_or(0);
    node.checks.emplace_back([limit](Run &run, const json::Value &each) {
        if (each.isText() && characters(each.text()) < limit)
            run.fail("minLength",
                     limit == 1 ? u"must not be empty"_s : u"must have at least %1 characters"_s.arg(limit));
    });
}

void compileMaxLength(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    const std::size_t limit = compiler.count(value, "maxLength").value_or(0);
    node.checks.emplace_back([limit](Run &run, const json::Value &each) {
        if (each.isText() && characters(each.text()) > limit)
            run.fail("maxLength", u"must have at most %1 characters"_s.arg(limit));
    });
}

void compilePattern(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    if (!value.isText())
        return compiler.fail(value, u"\"pattern\" must be a text"_s);
    const auto pattern = compiler.pattern(value.text(), value);
    if (!pattern)
        return;
    node.checks.emplace_back([pattern](Run &run, const json::Value &each) {
        if (each.isText() && !run.matches(*pattern, QString::fromUtf8(each.text())))
            run.fail("pattern", u"must match the pattern %1"_s.arg(pattern->source()));
    });
}

void compileFormat(Compiler &compiler, const json::Value &, const json::Value &value, Node &node)
{
    if (!value.isText())
        return compiler.fail(value, u"\"format\" must be a text"_s);
    const Format *format = findFormat(value.text());
    if (!format)
        return;
    node.checks.emplace_back([format](Run &run, const json::Value &each) {
        const auto match = [format](const QString &text) { return matchFormat(*format, text); };
        if (each.isText() && !run.matches(match, QString::fromUtf8(each.text())))
            run.fail("format", u"must be %1"_s.arg(QLatin1StringView(format->meaning)));
    });
}

constexpr std::array<Keyword, 12> kKeywords{{
    {"type", compileType},
    {"enum", compileEnum},
    {"const", compileConst},
    {"minimum", compileMinimum},
    {"maximum", compileMaximum},
    {"exclusiveMinimum", compileAbove},
    {"exclusiveMaximum", compileBelow},
    {"multipleOf", compileMultipleOf},
    {"minLength", compileMinLength},
    {"maxLength", compileMaxLength},
    {"pattern", compilePattern},
    {"format", compileFormat},
}};

} // namespace

std::span<const Keyword> scalarKeywords()
{
    return kKeywords;
}

} // namespace dragonscales::core::schema
