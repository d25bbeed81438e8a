// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/authorizer.h>

#include <QCache>

#include <mutex>
#include <optional>

namespace dragonscales::api {

// Verdicts that let somebody in, for as long as the authorizer says that they hold (Verdict::maxAge). One counts for
// requests that are equal in all that an authorizer sees; the length of the body is nothing to it. Thread-safe.
class VerdictCache final
{
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit VerdictCache(int most = 1000); // the ones that were used last are kept

    std::optional<sdk::Verdict> find(const sdk::Request &request, Time now);
    void keep(const sdk::Request &request, const sdk::Verdict &verdict, Time now);

private:
    struct Kept
    {
        sdk::Verdict verdict;
        Time until;
    };

    std::mutex m_mutex;
    QCache<QByteArray, Kept> m_kept;
};

} // namespace dragonscales::api
