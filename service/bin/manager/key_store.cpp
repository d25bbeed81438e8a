// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/manager/key_store.h"

#include "core/json/reader.h"
#include "core/json/writer.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::manager {

namespace {

constexpr qint64 kMostBytes = 4 * 1024 * 1024;
constexpr int kLockMs = 10'000;

auto fault(const QString &path, const QString &what)
{
    return core::failure(core::ErrorCode::InvalidArgument, u"The file of keys “%1” %2."_s.arg(path, what), path);
}

QString textOf(const core::json::Value &object, QByteArrayView name)
{
    const auto *value = object.find(name);
    return value != nullptr && value->isText() ? QString::fromUtf8(value->text()) : QString();
}

} // namespace

KeyStore::KeyStore(const QString &path)
    : m_path(path)
    , m_lock(path + u".lock"_s)
{
}

core::Result<std::unique_ptr<KeyStore>> KeyStore::open(const QString &path, bool forChange)
{
    std::unique_ptr<KeyStore> store(new KeyStore(path));
    if (forChange && !store->m_lock.tryLock(kLockMs)) {
        return fault(path, store->m_lock.error() == QLockFile::LockFailedError
                               ? u"is being changed by another program; try again"_s
                               : u"cannot be changed: its folder is missing or closed to this user"_s);
    }
    if (const auto read = store->read(); !read) {
        return tl::unexpected(read.error());
    }
    return store;
}

core::Result<void> KeyStore::read()
{
    const QFileInfo info(m_path);
    if (!info.exists()) {
        return {};
    }
    QFile file(m_path);
    if (!info.isFile() || !file.open(QIODevice::ReadOnly)) {
        return fault(m_path, info.isFile() ? u"cannot be read: %1"_s.arg(file.errorString()) : u"is no regular file"_s);
    }
    const QByteArray text = file.read(kMostBytes);
    const auto value = core::json::read(text);
    if (!value) {
        return fault(m_path, u"is not JSON: %1"_s.arg(QString::fromUtf8(value.error().withPosition())));
    }
    const auto *keys = value->find("keys");
    if (keys == nullptr || !keys->isArray()) {
        return fault(m_path, u"is not {\"keys\": [ … ]}; name another one with --file"_s);
    }
    for (const auto &key : keys->items()) {
        KeyEntry entry{textOf(key, "name"), textOf(key, "role"), textOf(key, "sha256").toLatin1(),
                       textOf(key, "created")};
        if (entry.name.isEmpty() || entry.sha256.isEmpty()) {
            return fault(m_path,
                         u"has an entry without name or sha256 at keys[%1]; mend it first"_s.arg(m_keys.size()));
        }
        m_keys.append(std::move(entry));
    }
    return {};
}

bool KeyStore::contains(const QString &name) const
{
    return std::any_of(m_keys.begin(), m_keys.end(), [&](const KeyEntry &key) { return key.name == name; });
}

bool KeyStore::remove(const QString &name)
{
    return m_keys.removeIf([&](const KeyEntry &key) { return key.name == name; }) > 0;
}

core::Result<void> KeyStore::save() const
{
    QByteArray text = "{\"keys\": [";
    for (const KeyEntry &key : m_keys) {
        core::json::ObjectWriter object;
        object.addText("name", key.name).addText("role", key.role);
        object.addText("sha256", QString::fromLatin1(key.sha256)).addText("created", key.created);
        text += (text.endsWith('[') ? "\n  " : ",\n  ") + object.text();
    }
    text += m_keys.isEmpty() ? "]}\n" : "\n]}\n";
    QSaveFile file(m_path);
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) ||
        file.write(text) != text.size() || !file.commit()) {
        return fault(m_path, u"cannot be written: %1"_s.arg(file.errorString()));
    }
    return {};
}

} // namespace dragonscales::manager
