// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/problem_list.h"

namespace dragonscales::core {

// One key that an object of a project file may have.
struct Field
{
    enum class Kind : quint8 {
        Any,
        Boolean,
        Text,
        Name, // a text of 1 to 200 characters without control characters, not only of spaces
        Id,   // [a-z0-9-]{1,40}
        Object,
        Array,
        TextOrTexts, // a text or an array of texts
        Whole,       // a whole number
        Number,      // any number
        Seconds,     // a number, fractions count
        RqSeconds,   // the same; a text such as "3m"; or -1 for no limit
        Isolation,
    };

    const char *name;
    Kind kind = Kind::Any;
    bool required = false;
    double least = 0;
    double most = 0; // 0: no limit
};

// What becomes of keys that no field names, and of repeated ones.
enum class UnknownKeys : quint8 { Warn, Refuse };

// Whether this is an object whose keys are those of `fields`, each of its kind; tells everything that is not so.
// `what` is the object, for a person: "a queue".
bool checkObject(const Place &place, const QList<Field> &fields, const QString &what, ProblemList &problems,
                 UnknownKeys unknown = UnknownKeys::Warn);
bool checkArray(const Place &place, const QString &what, ProblemList &problems);

// Members of an object that has been checked, or not: what is missing or of another kind reads as `otherwise`.
QString textOf(const json::Value &object, QByteArrayView name, const QString &otherwise = {});
QStringList textsOf(const json::Value &object, QByteArrayView name);

// Seconds as a number of the file has them.
std::chrono::milliseconds secondsOf(const json::Value &number);
// The same with RQ's spellings: "90", "90s", "3m", "1h"; 0 for no limit. Nothing when it is none of these.
std::optional<std::chrono::milliseconds> rqSecondsOf(const json::Value &value);

// How a person calls the type of a value: "a text", "an array".
QString typeWord(const json::Value &value);

} // namespace dragonscales::core
