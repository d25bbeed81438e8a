// SPDX-License-Identifier: LGPL-3.0-or-later
#include "modules.h"

#include <QCryptographicHash>

#include <stdexcept>

namespace dragonscales::plugins::keys {

using namespace Qt::Literals::StringLiterals;

namespace {

QString pathOf(const sdk::Args &args)
{
    const QString file = args.json.object().value("file"_L1).toString();
    if (file.isEmpty()) {
        throw std::invalid_argument("\"file\" in args must name the key file");
    }
    return args.path(file);
}

QByteArray presentedKey(const sdk::Request &request)
{
    constexpr QByteArrayView kScheme("Bearer ");
    const QByteArray authorization = request.header("Authorization").trimmed();
    if (authorization.size() > kScheme.size() &&
        QByteArrayView(authorization).first(kScheme.size()).compare(kScheme, Qt::CaseInsensitive) == 0) {
        return authorization.mid(kScheme.size()).trimmed();
    }
    return request.header("X-API-Key").trimmed();
}

// Takes as long for equal ones as for different ones, wherever they differ.
bool equalHashes(const QByteArray &a, const QByteArray &b)
{
    if (a.size() != b.size()) {
        return false;
    }
    unsigned char difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i) {
        difference |= static_cast<unsigned char>(a.at(i)) ^ static_cast<unsigned char>(b.at(i));
    }
    return difference == 0;
}

sdk::Verdict refusal(const QString &detail)
{
    sdk::Verdict verdict;
    verdict.detail = detail;
    return verdict;
}

} // namespace

sdk::Outcome<sdk::Verdict> Open::authorize(const sdk::Request &)
{
    sdk::Verdict verdict;
    verdict.allowed = true;
    return verdict;
}

ApiKey::ApiKey(const sdk::Args &args)
    : m_path(pathOf(args))
{
    auto file = readKeyFile(m_path);
    if (!file) {
        throw std::runtime_error(file.error().message.toStdString());
    }
    m_file = std::move(*file);
}

sdk::Outcome<QList<Key>> ApiKey::currentKeys()
{
    const std::lock_guard lock(m_mutex);
    if (m_file.stamp == FileStamp{} || !(m_file.stamp == stampOf(m_path))) {
        auto file = readKeyFile(m_path);
        if (!file) {
            m_file = {}; // the old keys may have been withdrawn
            return tl::unexpected(file.error());
        }
        m_file = std::move(*file);
    }
    return m_file.keys;
}

sdk::Outcome<sdk::Verdict> ApiKey::authorize(const sdk::Request &request)
{
    const auto keys = currentKeys();
    if (!keys) {
        return tl::unexpected(keys.error());
    }
    const QByteArray presented = presentedKey(request);
    if (presented.isEmpty()) {
        return refusal(u"An API key is needed: send it as Authorization: Bearer KEY or X-API-Key: KEY"_s);
    }
    const QByteArray hash = QCryptographicHash::hash(presented, QCryptographicHash::Sha256);
    sdk::Verdict verdict = refusal(u"The API key is not known"_s);
    for (const Key &key : *keys) { // all of them, so that the time does not tell which one matched
        if (equalHashes(hash, key.sha256)) {
            verdict = {true, 200, {}, key.name, key.role, std::chrono::milliseconds(0)};
        }
    }
    return verdict;
}

} // namespace dragonscales::plugins::keys
