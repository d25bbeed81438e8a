// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/broker.h"

#include <QHash>

namespace dragonscales::index {

struct IndexOptions
{
    QString path; // of its SQLite file; removed and made anew whenever it does not fit the store
};

struct ListQuery
{
    QList<core::JobStatus> statuses; // any of these; empty: all
    QString queue;                   // empty: all
    int limit = 0;                   // 0: all
    QUuid before;                    // older than this one; null: from the newest
};

struct IdPage
{
    QList<QUuid> ids; // newest first
    bool more = false;
    broker::EventId asOf;
};

// What people search, sort and count: a rebuildable SQLite file (synchronous=NORMAL) fed by the broker's commits on a
// thread of its own. Callers of any thread get futures.
class Index final : public QObject
{
    Q_OBJECT

public:
    Index(broker::Broker &broker, IndexOptions options, QObject *parent = nullptr);
    ~Index() override;
    Q_DISABLE_COPY_MOVE(Index)

    // Catches up with the store first, by a scan when the file is missing, damaged or behind.
    void start();
    void stop();

    template <typename T>
    using Reply = QFuture<core::Result<T>>;

    // Waits until the index holds every commit of this node from before the call.
    Reply<IdPage> list(ListQuery query);
    // Jobs by status word, over all time kept.
    Reply<QHash<QString, QHash<core::JobStatus, qint64>>> counts(); // queue → status → jobs

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dragonscales::index
