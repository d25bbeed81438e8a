// SPDX-License-Identifier: LGPL-3.0-or-later
#include "key_file.h"

#include <QFile>

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dragonscales::plugins::keys {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 kMaxBytes = 4LL * 1024 * 1024;
constexpr qint64 kNanoseconds = 1'000'000'000;
constexpr qsizetype kHashBytes = 32;

FileStamp stampOf(const struct stat &info)
{
    return {info.st_dev, info.st_ino, info.st_size, info.st_mtim.tv_sec * kNanoseconds + info.st_mtim.tv_nsec,
            info.st_ctim.tv_sec * kNanoseconds + info.st_ctim.tv_nsec};
}

auto fault(const QString &path, const QString &what)
{
    return sdk::fail(u"the key file %1 %2"_s.arg(path, what));
}

sdk::Outcome<QByteArray> readAll(const QString &path, FileStamp &stamp)
{
    const int fd = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat info = {};
    if (fd < 0 || ::fstat(fd, &info) != 0) {
        const QString why = qt_error_string(errno);
        return fault(path,
                     u"cannot be read (%1): make it with dragonscales-manager key add NAME --role ROLE"_s.arg(why));
    }
    QFile file;
    if (!file.open(fd, QIODevice::ReadOnly, QFile::AutoCloseHandle)) {
        ::close(fd);
        return fault(path, u"cannot be read: %1"_s.arg(file.errorString()));
    }
    if (!S_ISREG(info.st_mode)) {
        return fault(path, u"is not a regular file"_s);
    }
    if ((info.st_mode & 077) != 0) {
        return fault(path, u"can be read or changed by others: chmod 600 %1"_s.arg(path));
    }
    if (info.st_size > kMaxBytes) {
        return fault(path, u"is larger than %1 bytes"_s.arg(kMaxBytes));
    }
    stamp = stampOf(info);
    return file.read(kMaxBytes);
}

bool isHexHash(const QString &text)
{
    return text.size() == 2 * kHashBytes && std::all_of(text.begin(), text.end(), [](QChar c) {
               return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f') || (c >= u'A' && c <= u'F');
           });
}

sdk::Outcome<Key> readKey(const QString &path, qsizetype index, const QJsonValue &value)
{
    static const QStringList kRoles{u"viewer"_s, u"submitter"_s, u"operator"_s, u"admin"_s};
    const QJsonObject object = value.toObject();
    const Key key{object.value("name"_L1).toString(), object.value("role"_L1).toString(),
                  QByteArray::fromHex(object.value("sha256"_L1).toString().toLatin1())};
    const QString place = u"has a fault at keys[%1]: "_s.arg(index);
    if (key.name.isEmpty()) {
        return fault(path, place + u"\"name\" must be a text"_s);
    }
    if (!kRoles.contains(key.role)) {
        return fault(path, place + u"\"role\" must be one of %1"_s.arg(kRoles.join(u", "_s)));
    }
    if (!isHexHash(object.value("sha256"_L1).toString())) {
        return fault(path, place + u"\"sha256\" must be the 64 hexadecimal digits of the key's SHA-256"_s);
    }
    return key;
}

} // namespace

FileStamp stampOf(const QString &path)
{
    struct stat info = {};
    return ::stat(QFile::encodeName(path).constData(), &info) == 0 ? stampOf(info) : FileStamp{};
}

sdk::Outcome<KeyFile> readKeyFile(const QString &path)
{
    KeyFile file;
    const auto bytes = readAll(path, file.stamp);
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    QJsonParseError error{};
    const QJsonDocument document = QJsonDocument::fromJson(*bytes, &error);
    if (error.error != QJsonParseError::NoError) {
        return fault(path, u"is not JSON: %1 at byte %2"_s.arg(error.errorString()).arg(error.offset));
    }
    const QJsonValue keys = document.object().value("keys"_L1);
    if (!keys.isArray()) {
        return fault(path, u"must be {\"keys\": [ … ]}"_s);
    }
    for (const auto &value : keys.toArray()) {
        auto key = readKey(path, file.keys.size(), value);
        if (!key) {
            return tl::unexpected(key.error());
        }
        file.keys.append(std::move(*key));
    }
    return file;
}

} // namespace dragonscales::plugins::keys
