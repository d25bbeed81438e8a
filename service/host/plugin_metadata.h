// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/module_info.h"

#include <tl/expected.hpp>

#include <QJsonObject>
#include <QList>
#include <QStringList>

namespace dragonscales::host {

struct MetadataFault
{
    QString message;
    QStringList modules; // what could be read of the names: "task echo"
};

// The modules that a library says it provides, read from its embedded metadata; none of its code is loaded.
tl::expected<QList<core::ModuleInfo>, MetadataFault> readMetadata(const QString &library);

// The same from QPluginLoader's object.
tl::expected<QList<core::ModuleInfo>, MetadataFault> modulesOf(const QJsonObject &metadata, const QString &library);

} // namespace dragonscales::host
