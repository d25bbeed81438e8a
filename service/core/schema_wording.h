// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QString>

#include <string>

namespace dragonscales::core::schema {

struct Worded
{
    QString keyword; // empty where it cannot be told
    QString message; // empty for a fault that only says that a deeper one exists
};

// What people read instead of how valijson describes a violation.
Worded wordedAs(const std::string &description);

} // namespace dragonscales::core::schema
