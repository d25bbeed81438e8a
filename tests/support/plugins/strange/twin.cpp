// SPDX-License-Identifier: LGPL-3.0-or-later
#include <dragonscales/plugin.h>

using namespace dragonscales;

class Twin final : public QObject, public sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID DRAGONSCALES_PLUGIN_IID FILE "twin.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)
};

#include "twin.moc"
