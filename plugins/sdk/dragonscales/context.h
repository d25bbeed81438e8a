// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <chrono>

namespace dragonscales::sdk {

enum class LogLevel : quint8 { Debug, Info, Warning, Error };

// What running code may know and tell. Owned by the caller, valid until the call returns; thread-safe.
class Context
{
public:
    virtual ~Context() = default;

    virtual QString jobId() const = 0;
    virtual QString entryName() const = 0;      // name of the task, storage or callback in the project
    virtual QByteArray traceparent() const = 0; // W3C trace context of the request; may be empty
    virtual QString deliveryId() const = 0;     // callbacks: the same for every try of one run; else empty
    virtual void progress(double fraction, const QString &text = {}) = 0; // 0…1
    virtual void log(LogLevel level, const QString &line) = 0;
    // True once the job was canceled, timed out, or the service stops: return soon.
    virtual bool stopRequested() const = 0;
    // When the time limit ends; time_point::max() without one.
    virtual std::chrono::steady_clock::time_point deadline() const = 0;
    // A folder of this job alone, removed afterwards. Made at the first call.
    virtual QString scratchFolder() = 0;
};

} // namespace dragonscales::sdk
