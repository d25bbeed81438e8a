// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/verdict_cache.h"

#include <QCryptographicHash>

#include <algorithm>

namespace dragonscales::api {

namespace {

constexpr std::chrono::hours kLongest(1);

// A hash, since headers hold keys that need not lie about in memory. Each part goes with its length, so that no two
// requests have one text.
QByteArray keyOf(const sdk::Request &request)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const auto add = [&hash](const QByteArray &part) {
        hash.addData(QByteArray::number(part.size()) + ':');
        hash.addData(part);
    };
    add(request.method);
    add(request.path.toUtf8());
    add(request.query);
    add(request.clientAddress.toUtf8());
    for (const auto &[name, value] : request.headers) {
        if (name.compare("Content-Length", Qt::CaseInsensitive) != 0) {
            add(name);
            add(value);
        }
    }
    return hash.result();
}

} // namespace

VerdictCache::VerdictCache(int most)
    : m_kept(most)
{
}

std::optional<sdk::Verdict> VerdictCache::find(const sdk::Request &request, Time now)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_kept.isEmpty()) {
            return std::nullopt; // most authorizers allow none
        }
    }
    const QByteArray key = keyOf(request);
    const std::lock_guard lock(m_mutex);
    const Kept *kept = m_kept.object(key);
    if (kept == nullptr) {
        return std::nullopt;
    }
    if (now >= kept->until) {
        m_kept.remove(key);
        return std::nullopt;
    }
    return kept->verdict;
}

void VerdictCache::keep(const sdk::Request &request, const sdk::Verdict &verdict, Time now)
{
    if (!verdict.allowed || verdict.maxAge.count() <= 0) {
        return;
    }
    const QByteArray key = keyOf(request);
    const std::lock_guard lock(m_mutex);
    m_kept.insert(key, new Kept{verdict, now + std::min<std::chrono::milliseconds>(verdict.maxAge, kLongest)});
}

} // namespace dragonscales::api
