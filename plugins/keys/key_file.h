// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/result.h>

#include <QList>

#include <ctime>

namespace dragonscales::plugins::keys {

struct Key
{
    QString name;
    QString role;
    QByteArray sha256; // 32 bytes
};

// Tells one state of a file from another, as far as its attributes can.
struct FileStamp
{
    quint64 device = 0;
    quint64 inode = 0;
    qint64 size = -1; // -1: there is none
    qint64 mtimeNs = 0;
    qint64 ctimeNs = 0;

    bool operator==(const FileStamp &) const = default;
};

FileStamp stampOf(const QString &path);

struct KeyFile
{
    QList<Key> keys;
    FileStamp stamp; // of what was read
};

// Reads the whole file; one faulty key makes all of it faulty. Failures name the file and the remedy.
sdk::Outcome<KeyFile> readKeyFile(const QString &path);

} // namespace dragonscales::plugins::keys
