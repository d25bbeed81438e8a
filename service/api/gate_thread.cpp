// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/gate_thread.h"

#include <QTimer>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::api {

GateThread::GateThread()
{
    m_thread.setObjectName(u"http"_s);
    // In the thread itself, once its event loop has ended.
    QObject::connect(
        &m_thread, &QThread::finished, &m_thread, [this] { m_gate.reset(); }, Qt::DirectConnection);
}

GateThread::~GateThread()
{
    stop(std::chrono::milliseconds::zero());
}

core::Result<quint16> GateThread::start(GateOptions options, RequestHandler handler, Gate::MakeBackend makeBackend)
{
    if (m_thread.isRunning()) {
        return core::failure(core::ErrorCode::Conflict, u"The HTTP service has been started already."_s);
    }
    QObject doorway; // whatever is called on it runs in the thread
    core::Result<quint16> port = 0;
    doorway.moveToThread(&m_thread);
    m_thread.start();
    QMetaObject::invokeMethod(
        &doorway,
        [&] {
            m_gate = std::make_unique<Gate>(std::move(options), std::move(handler), std::move(makeBackend));
            port = m_gate->listen();
            doorway.moveToThread(nullptr); // so that it may be destroyed out there
        },
        Qt::BlockingQueuedConnection);
    if (!port) {
        stop(std::chrono::milliseconds::zero());
    }
    return port;
}

void GateThread::stop(std::chrono::milliseconds grace)
{
    if (!m_thread.isRunning()) {
        return;
    }
    QMetaObject::invokeMethod(
        m_gate.get(),
        [this, grace] {
            QObject::connect(m_gate.get(), &Gate::drained, &m_thread, &QThread::quit, Qt::DirectConnection);
            QTimer::singleShot(grace, m_gate.get(), [this] { m_thread.quit(); });
            m_gate->drain();
        },
        Qt::QueuedConnection);
    m_thread.wait();
}

} // namespace dragonscales::api
