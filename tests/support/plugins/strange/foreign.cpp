// SPDX-License-Identifier: LGPL-3.0-or-later
#include <dragonscales/plugin.h>

using namespace dragonscales;

class Foreign final : public QObject, public sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID "org.example.Other/1" FILE "twin.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)
};

#include "foreign.moc"
