// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/project_fields.h"

#include "core/near_miss.h"

#include <QRegularExpression>
#include <QSet>

#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

using Kind = Field::Kind;

constexpr int kMostNameLetters = 200;
constexpr int kMostRefused = 100;    // keys of one object
constexpr double kLongestSec = 1e12; // beyond it the milliseconds do not fit any more

QString nameOf(const Field &field)
{
    return QString::fromLatin1(field.name);
}

QString rangeOf(const Field &field)
{
    const QString unit = field.kind == Kind::Whole    ? u"a whole number"_s
                         : field.kind == Kind::Number ? u"a number"_s
                                                      : u"a number of seconds"_s;
    const QString least = QString::number(field.least);
    return field.most == 0 ? u"%1 from %2 up"_s.arg(unit, least)
                           : u"%1 from %2 to %3"_s.arg(unit, least, QString::number(field.most, 'f', 0));
}

// What a value of this kind is, as "“x” must be …" goes on.
QString wanted(const Field &field)
{
    switch (field.kind) {
    case Kind::Any:
        return u"a value"_s;
    case Kind::Boolean:
        return u"true or false"_s;
    case Kind::Text:
        return u"a text"_s;
    case Kind::Name:
        return u"a text of 1 to %1 visible characters"_s.arg(kMostNameLetters);
    case Kind::Id:
        return u"a text of 1 to 40 small letters, digits and dashes"_s;
    case Kind::Object:
        return u"an object"_s;
    case Kind::Array:
        return u"an array"_s;
    case Kind::TextOrTexts:
        return u"a text or an array of texts"_s;
    case Kind::Whole:
    case Kind::Number:
    case Kind::Seconds:
        return rangeOf(field);
    case Kind::RqSeconds:
        return rangeOf(field) + u", or a text such as “3m”"_s;
    case Kind::Isolation:
        return u"“auto”, “thread” or “process”"_s;
    }
    return {};
}

bool isName(const QByteArray &utf8)
{
    const QString name = QString::fromUtf8(utf8);
    return !name.trimmed().isEmpty() && name.size() <= kMostNameLetters &&
           std::all_of(name.begin(), name.end(), [](QChar c) { return c.category() != QChar::Other_Control; });
}

bool isId(const QByteArray &text)
{
    return !text.isEmpty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

bool isTexts(const json::Value &value)
{
    return value.isText() || (value.isArray() && std::all_of(value.items().begin(), value.items().end(),
                                                             [](const json::Value &item) { return item.isText(); }));
}

bool isInRange(const Field &field, double number)
{
    return std::isfinite(number) && number >= field.least && (field.most == 0 || number <= field.most);
}

bool fits(const Field &field, const json::Value &value)
{
    switch (field.kind) {
    case Kind::Any:
        return true;
    case Kind::Boolean:
        return value.isBool();
    case Kind::Text:
        return value.isText();
    case Kind::Name:
        return value.isText() && isName(value.text());
    case Kind::Id:
        return value.isText() && isId(value.text());
    case Kind::Object:
        return value.isObject();
    case Kind::Array:
        return value.isArray();
    case Kind::TextOrTexts:
        return isTexts(value);
    case Kind::Whole:
        return value.isNumber() && value.isInteger() && isInRange(field, value.number());
    case Kind::Number:
    case Kind::Seconds:
        return value.isNumber() && isInRange(field, value.number());
    case Kind::RqSeconds: {
        const auto time = rqSecondsOf(value);
        return time && isInRange(field, static_cast<double>(time->count()) / 1000);
    }
    case Kind::Isolation:
        return value.isText() && isolationFromWord(QString::fromUtf8(value.text())).has_value();
    }
    return false;
}

// What is there instead: short values as they are, others by their type.
QString found(const json::Value &value)
{
    if (value.isNumber() && value.text().size() <= 20) {
        return QString::fromLatin1(value.text());
    }
    if (value.isText() && value.text().size() <= 60) {
        return u"the text “%1”"_s.arg(QString::fromUtf8(value.text()));
    }
    return typeWord(value);
}

// Tells of keys that no field names and of repeated ones.
class KeyCheck
{
public:
    KeyCheck(const Place &object, const QString &what, UnknownKeys unknown, ProblemList &problems)
        : m_object(object)
        , m_what(what)
        , m_refuse(unknown == UnknownKeys::Refuse)
        , m_problems(problems)
    {
    }

    // Whether nothing was refused.
    bool check(const QList<Field> &fields)
    {
        QStringList known;
        for (const Field &field : fields) {
            known.append(nameOf(field));
        }
        QSet<QByteArray> seen;
        for (const json::Value::Member &member : m_object.value->members()) {
            const QString name = QString::fromUtf8(member.name);
            if (seen.contains(member.name)) {
                tell(member, u"The key “%1” is there more than once."_s.arg(name),
                     u"Remove all but one: the last one counts."_s);
            } else if (!known.contains(name)) {
                tellUnknown(member, name, nearMiss(name, known));
            }
            seen.insert(member.name);
            if (m_refused == kMostRefused) {
                break; // nobody reads more of them, and each takes memory
            }
        }
        return m_refused == 0;
    }

private:
    void tellUnknown(const json::Value::Member &member, const QString &name, const QString &near)
    {
        const QString message =
            m_refuse ? u"The key “%1” is not known in %2."_s : u"The key “%1” is not known in %2; it has no effect."_s;
        const QString remedy =
            near.isEmpty() ? u"Remove it, if it is a slip."_s : u"Write “%1”, if you mean that."_s.arg(near);
        tell(member, message.arg(name, m_what), remedy);
    }

    void tell(const json::Value::Member &member, const QString &message, const QString &remedy)
    {
        if (m_refuse) {
            ++m_refused;
            m_problems.error({m_object.pointer + '/' + pointerToken(member.name), &member.value}, message, remedy);
        } else {
            m_problems.warningAt(member.nameBegin, m_object.pointer + '/' + pointerToken(member.name), message, remedy);
        }
    }

    const Place &m_object;
    const QString &m_what;
    const bool m_refuse;
    ProblemList &m_problems;
    int m_refused = 0;
};

} // namespace

QString typeWord(const json::Value &value)
{
    switch (value.type()) {
    case json::Value::Type::Null:
        return u"null"_s;
    case json::Value::Type::Boolean:
        return value.boolean() ? u"true"_s : u"false"_s;
    case json::Value::Type::Number:
        return u"a number"_s;
    case json::Value::Type::Text:
        return u"a text"_s;
    case json::Value::Type::Array:
        return u"an array"_s;
    case json::Value::Type::Object:
        return u"an object"_s;
    }
    return {};
}

bool checkObject(const Place &place, const QList<Field> &fields, const QString &what, ProblemList &problems,
                 UnknownKeys unknown)
{
    if (!place.value->isObject()) {
        QStringList keys;
        for (const Field &field : fields) {
            if (field.required) {
                keys.append(nameOf(field));
            }
        }
        problems.error(place, u"Here must be %1, and this is %2."_s.arg(what, typeWord(*place.value)),
                       keys.isEmpty() ? u"Write an object: { … }."_s
                                      : u"Write an object with %1."_s.arg(quotedList(keys)));
        return false;
    }
    bool good = KeyCheck(place, what, unknown, problems).check(fields);
    for (const Field &field : fields) {
        const json::Value *value = place.value->find(field.name);
        if (value == nullptr) {
            if (field.required) {
                problems.error(place, u"The key “%1” is missing in %2."_s.arg(nameOf(field), what),
                               u"Add it: it must be %1."_s.arg(wanted(field)));
                good = false;
            }
            continue;
        }
        if (!fits(field, *value)) {
            problems.error(place.member(field.name),
                           u"“%1” must be %2, and this is %3."_s.arg(nameOf(field), wanted(field), found(*value)),
                           field.required ? u"Write %1."_s.arg(wanted(field))
                                          : u"Write %1, or leave the key out."_s.arg(wanted(field)));
            good = false;
        }
    }
    return good;
}

bool checkArray(const Place &place, const QString &what, ProblemList &problems)
{
    if (place.value->isArray()) {
        return true;
    }
    problems.error(place, u"Here must be an array of %1, and this is %2."_s.arg(what, typeWord(*place.value)),
                   u"Write an array: [ … ]."_s);
    return false;
}

QString textOf(const json::Value &object, QByteArrayView name, const QString &otherwise)
{
    const json::Value *value = object.find(name);
    return value != nullptr && value->isText() ? QString::fromUtf8(value->text()) : otherwise;
}

QStringList textsOf(const json::Value &object, QByteArrayView name)
{
    const json::Value *value = object.find(name);
    QStringList texts;
    if (value != nullptr && value->isText()) {
        texts.append(QString::fromUtf8(value->text()));
    } else if (value != nullptr) {
        for (const json::Value &item : value->items()) {
            texts.append(QString::fromUtf8(item.text()));
        }
    }
    return texts;
}

std::chrono::milliseconds secondsOf(const json::Value &number)
{
    const double seconds = number.number();
    return std::isfinite(seconds) && std::abs(seconds) < kLongestSec
               ? std::chrono::milliseconds(std::llround(seconds * 1000))
               : std::chrono::milliseconds(0);
}

std::optional<std::chrono::milliseconds> rqSecondsOf(const json::Value &value)
{
    if (value.isNumber()) {
        if (value.text() == "-1") {
            return std::chrono::milliseconds(0);
        }
        const bool good = value.number() >= 0 && value.number() < kLongestSec;
        return good ? std::optional(secondsOf(value)) : std::nullopt;
    }
    static const QRegularExpression form(u"^([0-9]{1,9})([hmsHMS]?)$"_s);
    const auto match = form.match(value.isText() ? QString::fromUtf8(value.text()) : QString());
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    const QString unit = match.captured(2).toLower();
    const qint64 factor = unit == u"h"_s ? 3600 : unit == u"m"_s ? 60 : 1;
    return std::chrono::seconds(match.captured(1).toLongLong() * factor);
}

} // namespace dragonscales::core
