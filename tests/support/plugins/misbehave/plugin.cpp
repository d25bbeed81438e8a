// SPDX-License-Identifier: LGPL-3.0-or-later
#include "modules.h"

using namespace Qt::Literals::StringLiterals;

namespace misbehave {

class MisbehavePlugin final : public QObject, public dragonscales::sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID DRAGONSCALES_PLUGIN_IID FILE "misbehave.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)

public:
    MisbehavePlugin()
    {
        add<Task>(u"misbehave"_s);
        add<Storage>(u"misbehave"_s);
        add<Callback>(u"misbehave"_s);
        add<Authorizer>(u"misbehave"_s);
    }
};

} // namespace misbehave

#include "plugin.moc"
