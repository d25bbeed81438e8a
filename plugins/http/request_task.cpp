// SPDX-License-Identifier: LGPL-3.0-or-later
#include "modules.h"

#include <QStringDecoder>

#include <algorithm>

namespace dragonscales::plugins::http {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double kTimeoutSec = 30;
constexpr qint64 kMaxBody = 10LL * 1024 * 1024;

sdk::Outcome<Request> requestFrom(const QJsonObject &params)
{
    static const QStringList kMethods{u"GET"_s, u"HEAD"_s, u"POST"_s, u"PUT"_s, u"PATCH"_s, u"DELETE"_s, u"OPTIONS"_s};
    Request request;
    const QString method = params.value("method"_L1).toString(u"GET"_s);
    if (!kMethods.contains(method)) {
        return sdk::fail(u"the method \"%1\" is none of %2"_s.arg(method, kMethods.join(u", "_s)));
    }
    const auto url = checkedUrl(params.value("url"_L1).toString());
    if (!url) {
        return tl::unexpected(url.error());
    }
    const auto headers = headersFrom(params.value("headers"_L1).toObject());
    if (!headers) {
        return tl::unexpected(headers.error());
    }
    const auto framing =
        std::find_if(headers->begin(), headers->end(), [](const auto &field) { return isFraming(field.first); });
    if (framing != headers->end()) {
        return sdk::fail(
            u"the header \"%1\" cannot be set: it follows from the request"_s.arg(QString::fromUtf8(framing->first)));
    }
    request.method = method.toLatin1();
    request.url = *url;
    request.headers = *headers;
    request.body = params.value("body"_L1).toString().toUtf8();
    return request;
}

// Names in lower case; what came more than once is joined as RFC 9110 says.
QJsonObject headersObject(const Headers &headers)
{
    QJsonObject object;
    for (const auto &[name, value] : headers) {
        const QString key = QString::fromLatin1(name.toLower());
        const QString text = QString::fromLatin1(value);
        const auto it = object.constFind(key);
        object.insert(key, it == object.constEnd() ? text : it->toString() + u", "_s + text);
    }
    return object;
}

QByteArray resultText(const Answer &answer)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decoder.decode(answer.body);
    const bool isText = !decoder.hasError();
    const QString body = isText ? text : QString::fromLatin1(answer.body.toBase64());
    return "{\"status\":" + QByteArray::number(answer.status) +
           ",\"headers\":" + sdk::Json(headersObject(answer.headers)).text() +
           ",\"body\":" + sdk::Json::of(body).text() + (isText ? "}" : ",\"encoding\":\"base64\"}");
}

} // namespace

RequestTask::RequestTask(const sdk::Args &args)
    : m_guard(guardFrom(args))
    , m_limits{timeoutFrom(args, kTimeoutSec), kMaxBody, AnswerParser::Overflow::Fail}
{
}

sdk::Outcome<sdk::TaskResult> RequestTask::run(const sdk::Json &params, sdk::Context &context)
{
    const auto request = requestFrom(params.object());
    if (!request) {
        return tl::unexpected(request.error());
    }
    const auto answer = exchange(*request, m_guard, m_limits, context);
    if (!answer) {
        return tl::unexpected(answer.error());
    }
    return sdk::TaskResult(sdk::Json(resultText(*answer)));
}

} // namespace dragonscales::plugins::http
