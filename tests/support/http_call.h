// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QPair>
#include <QString>

#include <chrono>

namespace dragonscales::test {

struct HttpAnswer
{
    int status = 0; // 0: none came
    QByteArray head;
    QByteArray body;
};

// One HTTP request over a plain socket, from any thread, without an event loop. Blocks.
class HttpCall final
{
public:
    explicit HttpCall(const QString &baseUrl);

    // The same with these header lines in each request, each ended by CRLF. A Content-Type among them stands instead
    // of the JSON one that a body has otherwise.
    HttpCall with(const QByteArray &headerLines) const;

    HttpAnswer get(const QByteArray &path) const { return send("GET", path, {}); }
    HttpAnswer post(const QByteArray &path, const QByteArray &json) const { return send("POST", path, json); }
    HttpAnswer remove(const QByteArray &path) const { return send("DELETE", path, {}); }
    HttpAnswer send(const QByteArray &method, const QByteArray &path, const QByteArray &body,
                    std::chrono::milliseconds limit = std::chrono::seconds(20)) const;

private:
    QString m_host;
    quint16 m_port = 0;
    QByteArray m_headerLines;
};

} // namespace dragonscales::test
