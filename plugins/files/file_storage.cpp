// SPDX-License-Identifier: LGPL-3.0-or-later
#include "atomic_file.h"
#include "modules.h"
#include "names.h"

#include <QFileInfo>

#include <stdexcept>

namespace dragonscales::plugins::files {

using namespace Qt::Literals::StringLiterals;

namespace {

// Only what lies in the job's own folder may be moved away; a task that names a file elsewhere keeps it.
bool isScratch(const QString &path, sdk::Context &context)
{
    const QString scratch = QFileInfo(context.scratchFolder()).canonicalFilePath();
    const QString folder = QFileInfo(QFileInfo(path).path()).canonicalFilePath();
    return !scratch.isEmpty() && (folder == scratch || folder.startsWith(scratch + u'/'));
}

} // namespace

FileStorage::FileStorage(const sdk::Args &args)
    : m_directory(directoryOf(args))
    , m_name(args.json.object().value("name"_L1).toString(u"{id}.{extension}"_s))
{
    if (const auto name = filledName(m_name, u"id"_s, u"bin"_s); !name) {
        throw std::invalid_argument(("\"name\" in args: " + name.error().message.toStdString()));
    }
}

sdk::Outcome<sdk::Json> FileStorage::store(const sdk::TaskResult &result, const sdk::Json &params,
                                           sdk::Context &context)
{
    const auto *file = std::get_if<sdk::File>(&result);
    const QString mediaType = file ? file->mediaType : u"application/json"_s;
    const QString extension = extensionFor(mediaType, file ? file->path : QString());
    const QJsonValue wanted = params.object().value("name"_L1);
    const auto name =
        wanted.isString() ? checkedName(wanted.toString()) : filledName(m_name, context.jobId(), extension);
    if (!name) {
        return tl::unexpected(name.error());
    }
    const auto bytes = file ? takeAtomically(m_directory, *name, file->path, isScratch(file->path, context))
                            : writeAtomically(m_directory, *name, std::get<sdk::Json>(result).text());
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    return sdk::Json("{\"path\":" + sdk::Json::of(m_directory + u'/' + *name).text() + ",\"bytes\":" +
                     QByteArray::number(*bytes) + ",\"media_type\":" + sdk::Json::of(mediaType).text() + '}');
}

} // namespace dragonscales::plugins::files
