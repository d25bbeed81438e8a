// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/role.h"

#include <QString>

#include <array>

namespace dragonscales::api {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::array kWords{u"nobody", u"viewer", u"submitter", u"operator", u"admin"};

} // namespace

QString roleWord(Role role)
{
    return QString::fromUtf16(kWords.at(static_cast<std::size_t>(role)));
}

std::optional<Role> roleFromWord(QStringView word)
{
    for (const Role role : {Role::Viewer, Role::Submitter, Role::Operator, Role::Admin}) {
        if (word == roleWord(role)) {
            return role;
        }
    }
    return {};
}

} // namespace dragonscales::api
