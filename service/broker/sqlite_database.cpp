// SPDX-License-Identifier: LGPL-3.0-or-later
#include "broker/sqlite_database.h"

#include <QFile>

#include <sqlite3.h>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::broker::sqlite {

core::Error errorOf(int code, int systemError, const char *said, const QString &path, const QString &what)
{
    using core::ErrorCode;
    const QString detail = QString::fromUtf8(said);
    const auto error = [&](ErrorCode errorCode, const QString &sentence) {
        const bool quotes = sentence.contains(u"%3"_s);
        return core::Error{errorCode, path, quotes ? sentence.arg(what, path, detail) : sentence.arg(what, path), {}};
    };
    switch (code & 0xff) {
    case SQLITE_FULL:
        return error(ErrorCode::StoreFull, u"No space is left for %1 %2: free some on its disk."_s);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return error(ErrorCode::StoreCorrupt,
                     u"The file of %1, %2, is damaged or no such file (%3): restore it from a backup, or move it away "
                     "to begin with an empty one."_s);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error(ErrorCode::Unavailable, u"Another program holds %1 %2 locked: close it and try again."_s);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return error(ErrorCode::Unavailable,
                     u"No permission to write %1 %2: change the rights of the file and its folder."_s);
    case SQLITE_CANTOPEN:
        return error(ErrorCode::Unavailable,
                     u"Cannot open %1 %2: check that the folder exists and that you may write there."_s);
    case SQLITE_NOMEM:
        return error(ErrorCode::Unavailable, u"Out of memory while working on %1 %2."_s);
    case SQLITE_IOERR:
        if (systemError == ENOSPC || systemError == EDQUOT || systemError == EFBIG) {
            return error(ErrorCode::StoreFull,
                         u"No space is left for %1 %2: free some on its disk, or raise the limit."_s);
        }
        return error(ErrorCode::Unavailable, u"Reading or writing %1 %2 failed (%3): check the disk."_s);
    default:
        return error(ErrorCode::Internal, u"An operation on %1 %2 failed: %3."_s);
    }
}

namespace {

// Jobs are nobody else's business. SQLite gives the files beside it the same mode. A file that is there is not opened:
// closing it would drop the locks that a connection of this process holds on it.
void makeForOwnerOnly(const QString &path)
{
    const int file = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) {
        ::close(file);
    } // else it is there, or SQLite will say why
}

} // namespace

core::Result<std::unique_ptr<Database>> Database::open(const QString &path, Mode mode, const QString &what)
{
    if (mode == Mode::ReadWrite) {
        makeForOwnerOnly(path);
    }
    sqlite3 *handle = nullptr;
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    const int code = sqlite3_open_v2(path.toUtf8().constData(), &handle, flags, nullptr);
    if (code != SQLITE_OK) {
        core::Error error =
            errorOf(code, handle != nullptr ? sqlite3_system_errno(handle) : 0, sqlite3_errstr(code), path, what);
        sqlite3_close_v2(handle);
        return tl::unexpected(std::move(error));
    }
    sqlite3_busy_timeout(handle, 5000);
    return std::unique_ptr<Database>(new Database(handle, path, what));
}

Database::Database(sqlite3 *handle, QString path, QString what)
    : m_handle(handle)
    , m_path(std::move(path))
    , m_what(std::move(what))
{
}

Database::~Database()
{
    sqlite3_close_v2(m_handle);
}

bool Database::run(const QByteArray &sql)
{
    if (failed()) {
        return false;
    }
    const int code = sqlite3_exec(m_handle, sql.constData(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        fail(code);
    }
    return code == SQLITE_OK;
}

qint64 Database::number(const QByteArray &sql)
{
    Statement statement(*this, sql);
    Query query(statement);
    return query.next() ? query.number(0) : 0;
}

bool Database::inTransaction() const
{
    return sqlite3_get_autocommit(m_handle) == 0;
}

void Database::abandon()
{
    // Some failures have rolled back already.
    if (inTransaction()) {
        sqlite3_exec(m_handle, "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

int Database::changes() const
{
    return sqlite3_changes(m_handle);
}

core::Error Database::takeError()
{
    core::Error error = m_error.value_or(core::Error{});
    m_error.reset();
    return error;
}

void Database::fail(int code)
{
    if (!m_error) {
        m_error = errorOf(code, sqlite3_system_errno(m_handle), sqlite3_errmsg(m_handle), m_path, m_what);
    }
}

Statement::Statement(Database &database, const QByteArray &sql)
    : m_database(database)
{
    if (m_database.failed()) {
        return;
    }
    const int code = sqlite3_prepare_v3(database.handle(), sql.constData(), int(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &m_handle, nullptr);
    if (code != SQLITE_OK) {
        m_database.fail(code);
    }
}

Statement::~Statement()
{
    sqlite3_finalize(m_handle);
}

Query::~Query()
{
    if (m_statement.m_handle != nullptr) {
        sqlite3_reset(m_statement.m_handle);
        sqlite3_clear_bindings(m_statement.m_handle);
    }
}

bool Query::next()
{
    if (m_statement.m_database.failed()) {
        return false;
    }
    const int code = sqlite3_step(m_statement.m_handle);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        m_statement.m_database.fail(code);
    }
    return false;
}

void Query::run()
{
    while (next()) {
    }
}

qint64 Query::number(int column) const
{
    return sqlite3_column_int64(m_statement.m_handle, column);
}

double Query::real(int column, double whenNull) const
{
    return isNull(column) ? whenNull : sqlite3_column_double(m_statement.m_handle, column);
}

bool Query::isNull(int column) const
{
    return sqlite3_column_type(m_statement.m_handle, column) == SQLITE_NULL;
}

QByteArray Query::bytes(int column) const
{
    // The pointer first: it settles the type that the length is told for.
    const void *data = sqlite3_column_blob(m_statement.m_handle, column);
    return data == nullptr
               ? QByteArray()
               : QByteArray(static_cast<const char *>(data), sqlite3_column_bytes(m_statement.m_handle, column));
}

QString Query::text(int column) const
{
    const void *data = sqlite3_column_blob(m_statement.m_handle, column);
    return data == nullptr
               ? QString()
               : QString::fromUtf8(static_cast<const char *>(data), sqlite3_column_bytes(m_statement.m_handle, column));
}

core::TimePoint Query::time(int column) const
{
    return core::TimePoint(std::chrono::milliseconds(number(column)));
}

QUuid Query::uuid(int column) const
{
    const void *data = sqlite3_column_blob(m_statement.m_handle, column);
    return data != nullptr && sqlite3_column_bytes(m_statement.m_handle, column) == 16
               ? QUuid::fromRfc4122(QByteArrayView(static_cast<const char *>(data), 16))
               : QUuid();
}

void Query::bind(int index, qint64 value)
{
    check(sqlite3_bind_int64(m_statement.m_handle, index, value));
}

void Query::bind(int index, double value)
{
    check(sqlite3_bind_double(m_statement.m_handle, index, value));
}

void Query::bind(int index, const QByteArray &value)
{
    if (!value.isEmpty()) {
        check(sqlite3_bind_text64(m_statement.m_handle, index, value.constData(), sqlite3_uint64(value.size()),
                                  SQLITE_STATIC, SQLITE_UTF8));
    }
}

void Query::bind(int index, QByteArray &&value)
{
    if (!value.isEmpty()) {
        check(sqlite3_bind_text64(m_statement.m_handle, index, value.constData(), sqlite3_uint64(value.size()),
                                  SQLITE_TRANSIENT, SQLITE_UTF8)); // NOLINT
    }
}

void Query::bind(int index, const Blob &value)
{
    if (!value.bytes.isEmpty()) {
        check(sqlite3_bind_blob64(m_statement.m_handle, index, value.bytes.constData(),
                                  sqlite3_uint64(value.bytes.size()), SQLITE_STATIC));
    }
}

void Query::bind(int index, const QString &value)
{
    if (!value.isEmpty()) {
        bind(index, value.toUtf8());
    }
}

void Query::bind(int index, const QUuid &value)
{
    const QByteArray bytes = value.toRfc4122();
    check(sqlite3_bind_blob64(m_statement.m_handle, index, bytes.constData(), 16, SQLITE_TRANSIENT)); // NOLINT
}

void Query::bind(int index, core::TimePoint value)
{
    if (value != core::TimePoint{}) {
        bind(index, qint64(value.time_since_epoch().count()));
    }
}

void Query::check(int code)
{
    if (code != SQLITE_OK) {
        m_statement.m_database.fail(code);
    }
}

} // namespace dragonscales::broker::sqlite
