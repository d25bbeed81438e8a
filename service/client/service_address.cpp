// SPDX-License-Identifier: LGPL-3.0-or-later
#include "client/service_address.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::client {

core::Result<QUrl> serviceAddress(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool http = url.scheme() == u"http"_s || url.scheme() == u"https"_s;
    if (!url.isValid() || !http || url.host().isEmpty()) {
        return core::failure(core::ErrorCode::InvalidArgument,
                             u"“%1” is no address of a service; write it as http://HOST:PORT."_s.arg(text));
    }
    return url;
}

QString displayAddress(const QUrl &url)
{
    return url.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::StripTrailingSlash);
}

} // namespace dragonscales::client
