// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "host/output_lines.h"
#include "host/protocol.h"
#include "host/runner_process.h"

namespace dragonscales::host {

struct ExchangeLimits
{
    std::chrono::milliseconds timeout{0}; // 0: none
    std::chrono::milliseconds spent{0};   // of the timeout, by an exchange before this one
    std::chrono::milliseconds grace{0};   // from SIGTERM to SIGKILL
    qint64 memoryBytes = 0;               // of everything below the monitor; 0: none
    std::chrono::milliseconds memoryCheck{100};
    qint64 maxOutputBytes = 0;
    qint64 maxLineBytes = 0;
    QString what; // for the sentences: "job", "callback", "authorizer"
};

struct ExchangeEnd
{
    enum class Kind : quint8 {
        Answered,  // `answer`
        Ended,     // the process ended by itself; `error`
        Requested, // by the control
        Broken,    // a limit was reached, or the runner is of no use: `error`
    };

    Kind kind = Kind::Broken;
    std::optional<protocol::Answer> answer;
    core::JobError error;
    bool begun = true; // false: it ended before it got the request, so no code has run
    bool reusable = false;
};

// One request to a runner and everything until its answer, in the calling thread: what the code prints and logs, its
// limits, its end. Sleeps in poll() and wakes for nothing but these.
class RunnerExchange final
{
public:
    RunnerExchange(RunnerProcess &runner, ExchangeLimits limits, Control *control); // the control may be null
    Q_DISABLE_COPY_MOVE(RunnerExchange)

    ExchangeEnd run(const QByteArray &line);

private:
    using Time = std::chrono::steady_clock::time_point;
    enum class Reason : quint8 { None, Timeout, Requested };

    void step();
    Time nextMoment() const;
    bool overdue(Time now) const;
    void checkTimes(Time now);
    void checkControl(Time now);
    void checkMemory(Time now);
    void sendMore();
    void receive();
    void takeEndOfChannel();
    void takeLines();
    void takeLine(const QByteArray &line);
    void takeFinal(protocol::Answer answer);
    void takeEnded(const protocol::Ended &ended);
    void takeHello(const protocol::Hello &hello);
    void readPipe(Descriptor &pipe, OutputLines &lines, const QString &level);
    void readPipes();
    void log(const QString &level, const QString &text);
    void beginEnd(Reason reason, Time now);
    void endBroken(const QString &type, const QString &message);
    void endByReason();

    RunnerProcess &m_runner;
    const ExchangeLimits m_limits;
    Control *const m_control;
    const Time m_begun; // what the time limit counts from

    QByteArray m_toSend;
    QByteArray m_received;
    qsizetype m_searched = 0; // no line end before this
    OutputLines m_output;
    OutputLines m_errors;
    qint64 m_loggedBytes = 0;
    Reason m_reason = Reason::None;
    Time m_killAt = Time::max();
    Time m_garbageUntil = Time::max();
    Time m_nextMemoryCheck = Time::max();
    std::optional<ExchangeEnd> m_end;
};

} // namespace dragonscales::host
