// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/api.h"
#include "support/failing_store.h"

#include <QTemporaryDir>

namespace dragonscales::test {

// The API on a real store, broker, index and host, asked without a socket.
class ApiFixture
{
public:
    explicit ApiFixture(core::ProjectPointer project = plainProject(), api::ApiOptions options = {});
    ~ApiFixture();
    Q_DISABLE_COPY_MOVE(ApiFixture)

    // Header names and values, one after the other.
    api::Response ask(const QByteArray &verb, const QString &target, const QByteArray &body = {},
                      const api::Headers &headers = {});
    // POSTs a fitting request; its id.
    QByteArray post();

    // Task "task" (integer "a", text "b") in queue "queue", storage "storage", callback "callback", all native.
    static std::shared_ptr<core::LoadedProject> plainProject();
    static QByteArray plainBody();
    static QByteArray headerOf(const api::Response &response, QByteArrayView name);
    static QByteArray textOf(const api::Response &response); // body or stream

    std::shared_ptr<Faults> faults = std::make_shared<Faults>();
    std::unique_ptr<broker::Broker> broker;
    std::unique_ptr<index::Index> index;
    std::unique_ptr<host::Host> host;
    std::unique_ptr<api::Api> api;

private:
    QTemporaryDir m_folder;
};

} // namespace dragonscales::test
