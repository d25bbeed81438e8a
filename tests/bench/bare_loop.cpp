// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bench/bare_loop.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QHash>
#include <QList>
#include <QtEndian>

#include <sqlite3.h>

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace dragonscales::bench {

namespace {

constexpr int kBatch = 100;

[[noreturn]] void giveUp(const char *what)
{
    qFatal("bench: %s", what);
}

QHash<QByteArray, QByteArray> statementsOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        giveUp("bare.sql cannot be read");
    }
    QHash<QByteArray, QByteArray> statements;
    QByteArray name;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("-- ")) {
            name = line.mid(3);
        } else if (!name.isEmpty()) {
            statements[name] += line + '\n';
        }
    }
    return statements;
}

class Database
{
public:
    explicit Database(const QString &folder)
        : m_statements(statementsOf(QStringLiteral(DRAGONSCALES_SOURCE_DIR "/tests/bench/bare.sql")))
    {
        const QByteArray path = QFile::encodeName(QDir(folder).filePath(QStringLiteral("bare.db")));
        if (sqlite3_open(path.constData(), &m_db) != SQLITE_OK) {
            giveUp(sqlite3_errmsg(m_db));
        }
        execute("PRAGMA journal_mode=WAL");
        execute("PRAGMA synchronous=FULL");
        execute(m_statements.value("schema").constData());
    }

    ~Database()
    {
        for (sqlite3_stmt *statement : m_prepared) {
            sqlite3_finalize(statement);
        }
        sqlite3_close(m_db);
    }
    Q_DISABLE_COPY_MOVE(Database)

    void execute(const char *sql)
    {
        if (sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
            giveUp(sqlite3_errmsg(m_db));
        }
    }

    sqlite3_stmt *prepare(const char *name)
    {
        sqlite3_stmt *statement = nullptr;
        if (sqlite3_prepare_v2(m_db, m_statements.value(name).constData(), -1, &statement, nullptr) != SQLITE_OK) {
            giveUp(sqlite3_errmsg(m_db));
        }
        m_prepared.push_back(statement);
        return statement;
    }

private:
    QHash<QByteArray, QByteArray> m_statements;
    sqlite3 *m_db = nullptr;
    std::vector<sqlite3_stmt *> m_prepared;
};

void bind(sqlite3_stmt *statement, const char *name, qint64 value)
{
    if (const int index = sqlite3_bind_parameter_index(statement, name)) {
        sqlite3_bind_int64(statement, index, value);
    }
}

void bind(sqlite3_stmt *statement, const char *name, const QByteArray &value)
{
    if (const int index = sqlite3_bind_parameter_index(statement, name)) {
        if (name == QByteArrayView(":id")) {
            sqlite3_bind_blob(statement, index, value.constData(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
        } else {
            sqlite3_bind_text(statement, index, value.constData(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
        }
    }
}

void run(sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE) {
        giveUp("a statement of bare.sql failed");
    }
    sqlite3_reset(statement);
}

std::vector<QByteArray> idsOf(sqlite3_stmt *statement)
{
    std::vector<QByteArray> ids;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        ids.emplace_back(static_cast<const char *>(sqlite3_column_blob(statement, 0)),
                         sqlite3_column_bytes(statement, 0));
    }
    sqlite3_reset(statement);
    return ids;
}

// The four steps of 100 jobs, each step one transaction.
class BareLoop
{
public:
    explicit BareLoop(Database &db)
        : m_db(db)
    {
    }

    void enqueue(qint64 now)
    {
        transaction([&] {
            for (int i = 0; i < kBatch; ++i) {
                bind(m_enqueue, ":id", nextId());
                bind(m_enqueue, ":request", kRequest);
                bind(m_enqueue, ":now", now);
                run(m_enqueue);
            }
        });
    }

    int live(qint64 now)
    {
        std::vector<QByteArray> jobs;
        transaction([&] { jobs = claim(m_claim, now); });
        transaction([&] {
            for (const QByteArray &id : jobs) {
                bind(m_finish, ":id", id);
                bind(m_finish, ":token", now);
                run(m_finish);
                bind(m_deliver, ":id", id);
                bind(m_deliver, ":payload", kPayload);
                bind(m_deliver, ":now", now);
                run(m_deliver);
            }
        });
        std::vector<QByteArray> deliveries;
        transaction([&] { deliveries = claim(m_claimDeliveries, now); });
        transaction([&] {
            for (const QByteArray &id : deliveries) {
                bind(m_finishDelivery, ":id", id);
                bind(m_finishDelivery, ":token", now);
                run(m_finishDelivery);
            }
        });
        return static_cast<int>(deliveries.size());
    }

private:
    template <typename F>
    void transaction(F &&steps)
    {
        m_db.execute("BEGIN IMMEDIATE");
        steps();
        m_db.execute("COMMIT");
    }

    // 16 bytes that grow, as UUIDs of version 7 do.
    QByteArray nextId()
    {
        QByteArray id(16, '\0');
        qToBigEndian(++m_lastId, id.data());
        return id;
    }

    static std::vector<QByteArray> claim(sqlite3_stmt *statement, qint64 now)
    {
        bind(statement, ":token", now);
        bind(statement, ":now", now);
        return idsOf(statement);
    }

    const QByteArray kRequest =
        R"({"task":{"name":"echo","params":{"value":"hello"}},"storage":{"name":"discard","params":{}},"callback":{"name":"log","params":{}}})";
    const QByteArray kPayload =
        R"({"id":"01890a5d-ac96-774b-bcce-b302099a8057","status":"finished","result":null,"info":null})";
    Database &m_db;
    quint64 m_lastId = 0;
    sqlite3_stmt *m_enqueue = m_db.prepare("enqueue");
    sqlite3_stmt *m_claim = m_db.prepare("claim");
    sqlite3_stmt *m_finish = m_db.prepare("finish");
    sqlite3_stmt *m_deliver = m_db.prepare("deliver");
    sqlite3_stmt *m_claimDeliveries = m_db.prepare("claim deliveries");
    sqlite3_stmt *m_finishDelivery = m_db.prepare("finish delivery");
};

} // namespace

double bareLivesPerSecond(const QString &folder, int jobs)
{
    Database db(folder);
    BareLoop loop(db);
    QElapsedTimer timer;
    timer.start();
    int done = 0;
    for (qint64 turn = 1; done < jobs; ++turn) {
        loop.enqueue(turn);
        const int ended = loop.live(turn);
        if (ended != kBatch) {
            giveUp("the bare loop lost a job");
        }
        done += ended;
    }
    return done * 1e9 / static_cast<double>(timer.nsecsElapsed());
}

double fsyncMs(const QString &folder)
{
    const QByteArray path = QFile::encodeName(QDir(folder).filePath(QStringLiteral("fsync")));
    const int file = ::open(path.constData(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0) {
        giveUp("cannot write in the bench's folder");
    }
    const std::vector<char> block(4096, 'x');
    QList<double> times;
    for (int i = 0; i < 200; ++i) {
        if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size())) {
            giveUp("cannot write in the bench's folder");
        }
        QElapsedTimer timer;
        timer.start();
        ::fdatasync(file);
        times << static_cast<double>(timer.nsecsElapsed()) / 1e6;
    }
    ::close(file);
    std::ranges::sort(times);
    return times.at(times.size() / 2);
}

} // namespace dragonscales::bench
