// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "bin/assembly.h"
#include "core/job.h"

#include <QTemporaryDir>

#include <condition_variable>
#include <mutex>

namespace dragonscales::bench {

// The whole service in this process, on a new embedded store, with one queue "bench", the task `echo`, the storage
// `discard` and the callback `log`, which are native or do the same in Python. Lives in the thread that made it, which
// must run an event loop.
class BenchService final
{
public:
    struct Options
    {
        int workers = 2;
        QByteArray isolation = "thread";
        bool python = false;
        QByteArray authorizer = {}; // in Python: "all" lets everybody in, "kept" says so for a minute
    };

    explicit BenchService(const Options &options);
    ~BenchService();
    Q_DISABLE_COPY_MOVE(BenchService)

    // Writes the project of these options, with its modules, into the folder.
    static void writeProject(const QString &folder, const Options &options);

    QString url() const { return m_facts.url; }

    // Of any thread. Enqueues `jobs` jobs in this process, at most `window` of them not delivered at a time.
    void submit(int jobs, int window);
    // Of any thread: waits until so many deliveries have been recorded as done since the start.
    void waitForDeliveries(qint64 count);

private:
    void onCommit(const broker::Commit &commit);

    QTemporaryDir m_folder;
    std::unique_ptr<assembly::Service> m_service;
    assembly::ServiceFacts m_facts;
    std::mutex m_mutex;
    std::condition_variable m_delivered;
    qint64 m_deliveries = 0;
};

// One job of the bench's project.
core::JobSpec benchJob();
// The same as the body of a POST.
QByteArray benchBody();
QByteArray benchProject(int workers, const QByteArray &isolation);

} // namespace dragonscales::bench
