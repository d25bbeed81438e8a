// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/embedded_service.h"

namespace dragonscales::assembly {

EmbeddedService::EmbeddedService(QObject *parent)
    : QObject(parent)
{
    m_thread.setObjectName(QStringLiteral("service"));
    m_thread.start();
}

EmbeddedService::~EmbeddedService()
{
    if (m_service != nullptr) {
        QMetaObject::invokeMethod(
            m_service, [service = m_service] { delete service; }, Qt::BlockingQueuedConnection);
    }
    m_thread.quit();
    m_thread.wait();
}

void EmbeddedService::start(const ServiceOptions &options)
{
    if (m_service != nullptr) {
        return;
    }
    m_failure.clear();
    setState(State::Starting);
    m_service = new Service(options);
    m_service->moveToThread(&m_thread);
    connect(m_service, &Service::stopped, this, &EmbeddedService::onStopped);
    QMetaObject::invokeMethod(m_service, [this, service = m_service] {
        // `this` outlives the service, see the destructor.
        const auto outcome = service->start();
        QMetaObject::invokeMethod(this, [this, outcome] { onStarted(outcome); });
    });
}

void EmbeddedService::stop()
{
    if (m_service == nullptr || m_state == State::Failed) {
        return;
    }
    setState(State::Stopping);
    QMetaObject::invokeMethod(m_service, &Service::stop);
}

void EmbeddedService::onStarted(const tl::expected<ServiceFacts, StartFailure> &outcome)
{
    if (!outcome) {
        m_failure = outcome.error().lines;
        m_service->deleteLater();
        m_service = nullptr;
        setState(State::Failed);
        return;
    }
    m_facts = *outcome;
    if (m_state == State::Starting) {
        setState(State::Running);
    }
}

void EmbeddedService::onStopped()
{
    if (m_service == nullptr) {
        return;
    }
    m_stuck = m_stuck || m_service->hasStuckThreads();
    m_service->deleteLater();
    m_service = nullptr;
    setState(State::Stopped);
}

void EmbeddedService::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged(state);
}

} // namespace dragonscales::assembly
