// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>

namespace dragonscales::broker::sqlite {

// The statements of one file under resources/sql, by the name in their "-- name:" line.
class SqlFile final
{
public:
    explicit SqlFile(const QByteArray &text);

    // There must be one: the files are part of the program.
    QByteArray operator[](QByteArrayView name) const;

private:
    QHash<QByteArray, QByteArray> m_statements;
};

// Of a file compiled into the program: "store/statements.sql".
QByteArray sqlText(const QString &file);

} // namespace dragonscales::broker::sqlite
