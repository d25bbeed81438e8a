// SPDX-License-Identifier: LGPL-3.0-or-later
#include "headers.h"

#include <algorithm>

namespace dragonscales::plugins::http {

using namespace Qt::Literals::StringLiterals;

namespace {

bool isToken(const QByteArray &name)
{
    return !name.isEmpty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
    });
}

bool isFieldValue(const QByteArray &value)
{
    return std::none_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7f;
    });
}

} // namespace

sdk::Outcome<Headers> headersFrom(const QJsonObject &object)
{
    Headers headers;
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QByteArray name = it.key().toUtf8();
        const QByteArray value = it.value().toString().toUtf8();
        if (!isToken(name)) {
            return sdk::fail(u"\"%1\" is not a name for a header"_s.arg(it.key()));
        }
        if (!it.value().isString() || !isFieldValue(value)) {
            return sdk::fail(
                u"the header \"%1\" must be a text without line ends and other control characters"_s.arg(it.key()));
        }
        headers.append({name, value.trimmed()});
    }
    return headers;
}

bool isFraming(const QByteArray &name)
{
    static const QList<QByteArray> kNames{"host", "content-length", "transfer-encoding", "connection", "keep-alive",
                                          "te",   "trailer",        "upgrade",           "expect"};
    const QByteArray lower = name.toLower();
    return kNames.contains(lower) || lower.startsWith("proxy-");
}

QByteArray fieldOf(const Headers &headers, QByteArrayView name)
{
    const auto it = std::find_if(headers.begin(), headers.end(), [name](const auto &field) {
        return QByteArrayView(field.first).compare(name, Qt::CaseInsensitive) == 0;
    });
    return it == headers.end() ? QByteArray() : it->second;
}

} // namespace dragonscales::plugins::http
