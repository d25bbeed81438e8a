// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "bin/assembly.h"

#include <QThread>

namespace dragonscales::assembly {

// A service on a thread of its own, for a program that has better things to do in its main thread. Calls and signals
// belong to the thread that made it.
class EmbeddedService final : public QObject
{
    Q_OBJECT

public:
    enum class State : quint8 { Stopped, Starting, Running, Stopping, Failed };

    explicit EmbeddedService(QObject *parent = nullptr);
    // Stops at once and waits for it.
    ~EmbeddedService() override;
    Q_DISABLE_COPY_MOVE(EmbeddedService)

    // Nothing while one runs.
    void start(const ServiceOptions &options);
    // Orderly; a second call cuts it short.
    void stop();

    State state() const { return m_state; }
    const ServiceFacts &facts() const { return m_facts; }    // while it runs
    const QStringList &failure() const { return m_failure; } // lines for a person, when it failed to start
    // A module's code has not come back: end the process by std::_Exit(), since destructors would run beside it.
    bool hasStuckThreads() const { return m_stuck; }

Q_SIGNALS:
    void stateChanged(dragonscales::assembly::EmbeddedService::State state);

private:
    void onStarted(const tl::expected<ServiceFacts, StartFailure> &outcome);
    void onStopped();
    void setState(State state);

    QThread m_thread;
    Service *m_service = nullptr; // lives in m_thread
    State m_state = State::Stopped;
    bool m_stuck = false;
    ServiceFacts m_facts;
    QStringList m_failure;
};

} // namespace dragonscales::assembly
