// SPDX-License-Identifier: LGPL-3.0-or-later
#include "modules.h"
#include "retry_after.h"

#include <QRegularExpression>

#include <stdexcept>

namespace dragonscales::plugins::http {

using namespace Qt::Literals::StringLiterals;
using sdk::CallbackResult;

namespace {

constexpr double kTimeoutSec = 15;
constexpr qint64 kKeptAnswer = 4096;
constexpr int kGone = 410;

Signer signerFrom(const sdk::Args &args)
{
    QStringList secrets;
    for (const auto &secret : args.json.object().value("secrets"_L1).toArray()) {
        secrets.append(secret.toString());
    }
    auto signer = Signer::make(secrets);
    if (!signer) {
        throw std::invalid_argument(signer.error().message.toStdString());
    }
    return std::move(*signer);
}

bool isOurs(const QByteArray &name)
{
    const QByteArray lower = name.toLower();
    return isFraming(name) || lower.startsWith("webhook-") || lower == "content-type" || lower == "traceparent";
}

CallbackResult giveUp(const QString &why)
{
    CallbackResult result;
    result.kind = CallbackResult::Kind::GiveUp;
    result.error = why;
    return result;
}

CallbackResult judged(const Answer &answer)
{
    CallbackResult result;
    result.httpStatus = answer.status;
    result.answer = answer.body;
    if (answer.status >= 200 && answer.status < 300) {
        return result;
    }
    if (answer.status == kGone) {
        result.kind = CallbackResult::Kind::GiveUp;
        result.error = u"the receiver answered 410: it wants no more of these"_s;
        return result;
    }
    result.kind = CallbackResult::Kind::Retry;
    result.retryAfter = retryAfter(fieldOf(answer.headers, "Retry-After"), QDateTime::currentDateTimeUtc());
    result.error =
        answer.status >= 300 && answer.status < 400
            ? u"the receiver answered %1; redirects are not followed, so give its final address"_s.arg(answer.status)
            : u"the receiver answered %1"_s.arg(answer.status);
    return result;
}

} // namespace

Webhook::Webhook(const sdk::Args &args)
    : m_guard(guardFrom(args))
    , m_signer(signerFrom(args))
    , m_limits{timeoutFrom(args, kTimeoutSec), kKeptAnswer, AnswerParser::Overflow::Cut}
{
}

Headers Webhook::signedHeaders(const QByteArray &body, const sdk::Context &context) const
{
    static const QRegularExpression kTraceparent(u"\\A[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\\z"_s);
    const QByteArray id = context.deliveryId().toUtf8();
    const qint64 timestamp = QDateTime::currentSecsSinceEpoch();
    Headers headers{
        {"Content-Type", "application/json"}, {"webhook-id", id}, {"webhook-timestamp", QByteArray::number(timestamp)}};
    if (const QByteArray signature = m_signer.sign(id, timestamp, body); !signature.isEmpty()) {
        headers.append({"webhook-signature", signature});
    }
    if (kTraceparent.match(QString::fromLatin1(context.traceparent())).hasMatch()) {
        headers.append({"traceparent", context.traceparent()});
    }
    return headers;
}

sdk::Outcome<CallbackResult> Webhook::call(const sdk::Json &status, const sdk::Json &params, sdk::Context &context)
{
    const QJsonObject object = params.object();
    const auto url = checkedUrl(object.value("url"_L1).toString());
    const auto extra = headersFrom(object.value("headers"_L1).toObject());
    if (!url || !extra) {
        return giveUp(url ? extra.error().message : url.error().message);
    }
    Request request{"POST", *url, signedHeaders(status.text(), context), status.text()};
    for (const auto &field : *extra) {
        if (isOurs(field.first)) {
            context.log(sdk::LogLevel::Warning, u"the header \"%1\" was left out: it is not the client's to set"_s.arg(
                                                    QString::fromUtf8(field.first)));
        } else {
            request.headers.append(field);
        }
    }
    const auto answer = exchange(request, m_guard, m_limits, context);
    if (!answer && answer.error().type == kRefused) {
        return giveUp(answer.error().message);
    }
    return answer ? sdk::Outcome<CallbackResult>(judged(*answer)) : tl::unexpected(answer.error());
}

} // namespace dragonscales::plugins::http
