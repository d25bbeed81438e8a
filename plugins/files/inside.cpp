// SPDX-License-Identifier: LGPL-3.0-or-later
#include "inside.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <array>
#include <climits>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dragonscales::plugins {

using namespace Qt::Literals::StringLiterals;

namespace {

auto refused(const QString &path)
{
    return sdk::fail(u"\"%1\" is not inside the folder that this task may read"_s.arg(path));
}

bool leavesByName(const QString &path)
{
    const QString clean = QDir::cleanPath(path);
    return QDir::isAbsolutePath(path) || clean == u".."_s || clean.startsWith(u"../"_s);
}

bool isBelow(const QByteArray &root, const QByteArray &path)
{
    return path.startsWith(root.endsWith('/') ? root : root + '/');
}

// Where the kernel says that this descriptor leads; empty when it does not say.
QByteArray pathOf(const Descriptor &descriptor)
{
    std::array<char, PATH_MAX> target{};
    const QByteArray link = "/proc/self/fd/" + QByteArray::number(descriptor.get());
    const ssize_t length = ::readlink(link.constData(), target.data(), target.size());
    return length > 0 ? QByteArray(target.data(), length) : QByteArray();
}

bool isRegular(const QByteArray &path)
{
    struct stat info = {};
    return ::lstat(path.constData(), &info) == 0 && S_ISREG(info.st_mode);
}

} // namespace

sdk::Outcome<OpenedFile> openInside(const QString &directory, const QString &path)
{
    const QByteArray root = QFile::encodeName(QFileInfo(directory).canonicalFilePath());
    if (root.isEmpty()) {
        return sdk::fail(
            u"the folder %1 does not exist: make it, or correct \"directory\" in the project"_s.arg(directory));
    }
    if (path.isEmpty() || path.contains(QChar(u'\0')) || leavesByName(path)) {
        return refused(path);
    }
    const QString canonical = QFileInfo(QFile::decodeName(root) + u'/' + path).canonicalFilePath();
    if (canonical.isEmpty()) {
        return sdk::fail(u"there is no file \"%1\""_s.arg(path));
    }
    const QByteArray target = QFile::encodeName(canonical);
    if (!isBelow(root, target)) {
        return refused(path);
    }
    if (!isRegular(target)) {
        return sdk::fail(u"\"%1\" is not a regular file"_s.arg(path));
    }
    // Without O_NONBLOCK a FIFO put in the file's place just now would hold up this thread.
    Descriptor descriptor(::open(target.constData(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (!descriptor.valid()) {
        return sdk::fail(u"\"%1\" cannot be read: %2"_s.arg(path, qt_error_string(errno)));
    }
    struct stat info = {};
    if (!isBelow(root, pathOf(descriptor)) || ::fstat(descriptor.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
        return refused(path);
    }
    return OpenedFile{std::move(descriptor), canonical, info.st_size};
}

} // namespace dragonscales::plugins
