// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"
#include "core/result.h"

#include <QLockFile>
#include <QStringList>

#include <memory>

namespace dragonscales::manager {

struct KeyEntry
{
    QString name;
    QString role;
    QByteArray sha256; // hexadecimal
    QString created;   // ISO 8601, UTC
};

// The file of API keys, {"keys":[{"name","role","sha256","created"}]}, for one change of it. Only hashes are kept.
class KeyStore final
{
public:
    // Reads the file, which may be missing; with `forChange`, other managers wait until this object is gone.
    static core::Result<std::unique_ptr<KeyStore>> open(const QString &path, bool forChange);

    const QList<KeyEntry> &keys() const { return m_keys; }
    bool contains(const QString &name) const;
    void add(KeyEntry entry) { m_keys.append(std::move(entry)); }
    bool remove(const QString &name);
    // Whole or not at all, readable by this user only.
    core::Result<void> save() const;

private:
    explicit KeyStore(const QString &path);
    core::Result<void> read();

    const QString m_path;
    QLockFile m_lock;
    QList<KeyEntry> m_keys;
};

} // namespace dragonscales::manager
