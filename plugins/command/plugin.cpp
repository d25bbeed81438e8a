// SPDX-License-Identifier: LGPL-3.0-or-later
#include "command.h"

namespace dragonscales::plugins::command {

using namespace Qt::Literals::StringLiterals;

class CommandPlugin final : public QObject, public sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID DRAGONSCALES_PLUGIN_IID FILE "command.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)

public:
    CommandPlugin() { add<Command>(u"command"_s); }
};

} // namespace dragonscales::plugins::command

#include "plugin.moc"
