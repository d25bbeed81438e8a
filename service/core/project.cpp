// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/project.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

constexpr int kHashDigits = 8;
constexpr int kMostIdLetters = 40;

template <typename Entry>
const Entry *byName(const QList<Entry> &entries, const QString &name)
{
    const auto it =
        std::find_if(entries.begin(), entries.end(), [&](const Entry &entry) { return entry.name == name; });
    return it == entries.end() ? nullptr : &*it;
}

const ModuleInfo *in(const QHash<QString, ModuleInfo> &modules, const QString &name)
{
    const auto it = modules.find(name);
    return it == modules.end() ? nullptr : &*it;
}

} // namespace

const QueueEntry *Project::queue(const QString &name) const
{
    return byName(queues, name);
}

const ModuleEntry *Project::entry(ModuleKind kind, const QString &name) const
{
    switch (kind) {
    case ModuleKind::Task:
        return byName(tasks, name);
    case ModuleKind::Storage:
        return byName(storages, name);
    case ModuleKind::Callback:
        return byName(callbacks, name);
    case ModuleKind::Authorizer:
        return authorizer && authorizer->name == name ? &*authorizer : nullptr;
    }
    return nullptr;
}

const ModuleInfo *LoadedProject::module(ModuleKind kind, const QString &name) const
{
    switch (kind) {
    case ModuleKind::Task:
        return in(tasks, name);
    case ModuleKind::Storage:
        return in(storages, name);
    case ModuleKind::Callback:
        return in(callbacks, name);
    case ModuleKind::Authorizer:
        return authorizer && project.entry(kind, name) != nullptr ? &*authorizer : nullptr;
    }
    return nullptr;
}

QByteArray LoadedProject::argsOf(ModuleKind kind, const QString &name) const
{
    return args.value({static_cast<int>(kind), name}, QByteArrayLiteral("{}"));
}

QString dataFolder(const QString &projectId)
{
    QString base = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    if (QDir::isRelativePath(base)) {
        base = QDir::home().filePath(u".local/share"_s); // the XDG base directory specification ignores relative ones
    }
    return QDir(base).filePath(u"dragonscales/%1"_s.arg(projectId));
}

QString projectIdOf(const QString &path)
{
    const QFileInfo file(path);
    const QString canonical = file.exists() ? file.canonicalFilePath() : file.absoluteFilePath();
    const QByteArray hash = QCryptographicHash::hash(QFile::encodeName(canonical), QCryptographicHash::Sha256).toHex();
    QString base = QFileInfo(canonical).baseName().toLower();
    for (QChar &c : base) {
        const bool plain = (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9');
        c = plain ? c : u'-';
    }
    base.truncate(kMostIdLetters - kHashDigits - 1);
    return u"%1-%2"_s.arg(base.isEmpty() ? u"project"_s : base, QString::fromLatin1(hash.left(kHashDigits)));
}

} // namespace dragonscales::core
