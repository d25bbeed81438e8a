// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QFuture>
#include <QList>
#include <QObject>
#include <QPair>
#include <QUrl>

#include <chrono>
#include <memory>

namespace dragonscales::client {

struct ClientOptions
{
    QUrl url; // a path in it is kept
    QList<QPair<QByteArray, QByteArray>> headers;
    bool useLocalToken = true;                 // for a loopback address and a living process of this user
    std::chrono::milliseconds timeout{30'000}; // for a whole answer; 0: none
    qint64 maxAnswerBytes = 256 * 1024 * 1024; // a longer one is TooLarge
};

struct Answer
{
    int status = 0;
    QByteArray body;
};

// HTTP client of the API. Lives in one thread with an event loop.
class ApiClient final : public QObject
{
    Q_OBJECT

public:
    explicit ApiClient(ClientOptions options, QObject *parent = nullptr);
    ~ApiClient() override;
    Q_DISABLE_COPY_MOVE(ApiClient)

    template <typename T>
    using Reply = QFuture<core::Result<T>>;

    // `path` from the root of the API: "/api/v1/jobs/", percent-encoded. An HTTP status of any kind is an answer, also
    // a redirect, which is not followed; Unavailable, TimedOut and TooLarge are errors whose sentence names the address
    // and the cause. A POST is sent once: whether one that failed had an effect is not known.
    Reply<Answer> get(const QString &path);
    Reply<Answer> post(const QString &path, const QByteArray &body);
    Reply<Answer> remove(const QString &path);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dragonscales::client
