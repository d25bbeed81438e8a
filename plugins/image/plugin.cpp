// SPDX-License-Identifier: LGPL-3.0-or-later
#include "thumbnail.h"

namespace dragonscales::plugins::image {

using namespace Qt::Literals::StringLiterals;

class ImagePlugin final : public QObject, public sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID DRAGONSCALES_PLUGIN_IID FILE "image.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)

public:
    ImagePlugin() { add<Thumbnail>(u"image.thumbnail"_s); }
};

} // namespace dragonscales::plugins::image

#include "plugin.moc"
