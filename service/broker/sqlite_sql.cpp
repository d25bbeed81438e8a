// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_sql.h"

#include <QFile>

using namespace Qt::Literals::StringLiterals;

// Outside of any namespace, as the macro wants it: a static library's resources are not found otherwise.
static void initSqlResources()
{
    Q_INIT_RESOURCE(broker_sql);
}

namespace dragonscales::broker::sqlite {

SqlFile::SqlFile(const QByteArray &text)
{
    static const QByteArray marker = "\n-- name:";
    qsizetype at = text.indexOf(marker);
    while (at >= 0) {
        const qsizetype nameEnd = text.indexOf('\n', at + 1);
        const qsizetype next = text.indexOf(marker, nameEnd);
        const QByteArray name = text.mid(at + marker.size(), nameEnd - at - marker.size()).trimmed();
        m_statements.insert(name, text.mid(nameEnd, next < 0 ? -1 : next - nameEnd).trimmed());
        at = next;
    }
}

QByteArray SqlFile::operator[](QByteArrayView name) const
{
    const QByteArray sql = m_statements.value(name.toByteArray());
    Q_ASSERT_X(!sql.isEmpty(), "SqlFile", name.constData());
    return sql;
}

QByteArray sqlText(const QString &file)
{
    initSqlResources();
    QFile resource(u":/dragonscales/sql/"_s + file);
    const bool opened = resource.open(QIODevice::ReadOnly);
    Q_ASSERT_X(opened, "sqlText", qPrintable(file));
    return opened ? resource.readAll() : QByteArray();
}

} // namespace dragonscales::broker::sqlite
