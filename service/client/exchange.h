// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "client/api_client.h"

#include <QNetworkReply>
#include <QPromise>
#include <QTimer>

namespace dragonscales::client {

// One request under way: collects the answer within its limits and ends its promise exactly once. Deletes itself.
class Exchange final : public QObject
{
    Q_OBJECT

public:
    // `address` is what the sentences name.
    Exchange(QNetworkReply *reply, QString address, const ClientOptions &options, QObject *parent);
    ~Exchange() override; // a promise that is still open ends as canceled
    Q_DISABLE_COPY_MOVE(Exchange)

    QFuture<core::Result<Answer>> future() const { return m_promise.future(); }

private:
    void onReadyRead();
    void onFinished();
    void onTimeout();
    void finish(core::Result<Answer> result);
    core::Error errorOf() const;

    QNetworkReply *m_reply;
    const QString m_address;
    const std::chrono::milliseconds m_timeout;
    const qint64 m_maxBytes;
    QTimer m_timer;
    QByteArray m_body;
    QPromise<core::Result<Answer>> m_promise;
    bool m_done = false;
};

} // namespace dragonscales::client
