// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/gate_answer.h"

#include <QMutex>
#include <QObject>

namespace dragonscales::api {

// Brings responses from the threads that make them to the gate's. Those that come together, as after a group commit,
// wake it once. A future may end after the mailbox has gone; its response is dropped then.
class Mailbox final : public QObject
{
    Q_OBJECT

public:
    using Deliver = std::function<void(quint64 ticket, const Response &response)>;

    explicit Mailbox(Deliver deliver);
    ~Mailbox() override;
    Q_DISABLE_COPY_MOVE(Mailbox)

    // The handler's response is delivered once, maybe from within; 500 where it fails by an exception, 503 where it
    // ends without one.
    void ask(quint64 ticket, const RequestHandler &handler, const Request &request);

private:
    struct Letters;
    void expect(quint64 ticket, QFuture<Response> future);
    void empty();

    Deliver m_deliver;
    std::shared_ptr<Letters> m_letters;
};

} // namespace dragonscales::api
