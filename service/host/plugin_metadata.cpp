// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/plugin_metadata.h"

#include <dragonscales/plugin.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QPluginLoader>
#include <QRegularExpression>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

using Modules = tl::expected<QList<core::ModuleInfo>, MetadataFault>;
using Entry = tl::expected<core::ModuleInfo, QString>;

QStringList namesIn(const QJsonArray &modules)
{
    QStringList names;
    for (const auto &module : modules) {
        const QString name = module.toObject().value("name"_L1).toString();
        if (!name.isEmpty()) {
            names.append(module.toObject().value("kind"_L1).toString() + u' ' + name);
        }
    }
    return names;
}

// Why the object cannot be taken; empty when it can.
QString wrongIn(const QJsonObject &module)
{
    static const QRegularExpression namePattern(u"\\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\\z"_s);
    const QString name = module.value("name"_L1).toString();
    if (!namePattern.match(name).hasMatch()) {
        return u"\"name\" must be 1 to 100 letters, digits, dots, dashes and underscores"_s;
    }
    if (!core::kindFromWord(module.value("kind"_L1).toString())) {
        return u"\"kind\" must be \"task\", \"storage\", \"callback\" or \"authorizer\""_s;
    }
    for (const auto &key : {"title"_L1, "description"_L1}) {
        if (module.value(key).toString().isEmpty()) {
            return u"\"%1\" must be a text that says something"_s.arg(key);
        }
    }
    for (const auto &key : {"args"_L1, "params"_L1, "result"_L1}) {
        if (module.contains(key) && !module.value(key).isObject()) {
            return u"\"%1\" must be a JSON Schema, which is an object"_s.arg(key);
        }
    }
    const QString isolation = module.value("isolation"_L1).toString(u"process"_s);
    if ((module.contains("isolation"_L1) && !module.value("isolation"_L1).isString()) ||
        (isolation != "thread"_L1 && isolation != "process"_L1)) {
        return u"\"isolation\" must be \"thread\" or \"process\""_s;
    }
    return {};
}

QByteArray schemaIn(const QJsonObject &module, QLatin1StringView key)
{
    return QJsonDocument(module.value(key).toObject()).toJson(QJsonDocument::Compact);
}

Entry infoOf(const QJsonObject &module, const QString &library)
{
    if (const QString wrong = wrongIn(module); !wrong.isEmpty()) {
        return tl::unexpected(wrong);
    }
    core::ModuleInfo info;
    info.kind = *core::kindFromWord(module.value("kind"_L1).toString());
    info.name = module.value("name"_L1).toString();
    info.title = module.value("title"_L1).toString();
    info.description = module.value("description"_L1).toString();
    info.argsSchema = schemaIn(module, "args"_L1);
    info.paramsSchema = schemaIn(module, "params"_L1);
    info.resultSchema = schemaIn(module, "result"_L1);
    info.isolation = module.value("isolation"_L1) == "thread"_L1 ? core::Isolation::Thread : core::Isolation::Process;
    info.library = library;
    return info;
}

} // namespace

Modules modulesOf(const QJsonObject &metadata, const QString &library)
{
    const QString expected = QStringLiteral(DRAGONSCALES_PLUGIN_IID);
    const QString iid = metadata.value("IID"_L1).toString();
    const QJsonArray modules = metadata.value("MetaData"_L1).toObject().value("modules"_L1).toArray();
    const auto fault = [&modules](const QString &message) {
        return tl::unexpected(MetadataFault{message, namesIn(modules)});
    };
    if (iid != expected) {
        if (!iid.startsWith(expected.section(u'/', 0, 0))) {
            return fault(
                u"It is a Qt plugin of another program (%1), not of dragonscales; take it out of the folder."_s.arg(
                    iid.isEmpty() ? u"it names no interface"_s : iid));
        }
        return fault(u"It was built for another version of dragonscales (%1; this is %2); build it again with the "
                     "installed headers."_s.arg(iid, expected));
    }
    if (modules.isEmpty()) {
        return fault(u"Its metadata lists no modules; it must be {\"modules\": [ … ]} with at least one."_s);
    }
    QList<core::ModuleInfo> infos;
    for (qsizetype i = 0; i < modules.size(); ++i) {
        auto info = infoOf(modules.at(i).toObject(), library);
        if (!info) {
            return fault(u"Module %1 of its metadata: %2."_s.arg(i).arg(info.error()));
        }
        for (const core::ModuleInfo &other : infos) {
            if (other.kind == info->kind && other.name == info->name) {
                return fault(u"Its metadata lists the %1 “%2” twice."_s.arg(core::kindWord(info->kind), info->name));
            }
        }
        infos.append(std::move(*info));
    }
    return infos;
}

Modules readMetadata(const QString &library)
{
    QPluginLoader loader(library);
    const QJsonObject metadata = loader.metaData();
    if (metadata.isEmpty()) {
        const QString reason = loader.errorString();
        return tl::unexpected(MetadataFault{
            u"It is no plugin that can be used: %1"_s.arg(
                reason.isEmpty() || reason == "Unknown error"_L1 ? u"it holds no plugin metadata."_s : reason),
            {}});
    }
    // Qt's own word on whether this program could load it: its version and its build.
    const QString reason = loader.errorString();
    if (reason.contains("incompatible Qt library"_L1)) {
        return tl::unexpected(
            MetadataFault{u"It was built with a Qt that does not fit this one (%1): %2 Build it again."_s.arg(
                              QString::fromLatin1(qVersion()), reason),
                          namesIn(metadata.value("MetaData"_L1).toObject().value("modules"_L1).toArray())});
    }
    return modulesOf(metadata, library);
}

} // namespace dragonscales::host
