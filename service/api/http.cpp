// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/http.h"

namespace dragonscales::api {

namespace {

void appendEscaped(QByteArray &out, char c)
{
    static constexpr char kHex[] = "0123456789abcdef";
    if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
        out += "\\u00";
        out += kHex[(c >> 4) & 0xf];
        out += kHex[c & 0xf];
    } else {
        out += c;
    }
}

} // namespace

QByteArray Request::header(QByteArrayView name) const
{
    for (const auto &[key, value] : headers) {
        if (QByteArrayView(key).compare(name, Qt::CaseInsensitive) == 0) {
            return value;
        }
    }
    return {};
}

Response Response::json(int status, QByteArray body)
{
    Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

Response Response::detail(int status, const QString &sentence)
{
    const QByteArray text = sentence.toUtf8();
    QByteArray body = "{\"detail\":\"";
    for (const char c : text) {
        appendEscaped(body, c);
    }
    body += "\"}";
    Response response = json(status, std::move(body));
    if (status == 503) {
        response.headers.emplaceBack("Retry-After", "2");
    }
    return response;
}

} // namespace dragonscales::api
