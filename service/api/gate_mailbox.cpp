// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/gate_mailbox.h"

#include "core/continuation.h"

#include <exception>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::api {

namespace {

Response failed(const char *what)
{
    qCritical("A request failed in its handler: %s", what);
    return Response::detail(500, u"The request failed inside the service; its log says why."_s);
}

Response responseOf(const QFuture<Response> &future)
{
    try {
        if (!future.isCanceled() && future.resultCount() > 0) {
            return future.result();
        }
        QFuture<Response>(future).waitForFinished(); // throws what the handler has thrown
    } catch (const std::exception &error) {
        return failed(error.what());
    } catch (...) {
        return failed("unknown exception");
    }
    return Response::detail(503, u"The service stopped before it had answered; try again."_s);
}

} // namespace

struct Mailbox::Letters
{
    QMutex mutex;
    Mailbox *box = nullptr; // null once it has gone
    QList<std::pair<quint64, Response>> list;

    void post(quint64 ticket, Response response)
    {
        const QMutexLocker lock(&mutex);
        if (!box) {
            return;
        }
        list.emplaceBack(ticket, std::move(response));
        if (list.size() == 1) {
            QMetaObject::invokeMethod(box, &Mailbox::empty, Qt::QueuedConnection);
        }
    }
};

Mailbox::Mailbox(Deliver deliver)
    : m_deliver(std::move(deliver))
    , m_letters(std::make_shared<Letters>())
{
    m_letters->box = this;
}

Mailbox::~Mailbox()
{
    QList<std::pair<quint64, Response>> dropped; // outside of the lock: streams may do what they like
    const QMutexLocker lock(&m_letters->mutex);
    m_letters->box = nullptr;
    dropped.swap(m_letters->list);
}

void Mailbox::ask(quint64 ticket, const RequestHandler &handler, const Request &request)
{
    QFuture<Response> future;
    try {
        future = handler(request);
    } catch (const std::exception &error) {
        m_deliver(ticket, failed(error.what()));
        return;
    } catch (...) {
        m_deliver(ticket, failed("unknown exception"));
        return;
    }
    expect(ticket, std::move(future));
}

void Mailbox::expect(quint64 ticket, QFuture<Response> future)
{
    if (future.isFinished()) {
        m_deliver(ticket, responseOf(future));
        return;
    }
    const std::shared_ptr<Letters> letters = m_letters;
    core::whenDone(std::move(future),
                   [letters, ticket](const QFuture<Response> &done) { letters->post(ticket, responseOf(done)); });
}

void Mailbox::empty()
{
    QList<std::pair<quint64, Response>> list;
    {
        const QMutexLocker lock(&m_letters->mutex);
        list.swap(m_letters->list);
    }
    for (const auto &[ticket, response] : list) {
        m_deliver(ticket, response);
    }
}

} // namespace dragonscales::api
