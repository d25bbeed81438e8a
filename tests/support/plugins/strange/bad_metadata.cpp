// SPDX-License-Identifier: LGPL-3.0-or-later
#include <dragonscales/plugin.h>

using namespace dragonscales;

class BadMetadata final : public QObject, public sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID DRAGONSCALES_PLUGIN_IID FILE "bad_metadata.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)
};

#include "bad_metadata.moc"
