// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "key_file.h"

#include <dragonscales/plugin.h>

#include <mutex>

namespace dragonscales::plugins::keys {

// Lets everybody in, without a role of their own.
class Open final : public sdk::BaseAuthorizer
{
public:
    sdk::Outcome<sdk::Verdict> authorize(const sdk::Request &request) override;
    bool open() const override { return true; }
};

// Lets in who presents a key of args.file, as "Authorization: Bearer K" or "X-API-Key: K". A changed file counts from
// the next request on; while it is faulty every request fails.
class ApiKey final : public sdk::BaseAuthorizer
{
public:
    // Throws when the file cannot be used, so that the project's check shows it.
    explicit ApiKey(const sdk::Args &args);
    sdk::Outcome<sdk::Verdict> authorize(const sdk::Request &request) override;

private:
    sdk::Outcome<QList<Key>> currentKeys();

    const QString m_path;
    std::mutex m_mutex; // guards m_file
    KeyFile m_file;
};

} // namespace dragonscales::plugins::keys
