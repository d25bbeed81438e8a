// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/manager/job_wait.h"

#include "bin/manager/http_call.h"
#include "bin/manager/progress_line.h"
#include "core/json/reader.h"

#include <QEventLoop>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::manager {

namespace {

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{3000};
constexpr std::chrono::seconds kPatience{60};

} // namespace

JobWait::JobWait(client::ApiClient &client, QString address, QString id, QDeadlineTimer deadline)
    : m_client(client)
    , m_address(std::move(address))
    , m_id(std::move(id))
    , m_deadline(deadline)
    , m_pause(kFirstPause)
    , m_patience(kPatience)
{
}

Exit JobWait::run()
{
    // The line is gone before anything else is written.
    std::optional<Exit> exit;
    core::Result<client::Answer> last = client::Answer{};
    {
        ProgressLine line;
        line.say(u"asking"_s);
        while (!exit) {
            last = await(m_client.get(jobPath(m_id)), m_deadline);
            exit = last && exitOfHttp(last->status) == Exit::Done ? lookAt(*last) : onTrouble(last);
            if (!exit && m_deadline.hasExpired()) {
                exit = Exit::TimedOut;
            }
            if (!exit) {
                line.say(m_status);
                pause();
            }
        }
    }
    if (*exit == Exit::TimedOut && m_deadline.hasExpired()) {
        const QString state = m_status.isEmpty() ? u"the service has not answered"_s : u"it is %1"_s.arg(m_status);
        return complain(Exit::TimedOut, u"The job %1 has not ended in time: %2."_s.arg(m_id, state));
    }
    if (*exit == Exit::NotFound) {
        return *exit;
    }
    const Exit shown = show(last, Shape::Job, m_address);
    return shown == Exit::Done ? *exit : shown;
}

std::optional<Exit> JobWait::lookAt(const client::Answer &answer)
{
    m_seen = true;
    m_patience.setRemainingTime(kPatience);
    const auto value = core::json::read(answer.body);
    const auto *status = value ? value->find("status") : nullptr;
    if (status == nullptr || !status->isText()) {
        return Exit::Unreachable; // show() says why
    }
    m_status = QString::fromUtf8(status->text());
    if (m_status == u"finished"_s) {
        return Exit::Done;
    }
    return m_status == u"failed"_s || m_status == u"canceled"_s ? std::optional(Exit::Failed) : std::nullopt;
}

std::optional<Exit> JobWait::onTrouble(const core::Result<client::Answer> &answer)
{
    const Exit exit = answer ? exitOfHttp(answer->status) : exitOf(answer.error().code);
    const bool mayPass = exit == Exit::Unreachable || exit == Exit::TimedOut;
    if (!m_seen || !mayPass || m_patience.hasExpired()) {
        return exit;
    }
    return std::nullopt;
}

void JobWait::pause()
{
    QEventLoop loop;
    const std::chrono::milliseconds left(m_deadline.isForever() ? m_pause.count() : m_deadline.remainingTime());
    QTimer::singleShot(std::min(m_pause, left), &loop, &QEventLoop::quit);
    loop.exec();
    m_pause = std::min(m_pause * 3 / 2, kLongestPause);
}

} // namespace dragonscales::manager
