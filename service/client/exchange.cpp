// SPDX-License-Identifier: LGPL-3.0-or-later
#include "client/exchange.h"

namespace dragonscales::client {

using namespace Qt::Literals::StringLiterals;

namespace {

// Causes that people meet, in words; others in Qt's.
QString causeOf(const QNetworkReply &reply)
{
    switch (reply.error()) {
    case QNetworkReply::ConnectionRefusedError:
        return u"nothing listens there"_s;
    case QNetworkReply::HostNotFoundError:
        return u"no machine of that name is known"_s;
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::ContentReSendError:
        return u"it closed the connection before it had answered"_s;
    case QNetworkReply::SslHandshakeFailedError:
        return u"no secure connection could be made: %1"_s.arg(reply.errorString());
    case QNetworkReply::NoError:
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolFailure:
    case QNetworkReply::ProtocolInvalidOperationError:
        return u"what it answers is not HTTP"_s;
    default:
        return reply.errorString();
    }
}

} // namespace

Exchange::Exchange(QNetworkReply *reply, QString address, const ClientOptions &options, QObject *parent)
    : QObject(parent)
    , m_reply(reply)
    , m_address(std::move(address))
    , m_timeout(options.timeout)
    , m_maxBytes(options.maxAnswerBytes)
{
    m_reply->setParent(this);
    m_promise.start();
    connect(m_reply, &QNetworkReply::readyRead, this, &Exchange::onReadyRead);
    connect(m_reply, &QNetworkReply::finished, this, &Exchange::onFinished);
    if (m_timeout.count() > 0) {
        m_timer.setSingleShot(true);
        connect(&m_timer, &QTimer::timeout, this, &Exchange::onTimeout);
        m_timer.start(m_timeout);
    }
}

Exchange::~Exchange()
{
    if (!m_done) {
        m_done = true;
        m_reply->disconnect(this);
        m_promise.addResult(core::failure(core::ErrorCode::Canceled, u"The request was given up."_s, m_address));
        m_promise.finish();
    }
}

void Exchange::onReadyRead()
{
    m_body += m_reply->readAll();
    if (m_body.size() > m_maxBytes) {
        finish(core::failure(core::ErrorCode::TooLarge,
                             u"The answer of %1 is longer than %2 MiB."_s.arg(m_address).arg(m_maxBytes / 1024 / 1024),
                             m_address));
    }
}

void Exchange::onFinished()
{
    onReadyRead();
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    // An answer that breaks off has a status too; only refusals of the server are answers among Qt's errors.
    const auto error = m_reply->error();
    const bool broken = error != QNetworkReply::NoError && error < QNetworkReply::ContentAccessDenied;
    if (status == 0 || broken) {
        finish(tl::unexpected(errorOf()));
    } else {
        finish(Answer{status, m_body});
    }
}

void Exchange::onTimeout()
{
    finish(core::failure(core::ErrorCode::TimedOut,
                         u"The service at %1 did not answer within %2 s."_s.arg(m_address).arg(
                             static_cast<double>(m_timeout.count()) / 1000),
                         m_address));
}

core::Error Exchange::errorOf() const
{
    return {core::ErrorCode::Unavailable,
            m_address,
            u"The service at %1 cannot be reached: %2."_s.arg(m_address, causeOf(*m_reply)),
            {}};
}

void Exchange::finish(core::Result<Answer> result)
{
    if (m_done) {
        return;
    }
    m_done = true;
    m_timer.stop();
    m_reply->disconnect(this);
    m_reply->abort();
    m_promise.addResult(std::move(result));
    m_promise.finish();
    deleteLater();
}

} // namespace dragonscales::client
