// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_names.h"

namespace dragonscales::broker::sqlite {

Names::Names(Database &database, const SqlFile &sql)
    : m_byId(database, sql["name_by_id"])
    , m_byName(database, sql["id_by_name"])
    , m_add(database, sql["add_name"])
{
}

std::optional<qint64> Names::known(const QString &name)
{
    const auto it = m_ids.constFind(name);
    if (it != m_ids.constEnd()) {
        return *it;
    }
    Query query(m_byName, name);
    if (!query.next()) {
        return std::nullopt;
    }
    const qint64 id = query.number(0);
    m_ids.insert(name, id);
    m_names.insert(id, name);
    return id;
}

qint64 Names::idOf(const QString &name)
{
    if (name.isEmpty()) {
        return 0;
    }
    if (const auto id = known(name)) {
        return *id;
    }
    Query query(m_add, name);
    if (!query.next()) {
        return 0;
    }
    const qint64 id = query.number(0);
    m_ids.insert(name, id);
    m_names.insert(id, name);
    m_made.append(id);
    return id;
}

QString Names::nameOf(qint64 id)
{
    if (id == 0) {
        return {};
    }
    const auto it = m_names.constFind(id);
    if (it != m_names.constEnd()) {
        return *it;
    }
    Query query(m_byId, id);
    if (!query.next()) {
        return {};
    }
    const QString name = query.text(0);
    m_ids.insert(name, id);
    m_names.insert(id, name);
    return name;
}

void Names::rolledBack()
{
    for (const qint64 id : std::as_const(m_made)) {
        m_ids.remove(m_names.take(id));
    }
    m_made.clear();
}

} // namespace dragonscales::broker::sqlite
