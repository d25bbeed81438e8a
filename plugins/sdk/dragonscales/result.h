// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/json.h>

#include <tl/expected.hpp>

#include <QString>

#include <variant>

namespace dragonscales::sdk {

// Why a task, storage or callback failed. Throwing a std::exception does the same, with its what() as message.
struct Failure
{
    QString message;                          // one sentence for a person
    QString detail;                           // more of it: output, trace; may be empty
    QString type = QStringLiteral("failure"); // failures of one type are grouped
    bool permanent = false;                   // another try would fail as well: there will be none
};

template <typename T>
using Outcome = tl::expected<T, Failure>;

inline tl::unexpected<Failure> fail(QString message, QString detail = {})
{
    return tl::unexpected<Failure>(Failure{std::move(message), std::move(detail)});
}

// A failure after which nothing is tried again, whatever the job's retries.
inline tl::unexpected<Failure> failForGood(QString message, QString detail = {})
{
    Failure failure{std::move(message), std::move(detail)};
    failure.permanent = true;
    return tl::unexpected<Failure>(std::move(failure));
}

// A result that is a file in the task's scratch folder. The storage moves it.
struct File
{
    QString path;      // absolute
    QString mediaType; // "image/png"
};

using TaskResult = std::variant<Json, File>;

} // namespace dragonscales::sdk
