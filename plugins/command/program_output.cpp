// SPDX-License-Identifier: LGPL-3.0-or-later
#include "program_output.h"

#include "json_check.h"

#include <optional>

namespace dragonscales::plugins::command {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double kLongestAgeSec = 86'400;

// For a sentence; what is no text of one line shows as \xNN.
QString firstBytes(QByteArrayView output)
{
    constexpr qsizetype kShown = 40;
    const bool text = output.isValidUtf8();
    QByteArray shown;
    for (const char c : output.first(qMin(output.size(), kShown))) {
        const auto byte = static_cast<uchar>(c);
        if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !text)) {
            shown += "\\x" + QByteArray::number(byte, 16).rightJustified(2, '0');
        } else {
            shown += c;
        }
    }
    // A character that was cut in two becomes one replacement character.
    return u"“"_s + QString::fromUtf8(shown) + (output.size() > kShown ? u"…”"_s : u"”"_s);
}

// The member when it is there and of this type, the fallback when it is not there.
template <typename T, typename Is, typename As>
std::optional<T> memberOr(const QJsonObject &object, const QString &name, T fallback, Is is, As as)
{
    const QJsonValue value = object.value(name);
    if (value.isUndefined() || value.isNull()) {
        return fallback;
    }
    return (value.*is)() ? std::optional<T>(as(value)) : std::nullopt;
}

std::optional<QString> textIn(const QJsonObject &object, const QString &name)
{
    return memberOr(object, name, QString(), &QJsonValue::isString, [](const QJsonValue &v) { return v.toString(); });
}

std::optional<double> numberIn(const QJsonObject &object, const QString &name, double fallback)
{
    return memberOr(object, name, fallback, &QJsonValue::isDouble, [](const QJsonValue &v) { return v.toDouble(); });
}

bool isRole(const QString &role)
{
    return role.isEmpty() || (QStringList{u"viewer"_s, u"submitter"_s, u"operator"_s, u"admin"_s}).contains(role);
}

// Fills `verdict`; answers the name of the first member that is not as it must be.
QString faultyMember(const QJsonObject &object, sdk::Verdict &verdict)
{
    const auto status = numberIn(object, u"status"_s, 401);
    const auto maxAge = numberIn(object, u"max_age"_s, 0);
    const auto detail = textIn(object, u"detail"_s);
    const auto principal = textIn(object, u"principal"_s);
    const auto role = textIn(object, u"role"_s);
    if (!object.value("allowed"_L1).isBool()) {
        return u"allowed"_s;
    }
    if (!status || *status < 400 || *status > 599) {
        return u"status"_s;
    }
    if (!maxAge || *maxAge < 0) {
        return u"max_age"_s;
    }
    if (!detail || !principal) {
        return detail ? u"principal"_s : u"detail"_s;
    }
    if (!role || !isRole(*role)) {
        return u"role"_s;
    }
    const auto age = std::chrono::duration<double>(qMin(*maxAge, kLongestAgeSec));
    verdict = {object.value("allowed"_L1).toBool(),
               static_cast<int>(*status),
               *detail,
               *principal,
               *role,
               std::chrono::duration_cast<std::chrono::milliseconds>(age)};
    return {};
}

} // namespace

sdk::Outcome<sdk::Json> jsonFrom(const QString &program, const QByteArray &output)
{
    const QByteArray text = output.trimmed();
    if (text.isEmpty()) {
        return sdk::Json();
    }
    if (!text.isValidUtf8()) {
        return sdk::fail(u"%1 printed something that is not UTF-8, which JSON must be; it begins with %2"_s.arg(
            program, firstBytes(text)));
    }
    if (!isJson(text)) {
        return sdk::fail(
            u"%1 must print one JSON value and nothing else, but what it printed begins with %2; messages belong on standard error"_s
                .arg(program, firstBytes(text)));
    }
    return sdk::Json(text);
}

sdk::Outcome<sdk::Verdict> verdictFrom(const QString &program, const QByteArray &output)
{
    sdk::Verdict verdict;
    verdict.allowed = true;
    const auto json = jsonFrom(program, output);
    if (!json) {
        return tl::unexpected(json.error());
    }
    if (output.trimmed().isEmpty()) {
        return verdict;
    }
    const QJsonValue value = json->value();
    if (!value.isObject()) {
        return sdk::fail(u"%1 must print an object such as {\"allowed\": true}, but printed %2"_s.arg(
            program, firstBytes(json->text())));
    }
    if (const QString member = faultyMember(value.toObject(), verdict); !member.isEmpty()) {
        return sdk::fail(
            u"%1 printed a verdict whose \"%2\" is missing or not as it must be: allowed true or false, status 400 to 599, detail and principal texts, role viewer, submitter, operator or admin, max_age seconds"_s
                .arg(program, member));
    }
    return verdict;
}

} // namespace dragonscales::plugins::command
