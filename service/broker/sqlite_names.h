// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "broker/sqlite_database.h"
#include "broker/sqlite_sql.h"

#include <QHash>
#include <QList>

namespace dragonscales::broker::sqlite {

// Names that come again and again, as numbers, with what has been met kept in memory.
class Names final
{
public:
    Names(Database &database, const SqlFile &sql);

    qint64 idOf(const QString &name); // makes one for a new name; 0 for an empty one
    std::optional<qint64> known(const QString &name);
    QString nameOf(qint64 id); // empty for 0
    // Forgets the numbers that the transaction made.
    void rolledBack();
    void committed() { m_made.clear(); }

private:
    Statement m_byId;
    Statement m_byName;
    Statement m_add;
    QHash<QString, qint64> m_ids;
    QHash<qint64, QString> m_names;
    QList<qint64> m_made;
};

} // namespace dragonscales::broker::sqlite
