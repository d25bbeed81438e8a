// SPDX-License-Identifier: LGPL-3.0-or-later
#include "index/index_thread.h"
#include "core/continuation.h"

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::index {

namespace {

constexpr auto kMoment = 100ms; // how long changes are gathered before they are written
constexpr auto kPause = 1s;     // before a file that cannot be made is tried again
constexpr int kScanPage = 2000; // jobs read from the store at once: a GET of one job waits no longer than for these

core::Error stoppedError()
{
    return {core::ErrorCode::Unavailable, u"index"_s, u"The service is stopping: try again when it runs."_s, {}};
}

} // namespace

template <typename T, typename Read>
struct IndexThread::RequestOf final : Request
{
    explicit RequestOf(Read readOfRequest)
        : read(std::move(readOfRequest))
    {
        promise.start();
    }
    bool answer(IndexFile &file) override
    {
        T value = read(file);
        if (file.failed()) {
            return false;
        }
        finish(std::move(value));
        return true;
    }
    void refuse(const core::Error &error) override { finish(tl::unexpected(error)); }
    void finish(core::Result<T> result) { core::resolve(promise, std::move(result)); }

    Read read;
    QPromise<core::Result<T>> promise;
};

IndexThread::IndexThread(broker::Broker &broker, QString path)
    : m_broker(broker)
    , m_path(std::move(path))
{
}

IndexThread::~IndexThread()
{
    stop();
}

void IndexThread::start()
{
    const std::lock_guard lock(m_mutex);
    if (!m_thread.joinable() && !m_stopping) {
        m_start = m_broker.lastCommit();
        m_reached = m_start;
        m_thread = std::thread([this] { loop(); });
    }
}

void IndexThread::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    if (m_thread.joinable()) {
        m_thread.join();
    }
    take();
    refuseAll(stoppedError());
}

bool IndexThread::stopping() const
{
    const std::lock_guard lock(m_mutex);
    return m_stopping;
}

void IndexThread::told(const broker::Commit &commit)
{
    const std::lock_guard lock(m_mutex);
    m_commits.append(commit);
    if (!m_gathering) {
        m_wake.notify_one();
    }
}

template <typename T, typename Read>
QFuture<core::Result<T>> IndexThread::ask(Read read)
{
    auto request = std::make_unique<RequestOf<T, Read>>(std::move(read));
    request->target = m_broker.lastCommit();
    QFuture<core::Result<T>> reply = request->promise.future();
    {
        const std::lock_guard lock(m_mutex);
        if (!m_stopping) {
            m_requests.push_back(std::move(request));
            m_wake.notify_one();
            return reply;
        }
    }
    request->refuse(stoppedError());
    return reply;
}

QFuture<core::Result<IdPage>> IndexThread::list(ListQuery query)
{
    return ask<IdPage>([this, query = std::move(query)](IndexFile &file) {
        IdPage page = file.page(query);
        page.asOf = m_reached;
        return page;
    });
}

QFuture<core::Result<Counts>> IndexThread::counts()
{
    return ask<Counts>([](IndexFile &file) { return file.counts(); });
}

void IndexThread::loop()
{
    while (waitForWork()) {
        take();
        if (ready()) {
            write();
            answer();
        }
    }
    take();
    if (m_file) {
        write();
    }
}

bool IndexThread::waitForWork()
{
    std::unique_lock lock(m_mutex);
    const auto called = [this] { return m_stopping || !m_requests.empty(); };
    if (m_pausing) {
        m_wake.wait_for(lock, kPause, called);
    }
    if (m_file) {
        m_wake.wait(lock, [&] { return called() || !m_commits.isEmpty(); });
        if (!called() && m_waiting.empty()) {
            m_gathering = true;
            m_wake.wait_for(lock, kMoment, called);
            m_gathering = false;
        }
    }
    return !m_stopping;
}

void IndexThread::take()
{
    QList<broker::Commit> commits;
    {
        const std::lock_guard lock(m_mutex);
        commits.swap(m_commits);
        for (auto &request : std::exchange(m_requests, {})) {
            m_waiting.push_back(std::move(request));
        }
    }
    for (const broker::Commit &commit : std::as_const(commits)) {
        gather(commit);
    }
}

void IndexThread::gather(const broker::Commit &commit)
{
    using Kind = broker::Event::Kind;
    if (commit.id.number <= m_reached.number) {
        return; // the file was made from a store that held it
    }
    for (const broker::Event &event : commit.events) {
        const bool says = event.kind != Kind::JobProgress && event.kind != Kind::JobCancelRequested;
        for (qsizetype i = 0; says && i < event.jobs.size(); ++i) {
            const core::JobSummary &job = event.jobs[i];
            m_changes.insert(job.id, {job.queue, job.status, event.kind == Kind::JobRemoved});
        }
    }
    m_reached = commit.id;
}

bool IndexThread::ready()
{
    m_pausing = !m_file && !open() && !rebuild();
    return m_file != nullptr;
}

bool IndexThread::open()
{
    auto file = IndexFile::open(m_path);
    if (!file) {
        return false;
    }
    // What came since the file was left is not known, unless it is nothing.
    const broker::EventId stored = (*file)->reached();
    if (stored.epoch.isEmpty() || stored.epoch != m_start.epoch || stored.number != m_start.number) {
        return false;
    }
    m_written = stored.number;
    m_file = std::move(*file);
    return true;
}

bool IndexThread::rebuild()
{
    // The scan sees all commits up to this one, and perhaps later ones, of which it is told as well.
    m_reached = m_broker.lastCommit();
    m_changes = {};
    const broker::EventId from = m_reached;
    IndexFile::remove(m_path);
    auto file = IndexFile::open(m_path);
    if (!file) {
        fail(file.error());
        return false;
    }
    if (auto filled = fill(**file); !filled) {
        fail(filled.error());
        return false;
    }
    (*file)->filled(from);
    if ((*file)->failed()) {
        fail((*file)->takeError());
        return false;
    }
    m_failure.clear();
    m_written = from.number;
    m_file = std::move(*file);
    return true;
}

core::Result<void> IndexThread::fill(IndexFile &file)
{
    QUuid after;
    for (bool more = true; more;) {
        const auto page = m_broker.scan(after, kScanPage).result();
        if (!page) {
            return tl::unexpected(page.error());
        }
        if (stopping()) {
            return tl::unexpected(stoppedError());
        }
        file.add(*page);
        more = !page->isEmpty();
        after = more ? page->last().id : after;
        take();
    }
    return {};
}

void IndexThread::write()
{
    if (m_written == m_reached.number) {
        return;
    }
    m_file->apply(m_changes, m_reached);
    if (m_file->failed()) {
        giveUpFile();
        return;
    }
    m_written = m_reached.number;
    m_changes = {};
}

// It can be made anew at any time, so nothing is done to save it.
void IndexThread::giveUpFile()
{
    const core::Error error = m_file->takeError();
    qWarning("%s It is made anew.", qPrintable(error.message));
    for (auto &request : std::exchange(m_waiting, {})) {
        if (std::exchange(request->triedBefore, true)) {
            request->refuse(error);
        } else {
            m_waiting.push_back(std::move(request));
        }
    }
    m_file.reset();
    m_start = {};
}

void IndexThread::answer()
{
    while (m_file && !m_waiting.empty() && m_waiting.front()->target.number <= m_reached.number) {
        if (m_waiting.front()->answer(*m_file)) {
            m_waiting.pop_front();
        } else {
            giveUpFile();
        }
    }
}

void IndexThread::fail(const core::Error &error)
{
    if (std::exchange(m_failure, error.message) != error.message) {
        qWarning("%s The list of jobs waits for it.", qPrintable(error.message));
    }
    refuseAll(error);
}

void IndexThread::refuseAll(const core::Error &error)
{
    for (const auto &request : std::exchange(m_waiting, {})) {
        request->refuse(error);
    }
}

} // namespace dragonscales::index
