// SPDX-License-Identifier: LGPL-3.0-or-later
#include "names.h"

#include <QFileInfo>
#include <QHash>

#include <algorithm>

namespace dragonscales::plugins::files {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kMaxNameBytes = 200; // file systems take 255, temporary names included

bool isControl(QChar c)
{
    return c.category() == QChar::Other_Control;
}

bool isPlainSuffix(const QString &suffix)
{
    return !suffix.isEmpty() && suffix.size() <= 10 &&
           std::all_of(suffix.begin(), suffix.end(), [](QChar c) { return c.unicode() < 128 && c.isLetterOrNumber(); });
}

} // namespace

sdk::Outcome<QString> checkedName(const QString &name)
{
    if (name.isEmpty() || name.startsWith(u'.') || name.contains(u'/') || name.contains(u'\\') ||
        std::any_of(name.begin(), name.end(), isControl)) {
        return sdk::fail(
            u"\"%1\" is not a plain file name: leave out folders, a dot in front and control characters"_s.arg(name));
    }
    if (!name.isValidUtf16()) {
        return sdk::fail(u"\"%1\" is not a plain file name: it holds one half of a surrogate pair"_s.arg(name));
    }
    if (name.toUtf8().size() > kMaxNameBytes) {
        return sdk::fail(u"the file name is longer than %1 bytes"_s.arg(kMaxNameBytes));
    }
    return name;
}

QString extensionFor(const QString &mediaType, const QString &path)
{
    static const QHash<QString, QString> kKnown{
        {u"application/json"_s, u"json"_s}, {u"application/pdf"_s, u"pdf"_s}, {u"application/zip"_s, u"zip"_s},
        {u"application/xml"_s, u"xml"_s},   {u"image/gif"_s, u"gif"_s},       {u"image/jpeg"_s, u"jpg"_s},
        {u"image/png"_s, u"png"_s},         {u"image/svg+xml"_s, u"svg"_s},   {u"image/webp"_s, u"webp"_s},
        {u"text/csv"_s, u"csv"_s},          {u"text/html"_s, u"html"_s},      {u"text/plain"_s, u"txt"_s},
    };
    const QString bare = mediaType.section(u';', 0, 0).trimmed().toLower();
    const auto known = kKnown.find(bare);
    if (known != kKnown.end()) {
        return *known;
    }
    const QString suffix = QFileInfo(path).suffix().toLower();
    return isPlainSuffix(suffix) ? suffix : u"bin"_s;
}

sdk::Outcome<QString> filledName(const QString &name, const QString &jobId, const QString &extension)
{
    QString filled = name;
    filled.replace(u"{id}"_s, jobId).replace(u"{extension}"_s, extension);
    return checkedName(filled);
}

} // namespace dragonscales::plugins::files
