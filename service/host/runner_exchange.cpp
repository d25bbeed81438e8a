// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/runner_exchange.h"

#include "host/ended_text.h"
#include "host/process_tree.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::host {

namespace {

constexpr auto kStartTime = 30s;         // a runner that has not said hello by then never will
constexpr auto kGarbagePatience = 200ms; // half a line may be the last of a process that crashed: its monitor says so
constexpr int kMaxReads = 16;            // of 64 KiB, then limits are looked at again
constexpr qint64 kMiB = 1024 * 1024;

QString seconds(std::chrono::milliseconds time)
{
    return QString::number(static_cast<double>(time.count()) / 1000.0);
}

} // namespace

RunnerExchange::RunnerExchange(RunnerProcess &runner, ExchangeLimits limits, Control *control)
    : m_runner(runner)
    , m_limits(std::move(limits))
    , m_control(control)
    , m_begun(std::chrono::steady_clock::now() - m_limits.spent)
{
    if (m_limits.memoryBytes > 0) {
        m_nextMemoryCheck = m_begun + m_limits.memoryCheck;
    }
}

ExchangeEnd RunnerExchange::run(const QByteArray &line)
{
    m_toSend = line;
    sendMore();
    while (!m_end) {
        step();
    }
    const auto sink = [this](const QString &level) { return [this, level](const QString &text) { log(level, text); }; };
    m_output.flush(sink(u"stdout"_s));
    m_errors.flush(sink(u"stderr"_s));
    return std::move(*m_end);
}

void RunnerExchange::step()
{
    const auto now = std::chrono::steady_clock::now();
    const short interest = m_toSend.isEmpty() ? POLLIN : POLLIN | POLLOUT;
    std::array<pollfd, 4> fds{pollfd{m_runner.channel().get(), interest, 0}, pollfd{m_runner.output().get(), POLLIN, 0},
                              pollfd{m_runner.errors().get(), POLLIN, 0},
                              pollfd{m_control == nullptr ? -1 : m_control->descriptor(), POLLIN, 0}};
    const auto next = nextMoment();
    int wait = -1;
    if (next != Time::max()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - now);
        wait = static_cast<int>(std::clamp<qint64>(left.count(), 0, 3'600'000));
    }
    ::poll(fds.data(), fds.size(), wait);
    if (fds[1].revents != 0) {
        readPipe(m_runner.output(), m_output, u"stdout"_s);
    }
    if (fds[2].revents != 0) {
        readPipe(m_runner.errors(), m_errors, u"stderr"_s);
    }
    if (fds[3].revents != 0) {
        eventfd_t times = 0;
        ::eventfd_read(fds[3].fd, &times); // a second request, which makes haste, wakes again
    }
    if ((fds[0].revents & POLLOUT) != 0) {
        sendMore();
    }
    if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
        receive();
    }
    checkTimes(std::chrono::steady_clock::now());
}

RunnerExchange::Time RunnerExchange::nextMoment() const
{
    Time next = std::min({m_killAt, m_garbageUntil, m_nextMemoryCheck});
    if (m_limits.timeout.count() > 0 && m_reason == Reason::None) {
        next = std::min(next, m_begun + m_limits.timeout);
    }
    if (!m_runner.greeted) {
        next = std::min(next, m_runner.started() + kStartTime);
    }
    return next;
}

bool RunnerExchange::overdue(Time now) const
{
    return m_limits.timeout.count() > 0 && now >= m_begun + m_limits.timeout;
}

void RunnerExchange::checkTimes(Time now)
{
    if (m_end) {
        return;
    }
    if (m_output.bytes() + m_errors.bytes() + m_loggedBytes > m_limits.maxOutputBytes) {
        endBroken(u"output"_s,
                  u"The %1 wrote more than %2 MiB of output; write less, or to a file."_s.arg(m_limits.what)
                      .arg(m_limits.maxOutputBytes / kMiB));
    } else if (now >= m_garbageUntil) {
        endBroken(
            u"protocol"_s,
            u"What came from the runner of the %1 is not its protocol; its code wrote to a descriptor that is not its own."_s
                .arg(m_limits.what));
    } else if (!m_runner.greeted && now >= m_runner.started() + kStartTime) {
        endBroken(u"runner"_s, u"The runner did not start within %1 s."_s.arg(seconds(kStartTime)));
    } else if (now >= m_killAt) {
        endByReason();
    } else if (m_reason == Reason::None && overdue(now)) {
        beginEnd(Reason::Timeout, now);
    }
    checkControl(now);
    checkMemory(now);
}

void RunnerExchange::checkControl(Time now)
{
    if (m_end || m_control == nullptr || m_control->requested() == Control::Request::None) {
        return;
    }
    if (m_control->graceless()) {
        m_reason = m_reason == Reason::None ? Reason::Requested : m_reason;
        endByReason();
    } else if (m_reason == Reason::None) {
        beginEnd(Reason::Requested, now);
    }
}

void RunnerExchange::checkMemory(Time now)
{
    if (m_end || now < m_nextMemoryCheck) {
        return;
    }
    m_nextMemoryCheck = now + m_limits.memoryCheck;
    qint64 used = 0;
    for (const pid_t pid : descendantsOf(m_runner.monitor())) {
        used += residentBytes(pid);
    }
    if (used > m_limits.memoryBytes) {
        endBroken(u"memory"_s, u"The %1 used %2 MiB of memory; its queue allows %3 MiB."_s.arg(m_limits.what)
                                   .arg(used / kMiB)
                                   .arg(m_limits.memoryBytes / kMiB));
    }
}

void RunnerExchange::sendMore()
{
    while (!m_toSend.isEmpty()) {
        const ssize_t sent = ::send(m_runner.channel().get(), m_toSend.constData(),
                                    static_cast<size_t>(m_toSend.size()), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0) {
            if (errno != EAGAIN) {
                m_toSend.clear(); // the other end has gone; receive() learns how
            }
            return;
        }
        m_toSend.remove(0, sent);
    }
}

void RunnerExchange::receive()
{
    std::array<char, 65'536> chunk;
    for (int turn = 0; turn < kMaxReads && !m_end; ++turn) {
        const ssize_t got = ::recv(m_runner.channel().get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 && errno == EAGAIN) {
            return;
        }
        if (got <= 0) {
            takeEndOfChannel();
            return;
        }
        m_received.append(chunk.data(), got);
        takeLines();
        if (got < static_cast<ssize_t>(chunk.size())) {
            return;
        }
    }
}

void RunnerExchange::takeEndOfChannel()
{
    readPipes();
    if (m_reason != Reason::None) {
        endByReason();
    } else if (m_runner.greeted) {
        endBroken(u"crash"_s, u"The runner of the %1 ended without a word: it was killed."_s.arg(m_limits.what));
    } else {
        endBroken(u"runner"_s, u"The runner did not start; is dragonscales installed as a whole?"_s);
    }
}

void RunnerExchange::takeLines()
{
    qsizetype begin = 0;
    qsizetype end = 0;
    while (!m_end && (end = m_received.indexOf('\n', std::max(begin, m_searched))) >= 0) {
        if (end > begin) {
            takeLine(m_received.mid(begin, end - begin));
        }
        begin = end + 1;
    }
    m_received.remove(0, begin);
    m_searched = m_received.size();
    if (m_end && m_end->reusable && !m_received.isEmpty()) {
        m_end->reusable = false; // more than was asked for
    }
    if (!m_end && m_received.size() > m_limits.maxLineBytes) {
        endBroken(u"protocol"_s, u"The runner of the %1 wrote a line of more than %2 MiB."_s.arg(m_limits.what)
                                     .arg(m_limits.maxLineBytes / kMiB));
    }
}

void RunnerExchange::takeLine(const QByteArray &line)
{
    auto answer = protocol::answerOf(line);
    if (answer && std::holds_alternative<protocol::Ended>(*answer)) {
        takeEnded(std::get<protocol::Ended>(*answer));
        return;
    }
    if (m_garbageUntil != Time::max()) {
        return;
    }
    if (answer && !m_runner.greeted) {
        const auto *hello = std::get_if<protocol::Hello>(&*answer);
        takeHello(hello == nullptr ? protocol::Hello{} : *hello);
    } else if (!answer) {
        m_garbageUntil = std::chrono::steady_clock::now() + kGarbagePatience;
    } else if (const auto *said = std::get_if<protocol::Log>(&*answer)) {
        m_loggedBytes += said->text.size() + 1;
        log(said->level, said->text);
    } else if (const auto *progress = std::get_if<protocol::Progress>(&*answer)) {
        if (m_control != nullptr && m_control->onProgress) {
            m_control->onProgress(progress->fraction, progress->text);
        }
    } else if (protocol::isFinal(*answer)) {
        takeFinal(std::move(*answer));
    }
}

void RunnerExchange::takeHello(const protocol::Hello &hello)
{
    if (hello.protocol != protocol::kVersion) {
        endBroken(
            u"runner"_s,
            u"The runner speaks version %1 of the protocol, this service version %2; install both from one release."_s
                .arg(hello.protocol)
                .arg(protocol::kVersion));
        return;
    }
    m_runner.greeted = true;
    m_runner.code = hello.pid;
}

void RunnerExchange::takeFinal(protocol::Answer answer)
{
    readPipes();
    if (m_output.bytes() + m_errors.bytes() + m_loggedBytes > m_limits.maxOutputBytes) {
        return; // checkTimes() says so
    }
    if (m_reason == Reason::None && overdue(std::chrono::steady_clock::now())) {
        m_reason = Reason::Timeout; // the code saw its deadline before we did
    }
    const bool failed = std::holds_alternative<protocol::Failed>(answer);
    if (m_reason == Reason::Timeout || (m_reason == Reason::Requested && failed)) {
        endByReason();
        return;
    }
    ExchangeEnd end;
    end.kind = ExchangeEnd::Kind::Answered;
    // Code that closed its standard output has taken it from the next job as well.
    end.reusable = m_reason == Reason::None && !std::holds_alternative<protocol::LeftBehind>(answer) &&
                   m_runner.output().valid() && m_runner.errors().valid();
    end.answer = std::move(answer);
    m_end = std::move(end);
}

void RunnerExchange::takeEnded(const protocol::Ended &ended)
{
    readPipes();
    if (m_reason != Reason::None) {
        endByReason();
        return;
    }
    if (ended.status == kExitNoGuest && !m_runner.greeted) {
        endBroken(u"runner"_s,
                  u"The runner of the %1 did not start: %2"_s.arg(m_limits.what, m_errors.tail().trimmed()));
        m_end->error.detail.clear();
        return;
    }
    endBroken(u"crash"_s, endedText(ended));
    m_end->kind = ExchangeEnd::Kind::Ended;
    m_end->begun = ended.requests >= m_runner.requests;
}

// What was written before the answer is in the pipes by now.
void RunnerExchange::readPipes()
{
    readPipe(m_runner.output(), m_output, u"stdout"_s);
    readPipe(m_runner.errors(), m_errors, u"stderr"_s);
}

void RunnerExchange::readPipe(Descriptor &pipe, OutputLines &lines, const QString &level)
{
    std::array<char, 65'536> chunk;
    for (int turn = 0; turn < kMaxReads && pipe.valid(); ++turn) {
        const ssize_t got = ::read(pipe.get(), chunk.data(), chunk.size());
        if (got < 0) {
            return;
        }
        if (got == 0) {
            pipe.close(); // else poll() would tell of it for ever
            return;
        }
        lines.add(QByteArrayView(chunk.data(), got), [&](const QString &text) { log(level, text); });
        if (got < static_cast<ssize_t>(chunk.size())) {
            return;
        }
    }
}

void RunnerExchange::log(const QString &level, const QString &text)
{
    if (m_control != nullptr && m_control->onLog) {
        m_control->onLog(core::LogLine{core::SystemClock().now(), level, text});
    }
}

void RunnerExchange::beginEnd(Reason reason, Time now)
{
    m_reason = reason;
    m_killAt = now + m_limits.grace;
    m_runner.terminate();
}

void RunnerExchange::endByReason()
{
    if (m_reason == Reason::Requested) {
        ExchangeEnd end;
        end.kind = ExchangeEnd::Kind::Requested;
        m_end = std::move(end);
        return;
    }
    endBroken(u"timeout"_s,
              u"The %1 ran longer than its time limit of %2 s."_s.arg(m_limits.what, seconds(m_limits.timeout)));
}

void RunnerExchange::endBroken(const QString &type, const QString &message)
{
    ExchangeEnd end;
    end.kind = ExchangeEnd::Kind::Broken;
    end.error.type = type;
    end.error.message = message;
    end.error.detail = m_errors.tail();
    m_end = std::move(end);
}

} // namespace dragonscales::host
