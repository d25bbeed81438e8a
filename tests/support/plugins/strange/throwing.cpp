// SPDX-License-Identifier: LGPL-3.0-or-later
#include <dragonscales/plugin.h>

#include <stdexcept>

using namespace dragonscales;

class Throwing final : public QObject, public sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID DRAGONSCALES_PLUGIN_IID FILE "throwing.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)

public:
    Throwing() { throw std::runtime_error("thrown while it was loaded"); }
};

#include "throwing.moc"
