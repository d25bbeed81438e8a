// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/json/value.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace dragonscales::core::json {

namespace {

// One reference token of a JSON pointer, unescaped; nothing when its escapes are wrong.
bool unescapeToken(QByteArrayView token, QByteArray *name)
{
    name->clear();
    for (qsizetype i = 0; i < token.size(); ++i) {
        if (token[i] != '~') {
            *name += token[i];
            continue;
        }
        ++i;
        if (i >= token.size() || (token[i] != '0' && token[i] != '1'))
            return false;
        *name += token[i] == '0' ? '~' : '/';
    }
    return true;
}

const Value *itemOf(const Value &array, QByteArrayView token)
{
    if (token.isEmpty() || (token.size() > 1 && token[0] == '0'))
        return nullptr;
    std::size_t index = 0;
    const auto [end, fault] = std::from_chars(token.data(), token.data() + token.size(), index);
    if (fault != std::errc() || end != token.data() + token.size() || index >= array.items().size())
        return nullptr;
    return &array.items()[index];
}

const Value *childOf(const Value &parent, QByteArrayView token)
{
    if (parent.isArray())
        return itemOf(parent, token);
    QByteArray name;
    return unescapeToken(token, &name) ? parent.find(name) : nullptr;
}

// Whether a number that is no double is too big for one, and not too small.
bool isHuge(QByteArrayView spelling)
{
    const QByteArray lower = spelling.toByteArray().toLower();
    const qsizetype e = lower.indexOf('e');
    const QByteArray mantissa = e < 0 ? lower : lower.first(e);
    qint64 exponent = 0;
    const char *const begin = lower.data() + (e < 0 ? lower.size() : e + (lower[e + 1] == '+' ? 2 : 1));
    if (std::from_chars(begin, lower.data() + lower.size(), exponent).ec == std::errc::result_out_of_range)
        return *begin != '-';
    const qsizetype dot = mantissa.indexOf('.');
    const qsizetype point = dot < 0 ? mantissa.size() : dot;
    const auto isDigitUp = [](char c) { return c >= '1' && c <= '9'; };
    const qsizetype first = std::ranges::find_if(mantissa, isDigitUp) - mantissa.begin();
    return exponent > first - point;
}

} // namespace

double toDouble(QByteArrayView spelling)
{
    const qsizetype plus = spelling.startsWith('+') ? 1 : 0;
    double result = 0;
    const auto read = std::from_chars(spelling.begin() + plus, spelling.end(), result);
    if (read.ec != std::errc::result_out_of_range)
        return result;
    const double limit = isHuge(spelling) ? std::numeric_limits<double>::infinity() : 0.0;
    return spelling.startsWith('-') ? -limit : limit;
}

bool Value::isInteger() const
{
    const auto isFraction = [](char c) { return c == '.' || c == 'e' || c == 'E'; };
    return isNumber() && std::ranges::none_of(m_text, isFraction);
}

double Value::number(double otherwise) const
{
    return isNumber() ? toDouble(m_text) : otherwise;
}

qint64 Value::integer(qint64 otherwise) const
{
    if (!isNumber())
        return otherwise;
    qint64 result = 0;
    const char *end = m_text.data() + m_text.size();
    const auto read = std::from_chars(m_text.data(), end, result);
    return read.ec == std::errc() && read.ptr == end ? result : otherwise;
}

const Value *Value::find(QByteArrayView name) const
{
    const auto last = std::ranges::find(m_members.rbegin(), m_members.rend(), name, &Member::name);
    return last == m_members.rend() ? nullptr : &last->value;
}

const Value *Value::at(QByteArrayView pointer) const
{
    const Value *value = this;
    while (value && !pointer.isEmpty()) {
        if (pointer[0] != '/')
            return nullptr;
        const qsizetype slash = pointer.indexOf('/', 1);
        const qsizetype end = slash < 0 ? pointer.size() : slash;
        value = childOf(*value, pointer.sliced(1, end - 1));
        pointer = pointer.sliced(end);
    }
    return value;
}

} // namespace dragonscales::core::json
