// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/trust.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

constexpr int kMostLinks = 40; // as the kernel follows

// As a shell takes it.
QString shellQuoted(const QString &path)
{
    return u'\'' + QString(path).replace(u'\'', u"'\\''"_s) + u'\'';
}

tl::unexpected<Error> refuse(const QString &path, const QString &why, const QString &remedy)
{
    return failure(ErrorCode::Forbidden, u"“%1” is not trusted: %2. Mend it with: %3"_s.arg(path, why, remedy), path);
}

Result<void> checkOne(const QString &path, const struct stat &info, bool isAbove)
{
    if (info.st_uid != 0 && info.st_uid != ::geteuid()) {
        return refuse(path, u"it belongs to another user (uid %1)"_s.arg(info.st_uid),
                      u"chown %1 %2"_s.arg(::geteuid()).arg(shellQuoted(path)));
    }
    // In a sticky folder others may add files but not replace ours.
    const bool sticky = isAbove && S_ISDIR(info.st_mode) && (info.st_mode & S_ISVTX) != 0;
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !sticky && !S_ISLNK(info.st_mode)) {
        return refuse(path, u"others can write to it"_s, u"chmod go-w %1"_s.arg(shellQuoted(path)));
    }
    return {};
}

// Looks at the root folder, then at each part below it; a link leads on to its target, which is looked at as well.
class TrustWalk
{
public:
    Result<void> walk(const QString &path)
    {
        QString done;
        const QStringList parts = path.split(u'/', Qt::SkipEmptyParts);
        if (auto root = look(u"/"_s, !parts.isEmpty()); !root) {
            return root;
        }
        for (qsizetype i = 0; i < parts.size(); ++i) {
            done += u'/' + parts.at(i);
            const bool isAbove = i + 1 < parts.size();
            if (auto looked = look(done, isAbove); !looked) {
                return looked;
            }
            if (!m_target.isEmpty()) {
                const QString on = m_target + u'/' + parts.mid(i + 1).join(u'/');
                return followed() ? walk(QDir::cleanPath(on)) : tooManyLinks(path);
            }
        }
        return {};
    }

private:
    bool followed() { return ++m_links <= kMostLinks; }

    static tl::unexpected<Error> tooManyLinks(const QString &path)
    {
        return failure(ErrorCode::NotFound, u"“%1” leads through too many links."_s.arg(path), path);
    }

    Result<void> look(const QString &path, bool isAbove)
    {
        m_target.clear();
        struct stat info
        {
        };
        if (::lstat(QFile::encodeName(path).constData(), &info) != 0) {
            return failure(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Forbidden,
                           u"“%1” cannot be looked at: %2."_s.arg(path, qt_error_string(errno)), path);
        }
        if (S_ISLNK(info.st_mode)) {
            m_target = QFileInfo(path).symLinkTarget();
        }
        return checkOne(path, info, isAbove);
    }

    QString m_target; // of the link that was looked at last; empty when it was none
    int m_links = 0;
};

} // namespace

Result<void> checkTrusted(const QString &path)
{
    return TrustWalk().walk(QDir::cleanPath(QDir::current().absoluteFilePath(path)));
}

} // namespace dragonscales::core
