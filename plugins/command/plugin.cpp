// SPDX-License-Identifier: LGPL-3.0-or-later
#include "command.h"
#include "program_modules.h"

namespace dragonscales::plugins::command {

using namespace Qt::Literals::StringLiterals;

class CommandPlugin final : public QObject, public sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID DRAGONSCALES_PLUGIN_IID FILE "command.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)

public:
    CommandPlugin()
    {
        add<Command>(u"command"_s);
        add<ProgramTask>(u"program"_s);
        add<ProgramStorage>(u"program"_s);
        add<ProgramCallback>(u"program"_s);
        add<ProgramAuthorizer>(u"program"_s);
    }
};

} // namespace dragonscales::plugins::command

#include "plugin.moc"
