// SPDX-License-Identifier: LGPL-3.0-or-later
#include "support/http_call.h"

#include <QDeadlineTimer>
#include <QTcpSocket>
#include <QUrl>

namespace dragonscales::test {

namespace {

QByteArray unchunked(const QByteArray &body)
{
    QByteArray plain;
    qsizetype at = 0;
    while (true) {
        const auto lineEnd = body.indexOf("\r\n", at);
        const auto size = lineEnd < 0 ? 0 : body.mid(at, lineEnd - at).toLongLong(nullptr, 16);
        if (size <= 0) {
            return plain;
        }
        plain += body.mid(lineEnd + 2, size);
        at = lineEnd + 2 + size + 2;
    }
}

} // namespace

HttpCall::HttpCall(const QString &baseUrl)
{
    const QUrl url(baseUrl);
    m_host = url.host();
    m_port = static_cast<quint16>(url.port(80));
}

HttpCall HttpCall::with(const QByteArray &headerLines) const
{
    HttpCall call(*this);
    call.m_headerLines += headerLines;
    return call;
}

HttpAnswer HttpCall::send(const QByteArray &method, const QByteArray &path, const QByteArray &body,
                          std::chrono::milliseconds limit) const
{
    const QDeadlineTimer until(limit);
    const auto left = [&until] { return static_cast<int>(until.remainingTime()); };
    QTcpSocket socket;
    socket.connectToHost(m_host, m_port);
    if (!socket.waitForConnected(left())) {
        return {};
    }
    QByteArray request = method + ' ' + path + " HTTP/1.1\r\nHost: " + m_host.toUtf8() + ':' +
                         QByteArray::number(m_port) + "\r\nConnection: close\r\n" + m_headerLines;
    if (!body.isNull()) {
        request += m_headerLines.contains("Content-Type:") ? "" : "Content-Type: application/json\r\n";
        request += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    }
    socket.write(request + "\r\n" + body);
    QByteArray data;
    while (socket.state() == QAbstractSocket::ConnectedState && socket.waitForReadyRead(left())) {
        data += socket.readAll();
    }
    data += socket.readAll();
    const auto headEnd = data.indexOf("\r\n\r\n");
    if (headEnd < 0) {
        return {};
    }
    HttpAnswer answer;
    answer.head = data.left(headEnd);
    answer.status = answer.head.mid(9, 3).toInt();
    answer.body = data.mid(headEnd + 4);
    if (answer.head.toLower().contains("transfer-encoding: chunked")) {
        answer.body = unchunked(answer.body);
    }
    return answer;
}

} // namespace dragonscales::test
