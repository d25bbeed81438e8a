// SPDX-License-Identifier: LGPL-3.0-or-later
#include "modules.h"

namespace dragonscales::plugins::files {

using namespace Qt::Literals::StringLiterals;

class FilesPlugin final : public QObject, public sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID DRAGONSCALES_PLUGIN_IID FILE "files.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)

public:
    FilesPlugin()
    {
        add<Checksum>(u"file.checksum"_s);
        add<FileStorage>(u"file"_s);
        add<FileCallback>(u"file"_s);
    }
};

} // namespace dragonscales::plugins::files

#include "plugin.moc"
