// SPDX-License-Identifier: LGPL-3.0-or-later
#include <dragonscales/plugin.h>

void notThere();

using namespace dragonscales;

class MissingSymbol final : public QObject, public sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID DRAGONSCALES_PLUGIN_IID FILE "missing_symbol.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)

public:
    MissingSymbol() { notThere(); }
};

#include "missing_symbol.moc"
