// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "bin/service_options.h"

#include <QObject>
#include <QStringList>

#include <memory>

namespace dragonscales::assembly {

// Why a service did not start: lines for a person, problems of the project one by one as compilers print them and then
// a sentence, and the exit status that says the same (2: settings, 1: everything else).
struct StartFailure
{
    int exitStatus = 1;
    QStringList lines;
};

// What runs, for a window or a log.
struct ServiceFacts
{
    QString url; // empty without an API
    QString projectId;
    QString projectPath;
    QString storePath;
    int tasks = 0;
    int queues = 0;
    QStringList warnings; // problems of the project that did not keep it from starting
};

// A whole service put together: store, broker, index, host, engine and API. Lives in one thread with an event loop, and
// blocks it while it starts and in the last moments of its stop.
class Service final : public QObject
{
    Q_OBJECT

public:
    explicit Service(ServiceOptions options, QObject *parent = nullptr);
    ~Service() override; // stops at once
    Q_DISABLE_COPY_MOVE(Service)

    // Once. After a failure nothing runs.
    tl::expected<ServiceFacts, StartFailure> start();
    // Orderly: running jobs get their grace, then go back to their queue; the API answers until they are back. Then
    // stopped() follows. A second call, or stopNow(), cuts it short.
    void stop();
    void stopNow();
    // While it runs: to submit jobs and to hear of commits without HTTP.
    broker::Broker *broker() const;
    // Code that does not return holds a thread: it cannot be ended but with the process.
    bool hasStuckThreads() const;

Q_SIGNALS:
    void stopped();

private:
    struct Parts;
    void takeDown();

    const ServiceOptions m_options;
    std::unique_ptr<Parts> m_parts;
    bool m_stuck = false;
};

} // namespace dragonscales::assembly
