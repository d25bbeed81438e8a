// SPDX-License-Identifier: LGPL-3.0-or-later
#include "modules.h"

namespace dragonscales::plugins::basic {

using namespace Qt::Literals::StringLiterals;

class BasicPlugin final : public QObject, public sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID DRAGONSCALES_PLUGIN_IID FILE "basic.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)

public:
    BasicPlugin()
    {
        add<Echo>(u"echo"_s);
        add<Sleep>(u"sleep"_s);
        add<Discard>(u"discard"_s);
        add<Log>(u"log"_s);
    }
};

} // namespace dragonscales::plugins::basic

#include "plugin.moc"
