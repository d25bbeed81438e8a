// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/http.h"

#include "core/json/writer.h"

namespace dragonscales::api {

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
    Response response = json(status, core::json::ObjectWriter().addText("detail", sentence).text());
    if (status == 503) {
        response.headers.emplaceBack("Retry-After", "2");
    }
    return response;
}

} // namespace dragonscales::api
