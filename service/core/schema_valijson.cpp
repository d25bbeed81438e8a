// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema.h"

#include "core/json/reader.h"
#include "core/json/writer.h"
#include "core/schema_format.h"
#include "core/schema_pattern.h"
#include "core/schema_references.h"

#include <QHash>
#include <QRegularExpression>

// Without this, valijson ends the process instead of throwing. Its adapter comes before RapidJSON's own headers.
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/rapidjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <rapidjson/document.h>

#include <algorithm>
#include <string_view>

// valijson matches "pattern", "patternProperties" and "format" with std::regex, which overflows the stack on long texts
// and takes for ever on some patterns. Here these three run on QRegularExpression under a limit instead, by explicit
// specialisations of its visitor for the one adapter in use. The only file that includes valijson: it compiles for
// long.

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

constexpr std::size_t kMaxUniqueItems = 10'000; // comparing each with each takes the square of that

// The patterns of one schema, and what one validation could not judge. Reached by the visitor through a thread-local
// pointer, since valijson passes nothing of ours along.
struct Patterns
{
    QHash<QByteArray, schema::Pattern> compiled;
};

struct Judgement
{
    const Patterns &patterns;
    QString gaveUp; // why; a verdict of "not", say, must not rest on that
};

thread_local Judgement *t_judgement = nullptr;

class JudgementScope
{
public:
    explicit JudgementScope(Judgement *judgement) { t_judgement = judgement; }
    ~JudgementScope() { t_judgement = nullptr; }
    Q_DISABLE_COPY_MOVE(JudgementScope)
};

bool accept(schema::Pattern::Verdict verdict, const QString &what)
{
    if (verdict == schema::Pattern::Verdict::GaveUp) {
        t_judgement->gaveUp = u"takes too long to match against %1"_s.arg(what);
    }
    return verdict == schema::Pattern::Verdict::Match;
}

bool matchesPattern(const std::string &pattern, const std::string &text)
{
    const auto it = t_judgement->patterns.compiled.find(QByteArray::fromStdString(pattern));
    return it != t_judgement->patterns.compiled.end() &&
           accept(it->match(QString::fromStdString(text)), u"the pattern %1"_s.arg(QString::fromStdString(pattern)));
}

} // namespace

} // namespace dragonscales::core

namespace valijson {

using GuardedAdapter = adapters::RapidJsonAdapter;

// The visitor's type, whether this valijson gives it an engine for regular expressions as a second parameter (1.0.3) or
// not (1.0): then Validator is no template.
template <template <typename...> class Visitor, typename... Parameters>
struct Apply
{
    using Type = Visitor<Parameters...>;
};

template <typename SomeValidator, typename Adapter>
struct VisitorOf
{
    using Type = typename Apply<ValidationVisitor, Adapter>::Type;
};

template <template <typename> class SomeValidator, typename Engine, typename Adapter>
struct VisitorOf<SomeValidator<Engine>, Adapter>
{
    using Type = typename Apply<ValidationVisitor, Adapter, Engine>::Type;
};

using GuardedVisitor = VisitorOf<Validator, GuardedAdapter>::Type;

template <>
bool GuardedVisitor::visit(const constraints::PatternConstraint &constraint)
{
    if (!m_target.isString()) {
        return true;
    }
    const std::string pattern(constraint.getPattern<std::string::allocator_type>());
    if (dragonscales::core::matchesPattern(pattern, m_target.asString())) {
        return true;
    }
    if (m_results) {
        m_results->pushError(m_context, "'pattern' does not match the pattern " + pattern);
    }
    return false;
}

template <>
bool GuardedVisitor::visit(const constraints::FormatConstraint &constraint)
{
    namespace schema = dragonscales::core::schema;
    const std::string name(constraint.getFormat());
    const schema::Format *format = schema::findFormat(QByteArrayView(name.data(), static_cast<qsizetype>(name.size())));
    if (!format || !m_target.isString()) {
        return true;
    }
    if (dragonscales::core::accept(schema::matchFormat(*format, QString::fromStdString(m_target.asString())),
                                   QString::fromStdString(name))) {
        return true;
    }
    if (m_results) {
        m_results->pushError(m_context, std::string("'format' must be ") + format->meaning);
    }
    return false;
}

template <>
bool GuardedVisitor::visit(const constraints::PropertiesConstraint &constraint)
{
    if (!m_target.isObject()) {
        return true;
    }
    bool valid = true;
    for (const auto member : m_target.asObject()) {
        bool known = false;
        const auto judge = [&](const Subschema *subschema) {
            known = true;
            std::vector<std::string> context = m_context;
            context.push_back("[" + member.first + "]");
            GuardedVisitor visitor(member.second, context, m_strictTypes, m_results, m_regexesCache);
            valid = visitor.validateSchema(*subschema) && valid;
        };
        constraint.applyToProperties([&](const auto &name, const Subschema *subschema) {
            if (std::string_view(name.data(), name.size()) == member.first) {
                judge(subschema);
            }
            return true;
        });
        constraint.applyToPatternProperties([&](const auto &pattern, const Subschema *subschema) {
            if (dragonscales::core::matchesPattern(std::string(pattern.data(), pattern.size()), member.first)) {
                judge(subschema);
            }
            return true;
        });
        if (known) {
            continue;
        }
        if (const Subschema *others = constraint.getAdditionalPropertiesSubschema()) {
            judge(others);
            continue;
        }
        valid = false;
        if (m_results) {
            m_results->pushError(m_context, "'additionalProperties' has the unknown property '" + member.first + "'");
        }
    }
    return valid;
}

template <>
bool GuardedVisitor::visit(const constraints::UniqueItemsConstraint &)
{
    if (!m_target.isArray()) {
        return true;
    }
    const auto array = m_target.asArray();
    if (array.size() > dragonscales::core::kMaxUniqueItems) {
        dragonscales::core::t_judgement->gaveUp = u"has too many items to compare each with each"_s;
        return false;
    }
    for (auto one = array.begin(); one != array.end(); ++one) {
        auto other = one;
        for (++other; other != array.end(); ++other) {
            if ((*one).equalTo(*other, true)) {
                if (m_results) {
                    m_results->pushError(m_context, "'uniqueItems' has equal items");
                }
                return false;
            }
        }
    }
    return true;
}

} // namespace valijson

namespace dragonscales::core {

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

// "<root>", "[name]", "[0]" → "/name/0"
QByteArray pointerOf(const std::vector<std::string> &context)
{
    QByteArray pointer;
    for (std::size_t i = 1; i < context.size(); ++i) {
        QByteArray token = QByteArray::fromStdString(context[i]).sliced(1).chopped(1);
        pointer += '/' + token.replace('~', "~0").replace('/', "~1");
    }
    return pointer;
}

QList<SchemaFault> faultsOf(const valijson::ValidationResults &results)
{
    QList<SchemaFault> faults;
    for (const valijson::ValidationResults::Error &error : results) {
        const auto wording = std::ranges::find_if(
            kWordings, [&](const Wording &each) { return error.description.starts_with(each.start); });
        const bool known = wording != std::end(kWordings);
        if (known && *wording->keyword == '\0') {
            continue;
        }
        faults.append({pointerOf(error.context), known ? QString::fromLatin1(wording->keyword) : QString(),
                       known ? messageOf(*wording, error.description) : QString::fromStdString(error.description)});
    }
    if (faults.isEmpty()) {
        faults.append({{}, {}, u"does not fit its schema"_s});
    }
    return faults;
}

// Compiles the patterns of every schema in this text; the error says which one is none.
class PatternCollector
{
public:
    QString collect(const json::Value &value)
    {
        for (const json::Value &item : value.items()) {
            collect(item);
        }
        for (const json::Value::Member &member : value.members()) {
            if (member.name == "pattern" && member.value.isText()) {
                add(member.value.text());
            } else if (member.name == "patternProperties") {
                for (const json::Value::Member &each : member.value.members()) {
                    add(each.name);
                }
            }
            if (member.name != "enum" && member.name != "const" && member.name != "default" &&
                member.name != "examples") {
                collect(member.value);
            }
        }
        return m_fault;
    }

    Patterns take() { return std::move(m_patterns); }

private:
    void add(const QByteArray &source)
    {
        const auto pattern = schema::Pattern::compile(QString::fromUtf8(source));
        if (pattern) {
            m_patterns.compiled.insert(source, *pattern);
        } else if (m_fault.isEmpty()) {
            m_fault = u"the pattern %1 is none: %2"_s.arg(QString::fromUtf8(source), pattern.error());
        }
    }

    Patterns m_patterns;
    QString m_fault;
};

valijson::SchemaParser::Version draftOf(const json::Value &root)
{
    const json::Value *named = root.find("$schema");
    return named && named->text().contains("draft-04") ? valijson::SchemaParser::kDraft4
                                                       : valijson::SchemaParser::kDraft7;
}

tl::unexpected<Error> wrong(const QString &why)
{
    return failure(ErrorCode::InvalidArgument, u"The JSON Schema is wrong: %1."_s.arg(why));
}

rapidjson::Document documentOf(QByteArrayView text)
{
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(text.data(), static_cast<std::size_t>(text.size()));
    return document;
}

} // namespace

struct Schema::Compiled
{
    rapidjson::Document document;
    valijson::Schema schema;
    Patterns patterns;
};

Schema::Schema(std::shared_ptr<const Compiled> compiled)
    : m_compiled(std::move(compiled))
{
}

Schema::Schema(Schema &&) noexcept = default;
Schema &Schema::operator=(Schema &&) noexcept = default;
Schema::~Schema() = default;

Result<Schema> Schema::compile(const QByteArray &schemaText)
{
    const auto root = json::read(schemaText);
    if (!root) {
        return failure(ErrorCode::InvalidArgument,
                       u"The JSON Schema is not JSON: %1"_s.arg(QString::fromUtf8(root.error().withPosition())));
    }
    if (const QString fault = schema::faultOfReferences(*root); !fault.isEmpty()) {
        return wrong(fault);
    }
    PatternCollector patterns;
    if (const QString fault = patterns.collect(*root); !fault.isEmpty()) {
        return wrong(fault);
    }
    auto compiled = std::make_shared<Compiled>();
    compiled->document = documentOf(schemaText);
    compiled->patterns = patterns.take();
    try {
        valijson::SchemaParser parser(draftOf(*root));
        parser.populateSchema(valijson::GuardedAdapter(compiled->document), compiled->schema);
    } catch (const std::exception &error) {
        QString why = QString::fromLocal8Bit(error.what());
        return wrong(why.endsWith(u'.') ? why.chopped(1) : why);
    }
    return Schema(std::move(compiled));
}

QList<SchemaFault> Schema::validate(const json::Value &value) const
{
    const QByteArray text = json::compact(value);
    const rapidjson::Document document = documentOf(text);
    Judgement judgement{m_compiled->patterns, {}};
    const JudgementScope scope(&judgement);
    valijson::ValidationResults results;
    try {
        valijson::Validator validator(valijson::Validator::kStrongTypes);
        if (validator.validate(m_compiled->schema, valijson::GuardedAdapter(document), &results) &&
            judgement.gaveUp.isEmpty()) {
            return {};
        }
    } catch (const std::exception &error) {
        judgement.gaveUp = u"cannot be checked: %1"_s.arg(QString::fromLocal8Bit(error.what()));
    }
    if (!judgement.gaveUp.isEmpty()) {
        return {{{}, {}, judgement.gaveUp}};
    }
    return faultsOf(results);
}

} // namespace dragonscales::core
