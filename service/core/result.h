// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <tl/expected.hpp>

#include <QByteArray>
#include <QString>

namespace dragonscales::core {

// What went wrong, for a program. One table per edge turns it into an HTTP status, an exit status or a wording.
enum class ErrorCode : quint8 {
    InvalidArgument, // what was asked for makes no sense as written
    NotFound,
    Conflict,     // the state forbids it: already ended, already there
    StaleLease,   // another worker owns the run by now
    Unauthorized, // who are you
    Forbidden,    // you may not
    TooLarge,
    QueueFull,
    Unavailable, // may work later: store busy, service stopping
    StoreFull,   // no space left on the store's disk
    StoreCorrupt,
    StoreTooNew, // written by a newer version of the program
    StoreInUse,  // owned by another process
    TimedOut,
    Canceled,
    Crashed,
    Internal,
};

// A failure as a value. Logged once, where it stops.
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    QString where;      // the place: a file, a route, an operation; may be empty
    QString message;    // one sentence for a person: what is wrong and what to do
    QByteArray details; // a JSON object for a machine; may be empty
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(ErrorCode code, QString message, QString where = {}, QByteArray details = {})
{
    return tl::unexpected<Error>(Error{code, std::move(where), std::move(message), std::move(details)});
}

} // namespace dragonscales::core
