// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema.h"

#include "core/json/reader.h"
#include "core/json/writer.h"
#include "core/schema_decimal.h"
#include "core/schema_format.h"
#include "core/schema_pattern_set.h"
#include "core/schema_references.h"
#include "core/schema_wording.h"

#include <QLocale>

// Without this, valijson ends the process instead of throwing. Its adapter comes before RapidJSON's own headers.
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/rapidjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <rapidjson/document.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string_view>

// valijson matches "pattern", "patternProperties" and "format" with std::regex, which overflows the stack on long texts
// and takes for ever on some patterns. Here these three run on QRegularExpression under a limit instead, by explicit
// specialisations of its visitor for the one adapter in use. The only file that includes valijson: it compiles for
// long.

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

constexpr std::size_t kMaxUniqueItems = 10'000;  // comparing each with each takes the square of that
constexpr int kMaxDepth = 600;                   // of schemas judging within each other; each takes some KiB of stack
constexpr qsizetype kMaxSteps = 200'000;         // judgements of one value by one schema
constexpr qsizetype kMaxStepsPerByte = 4;        // and so many more for long texts
constexpr qsizetype kMaxStepsToExplain = 20'000; // each may keep a message with its whole path
constexpr auto kMaxPatternTime = std::chrono::seconds(2);

// One validation: what it may still spend, and what it could not judge. Reached by the visitor through a thread-local
// pointer, since valijson passes nothing of ours along.
struct Judgement
{
    const schema::PatternSet &patterns;
    qsizetype steps; // that are left
    QString gaveUp;  // why; a verdict of "not", say, must not rest on that
    int depth = 0;
    std::chrono::nanoseconds patternTime{0};
};

thread_local Judgement *t_judgement = nullptr;

class JudgementScope
{
public:
    explicit JudgementScope(Judgement *judgement) { t_judgement = judgement; }
    ~JudgementScope() { t_judgement = nullptr; }
    Q_DISABLE_COPY_MOVE(JudgementScope)
};

bool accept(const std::function<schema::Pattern::Verdict()> &match, const QString &what)
{
    if (!t_judgement->gaveUp.isEmpty()) {
        return false;
    }
    const auto begin = std::chrono::steady_clock::now();
    const schema::Pattern::Verdict verdict = match();
    t_judgement->patternTime += std::chrono::steady_clock::now() - begin;
    if (verdict == schema::Pattern::Verdict::GaveUp || t_judgement->patternTime > kMaxPatternTime) {
        t_judgement->gaveUp = u"takes too long to match against %1"_s.arg(what);
    }
    return verdict == schema::Pattern::Verdict::Match;
}

bool matchesPattern(const std::string &source, const std::string &text)
{
    const QString what = u"the pattern %1"_s.arg(QString::fromStdString(source));
    if (const schema::Pattern *pattern = t_judgement->patterns.find(QByteArray::fromStdString(source))) {
        return accept([&] { return pattern->match(QString::fromStdString(text)); }, what);
    }
    // In a place where only a "$ref" makes a schema of it.
    const auto compiled = schema::Pattern::compile(QString::fromStdString(source));
    return accept(
        [&] { return compiled ? compiled->match(QString::fromStdString(text)) : schema::Pattern::Verdict::GaveUp; },
        what);
}

// By the decimal digits: 19.99 is a multiple of 0.01, and 2.5 is none of 1.
template <typename Adapter>
bool isMultiple(const Adapter &target, const QByteArray &divisor)
{
    int64_t integer = 0;
    double number = 0;
    QByteArray spelling;
    if (target.isInteger() && target.asInteger(integer)) {
        spelling = QByteArray::number(static_cast<qint64>(integer));
    } else if (target.asDouble(number)) {
        spelling = QByteArray::number(number, 'g', QLocale::FloatingPointShortest);
    } else {
        return false;
    }
    return schema::Decimal(spelling).isMultipleOf(schema::Decimal(divisor));
}

// One more value judged by one more schema; false when that is too much, and nothing more needs to be judged. Deep down
// it costs more, since valijson copies the path to the value.
bool mayJudge()
{
    constexpr int kDepthOfTwofoldCost = 10;
    t_judgement->steps -= 1 + t_judgement->depth / kDepthOfTwofoldCost;
    if (t_judgement->gaveUp.isEmpty() && t_judgement->steps < 0) {
        t_judgement->gaveUp = u"is too much work to check"_s;
    } else if (t_judgement->gaveUp.isEmpty() && t_judgement->depth >= kMaxDepth) {
        t_judgement->gaveUp = u"is nested too deeply to check"_s;
    }
    return t_judgement->gaveUp.isEmpty();
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

// Every judgement passes here: with its own body, some schemas take the power of the value's depth.
template <>
bool GuardedVisitor::validateSchema(const Subschema &subschema)
{
    if (subschema.getAlwaysInvalid() || !dragonscales::core::mayJudge()) {
        return false;
    }
    ++dragonscales::core::t_judgement->depth;
    Subschema::ApplyFunction judge([this](const constraints::Constraint &each) { return each.accept(*this); });
    const bool valid = m_results ? subschema.apply(judge) : subschema.applyStrict(judge);
    --dragonscales::core::t_judgement->depth;
    return valid;
}

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
    const std::string &name = constraint.getFormat();
    const schema::Format *format = schema::findFormat(QByteArrayView(name.data(), static_cast<qsizetype>(name.size())));
    if (!format || !m_target.isString()) {
        return true;
    }
    const auto match = [&] { return schema::matchFormat(*format, QString::fromStdString(m_target.asString())); };
    if (dragonscales::core::accept(match, QString::fromStdString(name))) {
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
bool GuardedVisitor::visit(const constraints::MultipleOfIntConstraint &constraint)
{
    const QByteArray divisor = QByteArray::number(static_cast<qint64>(constraint.getDivisor()));
    if (!m_target.isNumber() || dragonscales::core::isMultiple(m_target, divisor)) {
        return true;
    }
    if (m_results) {
        m_results->pushError(m_context, "Value should be a multiple of " + divisor.toStdString());
    }
    return false;
}

template <>
bool GuardedVisitor::visit(const constraints::MultipleOfDoubleConstraint &constraint)
{
    const QByteArray divisor = QByteArray::number(constraint.getDivisor(), 'g', QLocale::FloatingPointShortest);
    if (!m_target.isNumber() || dragonscales::core::isMultiple(m_target, divisor)) {
        return true;
    }
    if (m_results) {
        m_results->pushError(m_context, "Value should be a multiple of " + divisor.toStdString());
    }
    return false;
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
    constexpr qsizetype kMaxFaults = 100; // more help nobody
    QList<SchemaFault> faults;
    for (const valijson::ValidationResults::Error &error : results) {
        const schema::Worded worded = schema::wordedAs(error.description);
        if (!worded.message.isEmpty() && faults.size() < kMaxFaults) {
            faults.append({pointerOf(error.context), worded.keyword, worded.message});
        }
    }
    if (faults.isEmpty()) {
        faults.append({{}, {}, u"does not fit its schema"_s});
    }
    return faults;
}

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
    schema::PatternSet patterns;

    bool accepts(const rapidjson::Document &value, Judgement *judgement, valijson::ValidationResults *results) const;
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
    schema::PatternSet patterns;
    if (const QString fault = patterns.collect(*root); !fault.isEmpty()) {
        return wrong(fault);
    }
    auto compiled = std::make_shared<Compiled>();
    compiled->document = documentOf(schemaText);
    compiled->patterns = std::move(patterns);
    try {
        valijson::SchemaParser parser(draftOf(*root));
        parser.populateSchema(valijson::GuardedAdapter(compiled->document), compiled->schema);
    } catch (const std::exception &error) {
        QString why = QString::fromLocal8Bit(error.what());
        return wrong(why.endsWith(u'.') ? why.chopped(1) : why);
    }
    return Schema(std::move(compiled));
}

bool Schema::Compiled::accepts(const rapidjson::Document &value, Judgement *judgement,
                               valijson::ValidationResults *results) const
{
    const JudgementScope scope(judgement);
    try {
        valijson::Validator validator(valijson::Validator::kStrongTypes);
        return validator.validate(schema, valijson::GuardedAdapter(value), results) && judgement->gaveUp.isEmpty();
    } catch (const std::exception &error) {
        judgement->gaveUp = u"cannot be checked: %1"_s.arg(QString::fromLocal8Bit(error.what()));
        return false;
    }
}

// Twice, because most values are right, and keeping messages costs more than judging.
QList<SchemaFault> Schema::validate(const json::Value &value) const
{
    const QByteArray text = json::compact(value);
    const rapidjson::Document document = documentOf(text);
    if (document.HasParseError()) { // the one thing that it cannot read: a number beyond all doubles
        return {{{}, {}, u"has a number that is too large to be checked"_s}};
    }
    Judgement judgement{m_compiled->patterns, kMaxSteps + kMaxStepsPerByte * text.size(), {}};
    if (m_compiled->accepts(document, &judgement, nullptr)) {
        return {};
    }
    if (!judgement.gaveUp.isEmpty()) {
        return {{{}, {}, judgement.gaveUp}};
    }
    Judgement explanation{m_compiled->patterns, kMaxStepsToExplain, {}};
    valijson::ValidationResults results;
    m_compiled->accepts(document, &explanation, &results);
    return faultsOf(results);
}

} // namespace dragonscales::core
