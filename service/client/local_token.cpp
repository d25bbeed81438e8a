// SPDX-License-Identifier: LGPL-3.0-or-later
#include "client/local_token.h"

#include "core/json/reader.h"
#include "core/local_token_path.h"

#include <QFile>
#include <QHostAddress>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dragonscales::client {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 kMostBytes = 4096;

bool isLoopback(const QString &host)
{
    return host == u"localhost"_s || QHostAddress(host).isLoopback();
}

int portOf(const QUrl &url)
{
    return url.port(url.scheme() == u"https"_s ? 443 : 80);
}

// The file's bytes, if nobody else can have written or read them.
QByteArray readPrivate(const QString &path)
{
    const int descriptor =
        ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) {
        return {};
    }
    QFile file;
    if (!file.open(descriptor, QIODevice::ReadOnly, QFileDevice::AutoCloseHandle)) {
        ::close(descriptor);
        return {};
    }
    struct stat info
    {
    };
    const bool ours = ::fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == ::geteuid() &&
                      (info.st_mode & 077) == 0 && info.st_size <= kMostBytes;
    return ours ? file.read(kMostBytes) : QByteArray();
}

bool isOurProcess(qint64 pid)
{
    struct stat info
    {
    };
    return pid > 0 && ::stat(QByteArray("/proc/" + QByteArray::number(pid)).constData(), &info) == 0 &&
           info.st_uid == ::geteuid();
}

// Whether somebody who asks for `wanted` talks to the service that listens at `told`, and where. A name stands for the
// service's own number, since another user may listen on the other one of 127.0.0.1 and ::1.
std::optional<QUrl> reachable(const QUrl &wanted, const QUrl &told)
{
    if (wanted.scheme() != told.scheme() || portOf(wanted) != portOf(told)) {
        return std::nullopt;
    }
    const QHostAddress at(told.host());
    QUrl url = wanted;
    if (wanted.host() == u"localhost"_s) {
        if (at.isLoopback()) {
            url.setHost(told.host());
        } else if (told.host() != u"localhost"_s) {
            return std::nullopt;
        } else {
            url.setHost(u"127.0.0.1"_s);
        }
        return url;
    }
    const bool same =
        QHostAddress(wanted.host()) == at || (told.host() == u"localhost"_s && wanted.host() == u"127.0.0.1"_s);
    return same ? std::optional(url) : std::nullopt;
}

std::optional<LocalToken> read(const QString &path, const QUrl &wanted)
{
    const auto value = core::json::read(readPrivate(path));
    if (!value || !value->isObject()) {
        return std::nullopt;
    }
    const auto *pid = value->find("pid");
    const auto *url = value->find("url");
    const auto *token = value->find("token");
    if (pid == nullptr || url == nullptr || token == nullptr || token->text().isEmpty() ||
        !isOurProcess(pid->integer())) {
        return std::nullopt;
    }
    const auto at = reachable(wanted, QUrl(QString::fromUtf8(url->text())));
    return at ? std::optional(LocalToken{token->text(), *at}) : std::nullopt;
}

} // namespace

std::optional<LocalToken> findLocalToken(const QUrl &url)
{
    if (!isLoopback(url.host())) {
        return std::nullopt;
    }
    for (const QString &folder : core::localTokenFolders()) {
        if (auto token = read(core::localTokenPath(folder, portOf(url)), url)) {
            return token;
        }
    }
    return std::nullopt;
}

} // namespace dragonscales::client
