// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema_run.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core::schema {

namespace {

constexpr int kDepthMax = 1500;            // of schemas in schemas; each takes about a KiB of stack
constexpr qsizetype kFaultsMax = 100;      // more help nobody
constexpr qsizetype kStepsMin = 1'000'000; // judgements of one value by one schema
constexpr qsizetype kStepsPerByte = 64;    // and more for long texts
constexpr auto kPatternTimeMax = std::chrono::seconds(2);

QByteArray escapedToken(QByteArray name)
{
    return name.replace("~", "~0").replace("/", "~1");
}

} // namespace

Run::Run(const json::Value &value)
    : m_steps(kStepsMin + kStepsPerByte * (value.end() - value.begin()))
{
}

QList<SchemaFault> Run::faultsOf(const Node &node, const json::Value &value)
{
    judge(node, value);
    return m_faults;
}

bool Run::isOver() const
{
    return m_gaveUp || (isSilent() ? m_failed : m_faults.size() >= kFaultsMax);
}

void Run::judge(const Node &node, const json::Value &value)
{
    if (isOver())
        return;
    if (--m_steps < 0)
        return giveUp(u"too much work to check against the schema"_s);
    if (m_depth >= kDepthMax)
        return giveUp(u"nested too deeply to check against the schema"_s);
    ++m_depth;
    for (const Check &check : node.checks) {
        if (isOver())
            break;
        check(*this, value);
    }
    --m_depth;
}

void Run::judgeMember(const Node &node, const json::Value::Member &member)
{
    m_path.push_back({&member.name, 0});
    judge(node, member.value);
    m_path.pop_back();
}

void Run::judgeItem(const Node &node, const json::Value &item, std::size_t index)
{
    m_path.push_back({nullptr, index});
    judge(node, item);
    m_path.pop_back();
}

bool Run::accepts(const Node &node, const json::Value &value)
{
    if (m_gaveUp)
        return false;
    const bool outer = std::exchange(m_failed, false);
    ++m_silent;
    judge(node, value);
    --m_silent;
    return !std::exchange(m_failed, outer) && !m_gaveUp;
}

QString Run::reasonAgainst(const Node &node, const json::Value &value)
{
    if (isSilent() || m_explaining || m_gaveUp)
        return {};
    m_explaining = true;
    const QList<SchemaFault> before = std::exchange(m_faults, {});
    judge(node, value);
    const QList<SchemaFault> found = std::exchange(m_faults, before);
    m_explaining = false;
    if (m_gaveUp)
        m_faults += found; // says why
    if (m_gaveUp || found.isEmpty())
        return {};
    const QByteArray relative = found.first().pointer.sliced(pointer().size());
    const QString place = relative.isEmpty() ? QString() : QString::fromUtf8(relative) + u' ';
    return place + found.first().message;
}

bool Run::matches(const Pattern &pattern, const QString &text)
{
    return matches([&pattern](const QString &each) { return pattern.match(each); }, text);
}

bool Run::matches(const std::function<Pattern::Verdict(const QString &)> &match, const QString &text)
{
    const auto begin = std::chrono::steady_clock::now();
    const Pattern::Verdict verdict = match(text);
    m_patternTime += std::chrono::steady_clock::now() - begin;
    if (verdict == Pattern::Verdict::GaveUp || m_patternTime > kPatternTimeMax)
        giveUp(u"takes too long to match against a pattern of the schema"_s);
    return verdict == Pattern::Verdict::Match;
}

void Run::fail(const char *keyword, const QString &message)
{
    m_failed = true;
    if (!isSilent())
        m_faults.append({pointer(), QString::fromLatin1(keyword), message});
}

void Run::failMember(const char *keyword, const QByteArray &name, const QString &message)
{
    m_path.push_back({&name, 0});
    fail(keyword, message);
    m_path.pop_back();
}

// Ends the run with a fault, also from within a silent judgement: a value that cannot be judged is not accepted.
void Run::giveUp(const QString &message)
{
    if (!m_gaveUp)
        m_faults.append({pointer(), {}, message});
    m_gaveUp = true;
}

QByteArray Run::pointer() const
{
    QByteArray text;
    for (const Token &token : m_path)
        text += '/' + (token.name ? escapedToken(*token.name) : QByteArray::number(token.index));
    return text;
}

} // namespace dragonscales::core::schema
