// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/pydantic_text.h"

#include "core/json/writer.h"
#include "core/pydantic_dict.h"

#include <QList>
#include <QString>

#include <charconv>
#include <cmath>

namespace dragonscales::core::pydantic {

namespace {

// The shortest digits that read back as this value, and where the point stands: 0.d1d2d3… times ten to `point`.
struct Digits
{
    QByteArray digits;
    int point = 0;
};

Digits shortestDigits(double positive)
{
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, positive, std::chars_format::scientific).ptr;
    const QByteArray text(buffer, end - buffer);
    const qsizetype e = text.indexOf('e');
    QByteArray digits = text.left(e);
    digits.replace(".", "");
    return {digits, text.mid(e + 1).toInt() + 1};
}

QByteArray scientific(const Digits &number)
{
    const int exponent = number.point - 1;
    QByteArray text = number.digits.left(1);
    if (number.digits.size() > 1) {
        text += '.' + number.digits.mid(1);
    }
    return text + (exponent < 0 ? "e-" : "e+") + QByteArray::number(std::abs(exponent)).rightJustified(2, '0');
}

QByteArray fixed(const Digits &number)
{
    const qsizetype size = number.digits.size();
    if (number.point <= 0) {
        return "0." + QByteArray(-number.point, '0') + number.digits;
    }
    if (number.point >= size) {
        return number.digits + QByteArray(number.point - size, '0') + ".0";
    }
    return number.digits.left(number.point) + '.' + number.digits.mid(number.point);
}

QByteArray escaped(char32_t c, char quote)
{
    if (c == U'\n') {
        return "\\n";
    }
    if (c == U'\r') {
        return "\\r";
    }
    if (c == U'\t') {
        return "\\t";
    }
    if (c == U'\\' || c == static_cast<char32_t>(quote)) {
        return QByteArray("\\") + static_cast<char>(c);
    }
    if (c == U' ' || (QChar::isPrint(c) && !QChar::isSpace(c))) {
        return QString::fromUcs4(&c, 1).toUtf8();
    }
    const QByteArray hex = QByteArray::number(static_cast<uint>(c), 16);
    if (c <= 0xff) {
        return "\\x" + hex.rightJustified(2, '0');
    }
    return c <= 0xffff ? "\\u" + hex.rightJustified(4, '0') : "\\U" + hex.rightJustified(8, '0');
}

QByteArray dumpsOfText(const QByteArray &utf8)
{
    return json::quoted(QByteArrayView(utf8));
}

// What differs between Python's two ways to write a value.
struct Style
{
    QByteArray none;
    QByteArray yes;
    QByteArray no;
    QByteArray comma;
    QByteArray colon;
    QByteArray (*text)(const QByteArray &);
};

const Style kRepr{"None", "True", "False", ", ", ": ", reprOfText};
const Style kDumps{"null", "true", "false", ",", ":", dumpsOfText};

QByteArray written(const json::Value &value, const Style &style);

QByteArray list(const json::Value &value, const Style &style)
{
    QByteArray text = "[";
    for (const json::Value &item : value.items()) {
        text += (text.size() > 1 ? style.comma : QByteArray()) + written(item, style);
    }
    return text + ']';
}

QByteArray dict(const json::Value &value, const Style &style)
{
    QByteArray text = "{";
    const auto members = toDict(value);
    for (const DictEntry &entry : members->entries) {
        text += (text.size() > 1 ? style.comma : QByteArray()) + style.text(entry.name) + style.colon +
                written(*entry.value, style);
    }
    return text + '}';
}

QByteArray written(const json::Value &value, const Style &style)
{
    switch (value.type()) {
    case json::Value::Type::Null:
        return style.none;
    case json::Value::Type::Boolean:
        return value.boolean() ? style.yes : style.no;
    case json::Value::Type::Number:
        return numberText(value);
    case json::Value::Type::Text:
        return style.text(value.text());
    case json::Value::Type::Array:
        return list(value, style);
    case json::Value::Type::Object:
        return dict(value, style);
    }
    return style.none;
}

} // namespace

QByteArray floatText(double value)
{
    if (!std::isfinite(value)) {
        return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    }
    const QByteArray sign = std::signbit(value) ? "-" : "";
    if (value == 0) {
        return sign + "0.0";
    }
    const Digits number = shortestDigits(std::abs(value));
    return sign + (number.point > -4 && number.point <= 16 ? fixed(number) : scientific(number));
}

QByteArray numberText(const json::Value &number)
{
    if (!number.isInteger()) {
        return floatText(number.number());
    }
    return number.text() == "-0" ? "0" : number.text();
}

QByteArray truncated(double value)
{
    char buffer[320]; // 309 digits and a sign at most
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::trunc(value), std::chars_format::fixed, 0).ptr;
    const QByteArray text(buffer, end - buffer);
    return text == "-0" ? "0" : text;
}

QByteArray reprOfText(const QByteArray &utf8)
{
    const char quote = utf8.contains('\'') && !utf8.contains('"') ? '"' : '\'';
    QByteArray text(1, quote);
    for (const uint c : QString::fromUtf8(utf8).toUcs4()) {
        text += escaped(c, quote);
    }
    return text + quote;
}

QByteArray repr(const json::Value &value)
{
    return written(value, kRepr);
}

QByteArray dumps(const json::Value &value)
{
    return written(value, kDumps);
}

} // namespace dragonscales::core::pydantic
