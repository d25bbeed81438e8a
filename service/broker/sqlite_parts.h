// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/event_collector.h"
#include "broker/sqlite_counters.h"
#include "broker/sqlite_names.h"

#include <random>

namespace dragonscales::broker::sqlite {

// Lease tokens: 64 random bits each, never 0.
class Tokens final
{
public:
    Tokens();
    quint64 next();

private:
    std::mt19937_64 m_random;
};

// What the parts of one store share.
struct Parts
{
    Database &db;
    const SqlFile &sql;
    Names &names;
    Counters &counters;
    EventCollector &events;
    Tokens &tokens;
    const core::Clock &clock;
};

} // namespace dragonscales::broker::sqlite
