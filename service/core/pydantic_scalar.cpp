// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/pydantic_scalar.h"

#include "core/pydantic_text.h"

#include <QRegularExpression>
#include <QString>

#include <cmath>
#include <limits>

namespace dragonscales::core::pydantic {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kMaxIntegerText = 4300; // Python's own limit

// "1_000" and digits of other scripts, as Python's int() and float() take them, with plain digits and no "_".
QString plainDigits(const QByteArray &utf8)
{
    QString text = QString::fromUtf8(utf8).trimmed();
    for (QChar &c : text) {
        if (c.unicode() > 127 && c.isDigit()) {
            c = QChar(u'0' + c.digitValue());
        }
    }
    return text;
}

std::optional<NumberValue> integerOfText(const QByteArray &utf8)
{
    static const QRegularExpression form(u"\\A([+-]?)0*([0-9]+(?:_[0-9]+)*)\\z"_s);
    if (utf8.size() > kMaxIntegerText * 4) {
        return {};
    }
    const QString text = plainDigits(utf8);
    const auto match = form.match(text);
    if (!match.hasMatch() || text.size() > kMaxIntegerText) {
        return {};
    }
    QByteArray digits = match.captured(2).toLatin1().replace("_", "");
    qsizetype zeros = 0;
    while (zeros + 1 < digits.size() && digits.at(zeros) == '0') {
        ++zeros;
    }
    digits.remove(0, zeros);
    const bool negative = match.captured(1) == u"-"_s && digits != "0";
    const QByteArray spelling = (negative ? "-" : "") + digits;
    return NumberValue{true, spelling, json::toDouble(spelling)};
}

std::optional<NumberValue> floatOfText(const QByteArray &utf8)
{
    static const QRegularExpression special(u"\\A([+-]?)(?:inf(?:inity)?|(nan))\\z"_s,
                                            QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression form(
        u"\\A[+-]?(?:N\\.?N?|\\.N)(?:[eE][+-]?N)?\\z"_s.replace(u"N"_s, u"(?:[0-9]+(?:_[0-9]+)*)"_s));
    QString text = plainDigits(utf8);
    if (const auto match = special.match(text); match.hasMatch()) {
        return NumberValue{true, {}, match.hasCaptured(2) ? std::nan("") : std::numeric_limits<double>::infinity()};
    }
    if (!form.match(text).hasMatch()) {
        return {};
    }
    text.remove(u'_');
    const double number = json::toDouble(text.toLatin1());
    return NumberValue{true, floatText(number), number};
}

} // namespace

std::optional<TextValue> toText(const json::Value &value)
{
    switch (value.type()) {
    case json::Value::Type::Text:
        return TextValue{false, value.text()};
    case json::Value::Type::Number:
        return TextValue{true, numberText(value)};
    case json::Value::Type::Boolean:
        return TextValue{true, value.boolean() ? "True" : "False"};
    default:
        return {};
    }
}

std::optional<NumberValue> toInteger(const json::Value &value)
{
    if (value.isText()) {
        return integerOfText(value.text());
    }
    if (value.isBool()) {
        return NumberValue{true, value.boolean() ? "1" : "0", value.boolean() ? 1.0 : 0.0};
    }
    if (!value.isNumber()) {
        return {};
    }
    const double number = value.number();
    if (value.isInteger()) {
        return NumberValue{false, value.text(), number};
    }
    if (!std::isfinite(number)) {
        return {};
    }
    return NumberValue{true, truncated(number), std::trunc(number)};
}

std::optional<NumberValue> toFloat(const json::Value &value)
{
    if (value.isText()) {
        return floatOfText(value.text());
    }
    if (value.isBool()) {
        return NumberValue{true, value.boolean() ? "1.0" : "0.0", value.boolean() ? 1.0 : 0.0};
    }
    if (!value.isNumber()) {
        return {};
    }
    const double number = value.number();
    return NumberValue{value.isInteger(), value.isInteger() ? floatText(number) : value.text(), number};
}

std::optional<BooleanValue> toBoolean(const json::Value &value)
{
    static const QList<QByteArray> yes{"1", "on", "t", "true", "y", "yes"};
    static const QList<QByteArray> no{"0", "off", "f", "false", "n", "no"};
    if (value.isBool()) {
        return BooleanValue{false, value.boolean()};
    }
    if (value.isText()) {
        const QByteArray word = QString::fromUtf8(value.text()).toLower().toUtf8();
        if (yes.contains(word) || no.contains(word)) {
            return BooleanValue{true, yes.contains(word)};
        }
    }
    if (value.isNumber()) {
        const double number = value.number();
        if (number == 0 || number == 1) {
            return BooleanValue{true, number == 1};
        }
    }
    return {};
}

} // namespace dragonscales::core::pydantic
