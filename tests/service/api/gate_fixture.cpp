// SPDX-License-Identifier: LGPL-3.0-or-later
#include "gate_fixture.h"

#include "core/continuation.h"

#include <QTest>

#include <stdexcept>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::tests {

using api::Request;
using api::Response;

GateFixture::GateFixture(api::GateOptions options)
{
    options.port = 0;
    const auto port = m_gate.start(std::move(options), [this](const Request &request) { return handle(request); });
    if (!port) {
        qFatal("%s", qUtf8Printable(port.error().message));
    }
    m_port = *port;
}

QByteArray GateFixture::request(const QByteArray &method, const QByteArray &path, const QByteArray &fields,
                                const QByteArray &body) const
{
    const QByteArray length =
        body.isEmpty() ? QByteArray() : "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    return method + ' ' + path + " HTTP/1.1\r\nHost: " + host() + "\r\n" + length + fields + "\r\n" + body;
}

bool GateFixture::waitForLater(int count)
{
    return m_laterCame.tryAcquire(count, 10'000);
}

void GateFixture::finish(const QByteArray &path, const Response &response)
{
    const QMutexLocker lock(&m_mutex);
    const auto promise = m_later.take(QString::fromUtf8(path));
    core::resolve(*promise, response);
}

void GateFixture::abandon(const QByteArray &path)
{
    const QMutexLocker lock(&m_mutex);
    m_later.remove(QString::fromUtf8(path));
}

QFuture<Response> GateFixture::handle(const Request &request)
{
    m_asked.fetchAndAddRelease(1);
    Response response = Response::json(200, request.method + ' ' + request.path.toUtf8() + ' ' + request.body);
    if (request.path.startsWith(u"/later/"_s)) {
        auto promise = std::make_shared<QPromise<Response>>();
        promise->start();
        const QMutexLocker lock(&m_mutex);
        m_later.insert(request.path, promise);
        m_laterCame.release();
        return promise->future();
    }
    if (request.path == u"/throw"_s) {
        throw std::runtime_error("on purpose");
    }
    if (request.path == u"/drop"_s) {
        QPromise<Response> promise;
        promise.start();
        return promise.future();
    }
    if (request.path == u"/big"_s) {
        response.body = QByteArray(20'000'000, 'x');
    } else if (request.path == u"/stream"_s) {
        response.stream = makeStream();
    } else if (request.path == u"/empty"_s) {
        response = Response::json(204, {});
    } else if (request.path == u"/fields"_s) {
        response.headers = {{"X-A", "1"}, {"X-A", "2"}, {"X-Bad", "1\r\nX-Smuggled: 1"}};
    } else if (request.path == u"/client"_s) {
        response.body = request.clientAddress.toUtf8();
    }
    QPromise<Response> promise;
    promise.start();
    promise.addResult(response);
    promise.finish();
    return promise.future();
}

} // namespace dragonscales::tests
