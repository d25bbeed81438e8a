// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "bin/manager/command.h"
#include "client/api_client.h"

#include <QDeadlineTimer>

namespace dragonscales::manager {

// Asks for a job again and again, ever less often, until it has ended.
class JobWait final
{
public:
    // `address`: what sentences call the service. `deadline`: when to give up; may be for ever.
    JobWait(client::ApiClient &client, QString address, QString id, QDeadlineTimer deadline);

    // Shows the job when it has ended. A service that goes away meanwhile is given some time to come back.
    // NotFound: nothing is said.
    Exit run();

private:
    // The exit status when it is over, else nothing.
    std::optional<Exit> lookAt(const client::Answer &answer);
    std::optional<Exit> onTrouble(const core::Result<client::Answer> &answer);
    void pause();

    client::ApiClient &m_client;
    const QString m_address;
    const QString m_id;
    const QDeadlineTimer m_deadline;
    std::chrono::milliseconds m_pause;
    QString m_status;
    bool m_seen = false;       // the service has answered once
    QDeadlineTimer m_patience; // with a service that does not answer
};

} // namespace dragonscales::manager
