// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QIODevice>
#include <QList>
#include <QPair>
#include <QString>
#include <QUrlQuery>

#include <memory>

namespace dragonscales::api {

using Headers = QList<QPair<QByteArray, QByteArray>>;

// A whole HTTP request, framed and within limits.
struct Request
{
    QByteArray method;
    QByteArray target; // as it came
    QString path;      // decoded
    QUrlQuery query;
    Headers headers;
    QByteArray body;
    QString clientAddress;

    QByteArray header(QByteArrayView name) const; // first of this name in any case; empty when there is none
};

struct Response
{
    int status = 200;
    QByteArray contentType = "application/json";
    Headers headers; // besides Content-Type and framing
    QByteArray body;
    std::shared_ptr<QIODevice> stream; // instead of body: sent chunk by chunk until atEnd()

    static Response json(int status, QByteArray body);
    static Response detail(int status, const QString &sentence); // {"detail":"…"}; 503: with Retry-After
};

} // namespace dragonscales::api
