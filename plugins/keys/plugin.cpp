// SPDX-License-Identifier: LGPL-3.0-or-later
#include "modules.h"

namespace dragonscales::plugins::keys {

using namespace Qt::Literals::StringLiterals;

class KeysPlugin final : public QObject, public sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID DRAGONSCALES_PLUGIN_IID FILE "keys.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)

public:
    KeysPlugin()
    {
        add<Open>(u"open"_s);
        add<ApiKey>(u"api-key"_s);
    }
};

} // namespace dragonscales::plugins::keys

#include "plugin.moc"
