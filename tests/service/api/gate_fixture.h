// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/gate_thread.h"
#include "raw_client.h"

#include <QMutex>
#include <QPromise>
#include <QSemaphore>

namespace dragonscales::tests {

// A gate that listens, and a handler whose answers the test decides. Paths: "/echo" answers method, path and body;
// "/later/…" waits for finish(); "/big" answers 20 MB; "/throw" throws; "/drop" never answers; "/stream" sends what
// `makeStream` makes; "/empty" is a 204.
class GateFixture
{
public:
    explicit GateFixture(api::GateOptions options = {});

    quint16 port() const { return m_port; }
    QByteArray host() const { return "127.0.0.1:" + QByteArray::number(m_port); }
    // "METHOD path HTTP/1.1" with Host, the fields (each with CRLF), and a body with its length.
    QByteArray request(const QByteArray &method, const QByteArray &path, const QByteArray &fields = {},
                       const QByteArray &body = {}) const;
    // Waits until so many requests for "/later/…" have come in all.
    bool waitForLater(int count);
    void finish(const QByteArray &path, const api::Response &response);
    void abandon(const QByteArray &path); // its promise goes without a result
    int asked() const { return m_asked.loadAcquire(); }
    void stop(std::chrono::milliseconds grace) { m_gate.stop(grace); }

    std::function<std::shared_ptr<QIODevice>()> makeStream;

private:
    QFuture<api::Response> handle(const api::Request &request);

    QMutex m_mutex;
    QHash<QString, std::shared_ptr<QPromise<api::Response>>> m_later;
    QSemaphore m_laterCame;
    QAtomicInt m_asked;
    api::GateThread m_gate;
    quint16 m_port = 0;
};

} // namespace dragonscales::tests
