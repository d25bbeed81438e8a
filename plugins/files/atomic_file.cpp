// SPDX-License-Identifier: LGPL-3.0-or-later
#include "atomic_file.h"

#include "descriptor.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dragonscales::plugins::files {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kChunk = 1024LL * 1024;

auto failed(const QString &what, const QString &path)
{
    return sdk::fail(u"%1 %2: %3"_s.arg(what, path, qt_error_string(errno)));
}

bool syncFolder(const QString &path)
{
    const Descriptor folder(::open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return folder.valid() && ::fsync(folder.get()) == 0;
}

sdk::Outcome<Descriptor> openFolder(const QString &path)
{
    if (!QFileInfo::exists(path)) {
        if (!QDir().mkpath(path)) {
            return failed(u"cannot make the folder"_s, path);
        }
        syncFolder(QFileInfo(path).path()); // some file systems can't; the file itself is what must be on disk
    }
    Descriptor folder(::open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.valid()) {
        return failed(u"cannot open the folder"_s, path);
    }
    return folder;
}

// A file under a passing name in the folder, removed again unless it was given its own name.
class Draft final
{
public:
    explicit Draft(const Descriptor &folder)
        : m_folder(folder)
        , m_name(".dragonscales-" + QByteArray::number(QRandomGenerator::system()->generate64(), 36))
        , m_file(::openat(folder.get(), m_name.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666))
    {
    }
    ~Draft()
    {
        if (m_file.valid() && !m_placed) {
            ::unlinkat(m_folder.get(), m_name.constData(), 0);
        }
    }
    Q_DISABLE_COPY_MOVE(Draft)

    bool valid() const { return m_file.valid(); }

    bool write(const char *bytes, qint64 size)
    {
        while (size > 0) {
            const ssize_t written = ::write(m_file.get(), bytes, static_cast<size_t>(size));
            if (written < 0 && errno != EINTR) {
                return false;
            }
            bytes += qMax<ssize_t>(written, 0);
            size -= qMax<ssize_t>(written, 0);
        }
        return true;
    }

    bool place(const QByteArray &name)
    {
        m_placed = ::fsync(m_file.get()) == 0 &&
                   ::renameat(m_folder.get(), m_name.constData(), m_folder.get(), name.constData()) == 0;
        return m_placed && ::fsync(m_folder.get()) == 0;
    }

private:
    const Descriptor &m_folder;
    QByteArray m_name;
    Descriptor m_file;
    bool m_placed = false;
};

bool copy(const Descriptor &source, Draft &draft)
{
    QByteArray chunk(kChunk, Qt::Uninitialized);
    while (true) {
        const ssize_t got = ::read(source.get(), chunk.data(), static_cast<size_t>(chunk.size()));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return got == 0;
        }
        if (!draft.write(chunk.constData(), got)) {
            return false;
        }
    }
}

bool rename(const QByteArray &from, const Descriptor &source, const Descriptor &folder, const QByteArray &name)
{
    return ::fsync(source.get()) == 0 && ::renameat(AT_FDCWD, from.constData(), folder.get(), name.constData()) == 0 &&
           ::fsync(folder.get()) == 0;
}

} // namespace

sdk::Outcome<qint64> writeAtomically(const QString &directory, const QString &name, const QByteArray &bytes)
{
    const auto folder = openFolder(directory);
    if (!folder) {
        return tl::unexpected(folder.error());
    }
    Draft draft(*folder);
    if (!draft.valid() || !draft.write(bytes.constData(), bytes.size()) || !draft.place(QFile::encodeName(name))) {
        return failed(u"cannot write"_s, directory + u'/' + name);
    }
    return bytes.size();
}

sdk::Outcome<qint64> takeAtomically(const QString &directory, const QString &name, const QString &source, bool mayMove)
{
    const QByteArray from = QFile::encodeName(source);
    // Not through a link, nor waiting for a FIFO's writer: the task's result is a file or it is nothing.
    const Descriptor file(::open(from.constData(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    struct stat info = {};
    if (!file.valid() || ::fstat(file.get(), &info) != 0) {
        return failed(u"cannot read the task's result"_s, source);
    }
    if (!S_ISREG(info.st_mode)) {
        return sdk::fail(u"the task's result %1 is not a regular file"_s.arg(source));
    }
    const auto folder = openFolder(directory);
    if (!folder) {
        return tl::unexpected(folder.error());
    }
    const QByteArray to = QFile::encodeName(name);
    if (mayMove && rename(from, file, *folder, to)) {
        return info.st_size;
    }
    if (mayMove && errno != EXDEV) {
        return failed(u"cannot move the task's result to"_s, directory + u'/' + name);
    }
    Draft draft(*folder);
    if (!draft.valid() || !copy(file, draft) || !draft.place(to)) {
        return failed(u"cannot write"_s, directory + u'/' + name);
    }
    if (mayMove) {
        ::unlink(from.constData());
    }
    return info.st_size;
}

} // namespace dragonscales::plugins::files
