// SPDX-License-Identifier: LGPL-3.0-or-later
#include "modules.h"

namespace dragonscales::plugins::http {

using namespace Qt::Literals::StringLiterals;

class HttpPlugin final : public QObject, public sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID DRAGONSCALES_PLUGIN_IID FILE "http.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)

public:
    HttpPlugin()
    {
        add<RequestTask>(u"http.request"_s);
        add<Webhook>(u"webhook"_s);
    }
};

} // namespace dragonscales::plugins::http

#include "plugin.moc"
