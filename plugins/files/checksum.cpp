// SPDX-License-Identifier: LGPL-3.0-or-later
#include "inside.h"
#include "modules.h"

#include <QCryptographicHash>

#include <cerrno>
#include <stdexcept>

#include <unistd.h>

namespace dragonscales::plugins::files {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kChunk = 1024LL * 1024;

std::optional<QCryptographicHash::Algorithm> algorithmOf(const QString &name)
{
    static const QHash<QString, QCryptographicHash::Algorithm> kAlgorithms{
        {u"md5"_s, QCryptographicHash::Md5},
        {u"sha1"_s, QCryptographicHash::Sha1},
        {u"sha224"_s, QCryptographicHash::Sha224},
        {u"sha256"_s, QCryptographicHash::Sha256},
        {u"sha384"_s, QCryptographicHash::Sha384},
        {u"sha512"_s, QCryptographicHash::Sha512},
        {u"sha3-256"_s, QCryptographicHash::Sha3_256},
        {u"sha3-512"_s, QCryptographicHash::Sha3_512},
        {u"blake2b-512"_s, QCryptographicHash::Blake2b_512},
        {u"blake2s-256"_s, QCryptographicHash::Blake2s_256},
    };
    const auto it = kAlgorithms.find(name);
    return it == kAlgorithms.end() ? std::nullopt : std::optional(*it);
}

// Feeds the whole file to the hash; how many bytes it was.
sdk::Outcome<qint64> feed(const OpenedFile &file, QCryptographicHash &hash, sdk::Context &context)
{
    QByteArray chunk(kChunk, Qt::Uninitialized);
    qint64 total = 0;
    while (!context.stopRequested()) {
        const ssize_t got = ::read(file.descriptor.get(), chunk.data(), static_cast<size_t>(chunk.size()));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return sdk::fail(u"reading %1 failed: %2"_s.arg(file.path, qt_error_string(errno)));
        }
        if (got == 0) {
            return total;
        }
        hash.addData(QByteArrayView(chunk).first(got));
        total += got;
        if (file.bytes > kChunk) {
            context.progress(qMin(1.0, static_cast<double>(total) / static_cast<double>(file.bytes)));
        }
    }
    return sdk::fail(u"stopped before the whole file was read"_s);
}

} // namespace

QString directoryOf(const sdk::Args &args)
{
    const QString directory = args.json.object().value("directory"_L1).toString();
    if (directory.isEmpty()) {
        throw std::invalid_argument("\"directory\" in args must name a folder");
    }
    return args.path(directory);
}

Checksum::Checksum(const sdk::Args &args)
    : m_directory(directoryOf(args))
{
}

sdk::Outcome<sdk::TaskResult> Checksum::run(const sdk::Json &params, sdk::Context &context)
{
    const QJsonObject object = params.object();
    const QString name = object.value("algorithm"_L1).toString(u"sha256"_s);
    const auto algorithm = algorithmOf(name);
    if (!algorithm) {
        return sdk::fail(u"the algorithm \"%1\" is not known"_s.arg(name));
    }
    const QString path = object.value("path"_L1).toString();
    const auto file = openInside(m_directory, path);
    if (!file) {
        return tl::unexpected(file.error());
    }
    QCryptographicHash hash(*algorithm);
    const auto bytes = feed(*file, hash, context);
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    return sdk::TaskResult(sdk::Json("{\"path\":" + sdk::Json::of(path).text() + ",\"algorithm\":\"" + name.toUtf8() +
                                     "\",\"checksum\":\"" + hash.result().toHex() +
                                     "\",\"bytes\":" + QByteArray::number(*bytes) + '}'));
}

} // namespace dragonscales::plugins::files
