// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "engine/alarm.h"
#include "engine/work.h"

#include <QFuture>

#include <functional>
#include <memory>
#include <vector>

namespace dragonscales::engine {

struct EndWriterOptions
{
    std::chrono::milliseconds firstPause{100};
    std::chrono::milliseconds longestPause{5'000};
    int triesBeforeHopeless = 3; // of errors that waiting does not mend
};

// Writes ends and keeps on trying while the store cannot take them: none is lost, and the lease's token sees to it that
// none is written twice. Thread-safe; make it with make_shared.
class EndWriter final : public std::enable_shared_from_this<EndWriter>
{
public:
    using Reply = QFuture<core::Result<broker::LeaseState>>;
    // Posts the end. `hopeless` is set when the store has refused it several times for a reason that will not pass:
    // then an end that it can take is to be posted.
    using Post = std::function<Reply(const core::Error *hopeless)>;
    using Done = std::function<void(broker::LeaseState)>;

    explicit EndWriter(std::shared_ptr<Alarm> alarm, EndWriterOptions options = {});
    Q_DISABLE_COPY_MOVE(EndWriter)

    // `done` follows once the store has answered, possibly in this call.
    void write(Post post, Done done);
    // Tries again what is due; true while something waits.
    bool tick(SteadyTime now);
    // The store works again: what waits is due now.
    void wake();
    // Forgets what waits, and from now on what the store does not take.
    void close();
    // Written but not yet acknowledged, or waiting for another try.
    int pending() const;

private:
    struct Item
    {
        Post post;
        Done done;
        int failures = 0;
        int hopelessFailures = 0;
        core::Error last;
        SteadyTime due;
    };

    void post(const std::shared_ptr<Item> &item);
    void onAnswer(const std::shared_ptr<Item> &item, core::Result<broker::LeaseState> answer);

    const std::shared_ptr<Alarm> m_alarm;
    const EndWriterOptions m_options;
    mutable std::mutex m_mutex;
    std::vector<std::shared_ptr<Item>> m_waiting;
    int m_pending = 0;
    bool m_failing = false; // logged once per outage
    bool m_closed = false;
};

} // namespace dragonscales::engine
