// SPDX-License-Identifier: LGPL-3.0-or-later
#include <dragonscales/plugin.h>

using namespace dragonscales;

class OldVersion final : public QObject, public sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID "org.dragonscales.Plugin/0" FILE "twin.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)
};

#include "old_version.moc"
