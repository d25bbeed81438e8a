// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "index/index_file.h"

#include <QPromise>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace dragonscales::index {

// Keeps the file up to date and answers from it. Commits of the broker are taken as they come and written together
// after a moment, so that a job which runs through all of its states meanwhile is written once; somebody who waits for
// an answer ends the moment.
class IndexThread final
{
public:
    IndexThread(broker::Broker &broker, QString path);
    ~IndexThread();
    Q_DISABLE_COPY_MOVE(IndexThread)

    void start();
    void stop(); // after all commits that it was told of are written

    void told(const broker::Commit &commit); // from the broker's writer thread
    QFuture<core::Result<IdPage>> list(ListQuery query);
    QFuture<core::Result<Counts>> counts();

private:
    // Who waits until the index has reached a commit.
    struct Request
    {
        virtual ~Request() = default;
        virtual bool answer(IndexFile &file) = 0; // false: the file failed, nothing was answered
        virtual void refuse(const core::Error &error) = 0;
        broker::EventId target;
        bool triedBefore = false;
    };
    template <typename T, typename Read>
    struct RequestOf;
    template <typename T, typename Read>
    QFuture<core::Result<T>> ask(Read read);

    void loop();
    bool waitForWork(); // false: stop
    void take();
    void gather(const broker::Commit &commit);
    bool ready();
    bool open();
    bool rebuild();
    core::Result<void> fill(IndexFile &file);
    void write();
    void answer();
    void fail(const core::Error &error);
    void refuseAll(const core::Error &error);
    void giveUpFile();
    bool stopping() const;

    broker::Broker &m_broker;
    const QString m_path;

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    QList<broker::Commit> m_commits;
    std::deque<std::unique_ptr<Request>> m_requests;
    bool m_gathering = false; // the thread waits for more, not for the first
    bool m_stopping = false;
    broker::EventId m_start; // every later commit is told of

    // Of the thread alone.
    std::unique_ptr<IndexFile> m_file; // null until it is filled
    broker::EventId m_reached;         // what the file and m_changes hold
    qint64 m_written = 0;              // what the file holds
    Changes m_changes;
    bool m_pausing = false; // the file could not be made: not again at once
    QString m_failure;      // why, as it was logged
    std::deque<std::unique_ptr<Request>> m_waiting;
    std::thread m_thread;
};

} // namespace dragonscales::index
