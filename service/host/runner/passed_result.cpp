// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/runner/passed_result.h"

#include <QFile>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

constexpr qsizetype kLongestInline = 1024 * 1024;

core::JobError fileError(const QFile &file, const QString &what)
{
    core::JobError error;
    error.type = u"result"_s;
    error.message = u"The result could not be %1 “%2”: %3."_s.arg(what, file.fileName(), file.errorString());
    return error;
}

} // namespace

tl::expected<protocol::PassedResult, core::JobError> passOn(const sdk::TaskResult &result, sdk::Context &context)
{
    protocol::PassedResult passed;
    if (const auto *file = std::get_if<sdk::File>(&result)) {
        passed.file = file->path;
        passed.mediaType = file->mediaType;
        return passed;
    }
    const QByteArray text = std::get<sdk::Json>(result).text();
    if (text.size() <= kLongestInline) {
        passed.json = text;
        return passed;
    }
    QFile file(context.scratchFolder() + u"/.result.json"_s);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.flush()) {
        return tl::unexpected(fileError(file, u"written to"_s));
    }
    passed.jsonPath = file.fileName();
    return passed;
}

tl::expected<sdk::TaskResult, core::JobError> takePassed(const protocol::PassedResult &passed)
{
    if (!passed.file.isEmpty()) {
        return sdk::File{passed.file, passed.mediaType};
    }
    if (passed.jsonPath.isEmpty()) {
        return sdk::Json(passed.json);
    }
    QFile file(passed.jsonPath);
    if (!file.open(QIODevice::ReadOnly)) {
        return tl::unexpected(fileError(file, u"read from"_s));
    }
    const QByteArray text = file.readAll();
    if (file.error() != QFileDevice::NoError) {
        return tl::unexpected(fileError(file, u"read from"_s));
    }
    return sdk::Json(text);
}

} // namespace dragonscales::host
