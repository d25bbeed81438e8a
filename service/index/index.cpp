// SPDX-License-Identifier: LGPL-3.0-or-later
#include "index/index.h"

#include "index/index_thread.h"

namespace dragonscales::index {

struct Index::Private
{
    broker::Broker &broker;
    IndexThread thread;
    QMetaObject::Connection connection;
};

Index::Index(broker::Broker &broker, IndexOptions options, QObject *parent)
    : QObject(parent)
    , d(new Private{broker, {broker, std::move(options.path)}, {}})
{
}

Index::~Index()
{
    stop();
}

void Index::start()
{
    if (!d->connection) {
        d->connection = connect(
            &d->broker, &broker::Broker::committed, this,
            [this](const broker::Commit &commit) { d->thread.told(commit); }, Qt::DirectConnection);
    }
    d->thread.start();
}

void Index::stop()
{
    disconnect(d->connection);
    d->thread.stop();
}

Index::Reply<IdPage> Index::list(ListQuery query)
{
    return d->thread.list(std::move(query));
}

Index::Reply<QHash<QString, QHash<core::JobStatus, qint64>>> Index::counts()
{
    return d->thread.counts();
}

} // namespace dragonscales::index
