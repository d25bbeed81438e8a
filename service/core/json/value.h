// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <memory>
#include <utility>
#include <vector>

namespace dragonscales::core::json {

// Where a value or a fault lies in its text. Line and column count from 1, column in code points; offset in bytes.
struct Position
{
    qsizetype offset = 0;
    int line = 1;
    int column = 1;
};

// The double nearest to a decimal number, which may also begin with '+' or a point; infinity or zero for what no double
// can hold.
double toDouble(QByteArrayView spelling);

// A JSON value as it was written: members keep their order (also repeated ones), numbers their spelling, and each
// knows the bytes that it came from. Immutable once read; moving is cheap.
class Value
{
public:
    enum class Type : quint8 { Null, Boolean, Number, Text, Array, Object };

    struct Member;

    Value() = default;

    Type type() const { return m_type; }
    bool isNull() const { return m_type == Type::Null; }
    bool isBool() const { return m_type == Type::Boolean; }
    bool isNumber() const { return m_type == Type::Number; }
    bool isText() const { return m_type == Type::Text; }
    bool isArray() const { return m_type == Type::Array; }
    bool isObject() const { return m_type == Type::Object; }

    bool boolean() const { return m_boolean; }
    // Text: the unescaped UTF-8. Number: its spelling. Else empty.
    const QByteArray &text() const { return m_text; }
    bool isInteger() const;                     // a number without fraction and exponent, of any size
    double number(double otherwise = 0) const;  // infinity or zero for what no double can hold
    qint64 integer(qint64 otherwise = 0) const; // `otherwise` also when it does not fit

    const std::vector<Value> &items() const { return m_items; }
    const std::vector<Member> &members() const { return m_members; }
    // The member of this name, the last one when repeated; null when there is none or this is no object.
    const Value *find(QByteArrayView name) const;
    // By JSON pointer (RFC 6901), "" being this value; null when there is none.
    const Value *at(QByteArrayView pointer) const;

    qsizetype begin() const { return m_begin; } // offset of the first byte in the text it was read from
    qsizetype end() const { return m_end; }     // offset behind the last byte

private:
    friend class TreeBuilder;

    Type m_type = Type::Null;
    bool m_boolean = false;
    QByteArray m_text;
    std::vector<Value> m_items;
    std::vector<Member> m_members;
    qsizetype m_begin = 0;
    qsizetype m_end = 0;
};

struct Value::Member
{
    QByteArray name; // unescaped
    Value value;
    qsizetype nameBegin = 0; // offset of the name's opening quote
};

} // namespace dragonscales::core::json
