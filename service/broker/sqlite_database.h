// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/result.h"

#include <QByteArray>
#include <QString>
#include <QUuid>

#include <memory>
#include <optional>

struct sqlite3;
struct sqlite3_stmt;

namespace dragonscales::broker::sqlite {

// One connection, used by one thread at a time. Failures stick: after the first one every statement does nothing and
// answers as if there were no rows, until takeError(). So a sequence of statements is checked once, at its end.
class Database final
{
public:
    enum class Mode : quint8 { ReadWrite, ReadOnly };

    // `what` names the file in errors: "the store", "the index". ReadWrite makes a missing file.
    static core::Result<std::unique_ptr<Database>> open(const QString &path, Mode mode, const QString &what);
    ~Database();
    Q_DISABLE_COPY_MOVE(Database)

    // One or more statements without parameters and rows.
    bool run(const QByteArray &sql);
    // The first column of the first row; 0 without one.
    qint64 number(const QByteArray &sql);
    bool inTransaction() const;
    // Rolls back what is open, also after a failure, which stays recorded.
    void abandon();
    int changes() const; // rows that the last statement changed

    bool failed() const { return m_error.has_value(); }
    core::Error takeError();
    void fail(int code); // records what SQLite said last, unless something is recorded already

    sqlite3 *handle() { return m_handle; }

private:
    Database(sqlite3 *handle, QString path, QString what);

    sqlite3 *m_handle;
    QString m_path;
    QString m_what;
    std::optional<core::Error> m_error;
};

// The sentence for an SQLite result code.
core::Error errorOf(int code, int systemError, const char *said, const QString &path, const QString &what);

// A prepared statement, made once and used many times, by one Query at a time.
class Statement final
{
public:
    Statement(Database &database, const QByteArray &sql);
    ~Statement();
    Q_DISABLE_COPY_MOVE(Statement)

private:
    friend class Query;
    Database &m_database;
    sqlite3_stmt *m_handle = nullptr;
};

// Bytes bound as a blob; all other bytes are bound as text.
struct Blob
{
    const QByteArray &bytes;
};

// One run of a statement. Empty texts, epochs and unset optionals are bound as NULL and come back so. Byte arrays
// given as lvalues are not copied: they must outlive the query; temporary ones are.
class Query final
{
public:
    template <typename... Values>
    explicit Query(Statement &statement, Values &&...values)
        : m_statement(statement)
    {
        int index = 0;
        (bind(++index, std::forward<Values>(values)), ...);
    }
    ~Query();
    Q_DISABLE_COPY_MOVE(Query)

    bool next(); // to the next row, if there is one
    void run();  // when no rows are wanted

    qint64 number(int column) const;
    int integer(int column) const { return static_cast<int>(number(column)); }
    double real(int column, double whenNull) const;
    bool isNull(int column) const;
    QByteArray bytes(int column) const;
    QString text(int column) const;
    core::TimePoint time(int column) const;
    QUuid uuid(int column) const;

private:
    void bind(int index, qint64 value);
    void bind(int index, int value) { bind(index, qint64(value)); }
    void bind(int index, bool value) { bind(index, qint64(value)); }
    void bind(int index, quint64 value) { bind(index, static_cast<qint64>(value)); }
    void bind(int index, double value);
    void bind(int index, const QByteArray &value);
    void bind(int index, QByteArray &&value);
    void bind(int index, const Blob &value);
    void bind(int index, const QString &value);
    void bind(int index, const QUuid &value);
    void bind(int index, core::TimePoint value);
    template <typename T>
    void bind(int index, const std::optional<T> &value)
    {
        if (value) {
            bind(index, *value);
        }
    }
    void check(int code);

    Statement &m_statement;
};

} // namespace dragonscales::broker::sqlite
