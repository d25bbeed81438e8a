// SPDX-License-Identifier: LGPL-3.0-or-later

#include <QDirIterator>
#include <QFile>
#include <QLibraryInfo>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::Literals::StringLiterals;

namespace {

// What a folder may include besides Qt6::Core, tl::expected, the C and C++ libraries and itself. `only` limits a row's
// third-party part to files whose name matches.
struct Row
{
    QString folder;
    QStringList own;   // folders of this tree, by the first part of the include
    QStringList qt;    // Qt modules
    QStringList other; // third-party prefixes
    QString only;      // file name pattern for `qt` and `other`; empty: all files
};

const QStringList kEverything{u"core"_s,   u"host"_s, u"broker"_s,       u"index"_s, u"engine"_s, u"api"_s,
                              u"client"_s, u"ui"_s,   u"dragonscales"_s, u"bin"_s,   u"app"_s};

// The table of the README's "who may include whom", row by row. A folder without a row may include nothing else.
const QList<Row> &table()
{
    static const QList<Row> rows{
        {u"plugins/sdk"_s, {u"dragonscales"_s}, {}, {}, {}},
        {u"service/core"_s, {u"core"_s}, {}, {}, {}},
        {u"service/core/json"_s, {u"core"_s}, {}, {u"rapidjson/"_s}, {}},
        {u"service/core"_s, {u"core"_s}, {}, {u"valijson/"_s, u"rapidjson/"_s}, u"^schema_valijson\\.cpp$"_s},
        {u"service/host"_s, {u"host"_s, u"core"_s, u"dragonscales"_s}, {}, {}, {}},
        {u"service/broker"_s, {u"broker"_s, u"core"_s}, {}, {u"sqlite3.h"_s}, u"^sqlite_"_s},
        {u"service/broker"_s, {u"broker"_s, u"core"_s}, {}, {u"hiredis/"_s}, u"^redis_"_s},
        {u"service/broker"_s, {u"broker"_s, u"core"_s}, {}, {}, {}},
        {u"service/index"_s, {u"index"_s, u"core"_s, u"broker"_s}, {}, {u"sqlite3.h"_s}, {}},
        {u"service/engine"_s,
         {u"engine"_s, u"core"_s, u"host"_s, u"broker"_s, u"dragonscales"_s},
         {u"QtConcurrent"_s},
         {},
         {}},
        {u"service/api"_s,
         {u"api"_s, u"core"_s, u"engine"_s, u"broker"_s, u"index"_s, u"host"_s, u"dragonscales"_s},
         {u"QtNetwork"_s},
         {},
         {}},
        {u"service/api"_s, {u"api"_s, u"core"_s}, {u"QtNetwork"_s, u"QtHttpServer"_s}, {}, u"^qt_http_server\\.cpp$"_s},
        {u"service/client"_s, {u"client"_s, u"core"_s}, {u"QtNetwork"_s}, {}, {}},
        {u"service/bin"_s, kEverything, {u"QtNetwork"_s}, {}, {}},
        {u"ui"_s,
         {u"ui"_s, u"core"_s, u"client"_s},
         {u"QtWidgets"_s, u"QtGui"_s, u"QtCharts"_s, u"QtSvg"_s, u"QtDBus"_s},
         {u"qt6keychain/"_s},
         {}},
        {u"app"_s, kEverything, {u"QtWidgets"_s, u"QtGui"_s, u"QtNetwork"_s}, {}, {}},
        {u"plugins/http"_s, {u"dragonscales"_s, u"http"_s}, {u"QtNetwork"_s}, {}, {}},
        {u"plugins/image"_s, {u"dragonscales"_s, u"files"_s}, {u"QtGui"_s}, {}, {}},
        {u"plugins/command"_s, {u"dragonscales"_s, u"files"_s}, {}, {}, {}},
        {u"plugins"_s, {u"dragonscales"_s}, {}, {}, {}},
    };
    return rows;
}

QString qtModuleOf(const QString &header)
{
    static QHash<QString, QString> known;
    if (known.isEmpty()) {
        known.insert(u"QHttpHeaders"_s, u"QtNetwork"_s); // since Qt 6.7; older ones do not list it
        const QDir root(QLibraryInfo::path(QLibraryInfo::HeadersPath));
        for (const QString &module : root.entryList({u"Qt*"_s}, QDir::Dirs)) {
            for (const QString &name : QDir(root.filePath(module)).entryList(QDir::Files)) {
                known.insert(name, module);
            }
            known.insert(module, module); // <QtConcurrent>
        }
    }
    if (header.startsWith(u"Qt"_s) && header.contains(u'/')) {
        return header.section(u'/', 0, 0);
    }
    return known.value(header);
}

bool allowed(const Row &row, const QString &fileName, const QString &header, bool quoted)
{
    const QString first = header.section(u'/', 0, 0);
    if (quoted ? (row.own.contains(first) || !header.contains(u'/'))
               : (first == u"dragonscales"_s && row.own.contains(first))) {
        return true;
    }
    if (!row.only.isEmpty() && !QRegularExpression(row.only).match(fileName).hasMatch()) {
        return false;
    }
    if (row.qt.contains(qtModuleOf(header))) {
        return true;
    }
    return std::any_of(row.other.begin(), row.other.end(),
                       [&](const QString &prefix) { return header.startsWith(prefix); });
}

// Qt6::Core, tl::expected, and what the C and C++ libraries and the kernel bring.
bool open(const QString &header, bool quoted)
{
    static const QRegularExpression system(u"^[a-z0-9_]+(\\.h)?$|^(sys|linux|netinet|arpa)/[a-z0-9_]+\\.h$"_s);
    static const QStringList thirdParty{u"sqlite3.h"_s};
    if (quoted) {
        return header.endsWith(u".moc"_s);
    }
    return header == u"tl/expected.hpp"_s || qtModuleOf(header) == u"QtCore"_s ||
           (system.match(header).hasMatch() && !thirdParty.contains(header));
}

} // namespace

class IncludeTableTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyIncludeHasARow_data();
    void everyIncludeHasARow();
    void aForbiddenIncludeIsSeen();
};

void IncludeTableTest::everyIncludeHasARow_data()
{
    QTest::addColumn<QString>("path");
    const QDir root(QStringLiteral(DRAGONSCALES_SOURCE_DIR));
    for (const QString &top : {u"app"_s, u"service"_s, u"ui"_s, u"plugins"_s}) {
        QDirIterator it(root.filePath(top), {u"*.h"_s, u"*.cpp"_s}, QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString path = root.relativeFilePath(it.next());
            QTest::newRow(qPrintable(path)) << path;
        }
    }
}

namespace {

// The rows of the deepest folder of the table that holds this file.
QList<Row> rowsFor(const QString &path)
{
    QString folder = path.section(u'/', 0, -2);
    while (!folder.isEmpty()) {
        QList<Row> rows;
        std::copy_if(table().begin(), table().end(), std::back_inserter(rows),
                     [&](const Row &row) { return row.folder == folder; });
        if (!rows.isEmpty()) {
            return rows;
        }
        folder = folder.section(u'/', 0, -2);
    }
    return {};
}

QStringList faults(const QString &path, const QString &text)
{
    static const QRegularExpression include(u"^[ \\t]*#[ \\t]*include[ \\t]*([<\"])([^>\"]+)[>\"]"_s,
                                            QRegularExpression::MultilineOption);
    const QList<Row> rows = rowsFor(path);
    QStringList found;
    auto it = include.globalMatch(text);
    while (it.hasNext()) {
        const auto match = it.next();
        const bool quoted = match.captured(1) == u"\""_s;
        const QString header = match.captured(2);
        const QString name = path.section(u'/', -1);
        if (open(header, quoted) ||
            std::any_of(rows.begin(), rows.end(), [&](const Row &row) { return allowed(row, name, header, quoted); })) {
            continue;
        }
        found << header;
    }
    return found;
}

} // namespace

void IncludeTableTest::everyIncludeHasARow()
{
    QFETCH(QString, path);
    QFile file(QDir(QStringLiteral(DRAGONSCALES_SOURCE_DIR)).filePath(path));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QStringList found = faults(path, QString::fromUtf8(file.readAll()));
    QVERIFY2(found.isEmpty(), qPrintable(u"%1 includes %2, which its folder may not; see the table in this test"_s.arg(
                                  path, found.join(u", "_s))));
}

void IncludeTableTest::aForbiddenIncludeIsSeen()
{
    QCOMPARE(
        faults(u"service/core/x.cpp"_s, u"#include \"engine/engine.h\"\n#include <QString>\n#include <vector>\n"_s),
        QStringList{u"engine/engine.h"_s});
    QCOMPARE(faults(u"ui/x.cpp"_s, u"#include \"broker/broker.h\"\n#include <QLabel>\n"_s),
             QStringList{u"broker/broker.h"_s});
    QCOMPARE(faults(u"service/broker/broker.cpp"_s, u"#include <sqlite3.h>\n"_s), QStringList{u"sqlite3.h"_s});
    QCOMPARE(faults(u"service/client/x.h"_s, u"#include <QWidget>\n"_s), QStringList{u"QWidget"_s});
    QCOMPARE(faults(u"service/api/router.cpp"_s, u"#include <QHttpServer>\n"_s), QStringList{u"QHttpServer"_s});
}

QTEST_GUILESS_MAIN(IncludeTableTest)
#include "tst_include_table.moc"
