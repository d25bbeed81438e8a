// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/catalog.h"
#include "host/plugin_libraries.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;
using core::ModuleKind;
using host::Catalog;

namespace {

QString strange(const QString &folder)
{
    return QStringLiteral(DRAGONSCALES_BUILD_DIR) + u"/tests/plugins/"_s + folder;
}

QString bundled()
{
    return QStringLiteral(DRAGONSCALES_BIN_DIR) + u"/plugins"_s;
}

// Without the libraries' code: a name of the file of one that is loaded into this process.
bool isLoaded(const QString &name)
{
    QFile maps(u"/proc/self/maps"_s);
    return maps.open(QIODevice::ReadOnly) && maps.readAll().contains(name.toUtf8());
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

} // namespace

class CatalogTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bundledModulesAreFoundWithoutLoading();
    void nameFindsByKind();
    void prefixes_data();
    void prefixes();
    void faultIsKeptAndShown_data();
    void faultIsKeptAndShown();
    void filesThatAreNoLibraryAreFaults();
    void whatIsNoRegularFileIsSaid();
    void missingFolderIsAFault();
    void writableByOthersIsRefused();
    void twoLibrariesWithOneModuleAreBothNamed();
    void bundledModuleIsNeverReplaced();
    void oneLibraryInTwoFoldersIsOne();
    void misspeltNameIsGuessed();
    void libraryThatDoesNotLoadSaysWhy_data();
    void libraryThatDoesNotLoadSaysWhy();
};

void CatalogTest::bundledModulesAreFoundWithoutLoading()
{
    const auto catalog = Catalog::scan({{bundled(), true}});
    QVERIFY(catalog->faults().isEmpty());
    const auto echo = catalog->find(ModuleKind::Task, u"echo"_s);
    QVERIFY(echo);
    QCOMPARE(echo->title, u"Echo"_s);
    QVERIFY(echo->bundled);
    QCOMPARE(echo->isolation, core::Isolation::Thread);
    QVERIFY(echo->paramsSchema.contains("\"value\""));
    QVERIFY(QFile::exists(echo->library));
    QVERIFY(!isLoaded(u"dragonscales_basic.so"_s));
}

void CatalogTest::nameFindsByKind()
{
    const auto catalog = Catalog::scan({{bundled(), true}});
    QCOMPARE(catalog->find(ModuleKind::Storage, u"file"_s)->kind, ModuleKind::Storage);
    QCOMPARE(catalog->find(ModuleKind::Callback, u"file"_s)->kind, ModuleKind::Callback);
    const auto wrong = catalog->find(ModuleKind::Task, u"webhook"_s);
    QVERIFY(!wrong);
    QVERIFY2(wrong.error().message.contains(u"“webhook” is a callback"_s), qPrintable(wrong.error().message));
}

void CatalogTest::prefixes_data()
{
    QTest::addColumn<QString>("module");
    QTest::addColumn<QString>("words"); // of the error; empty: found
    QTest::newRow("plain") << u"echo"_s << QString();
    QTest::newRow("other") << u"java:Echo"_s << u"no kind of module “java:”"_s;
    QTest::newRow("empty") << QString() << u"There is no task module “”"_s;
}

void CatalogTest::prefixes()
{
    QFETCH(QString, module);
    QFETCH(QString, words);
    const auto found = Catalog::scan({{bundled(), true}})->find(ModuleKind::Task, module);
    QCOMPARE(found.has_value(), words.isEmpty());
    if (found) {
        QCOMPARE(found->name, u"echo"_s);
    } else {
        QCOMPARE(found.error().code, core::ErrorCode::NotFound);
        QVERIFY2(found.error().message.contains(words), qPrintable(found.error().message));
    }
}

void CatalogTest::faultIsKeptAndShown_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("module");
    QTest::addColumn<QString>("words");
    QTest::newRow("of another version") << u"old-version"_s << u"twin"_s
                                        << u"built for another version of dragonscales (org.dragonscales.Plugin/0"_s;
    QTest::newRow("of another program") << u"foreign"_s << u"twin"_s
                                        << u"Qt plugin of another program (org.example.Other/1)"_s;
    QTest::newRow("bad metadata") << u"bad-metadata"_s << u"fine"_s << u"Module 1 of its metadata: \"kind\" must be"_s;
}

void CatalogTest::faultIsKeptAndShown()
{
    QFETCH(QString, folder);
    QFETCH(QString, module);
    QFETCH(QString, words);
    const auto catalog = Catalog::scan({{bundled(), true}, {strange(folder), false}});
    QCOMPARE(catalog->faults().size(), 1);
    QVERIFY2(catalog->faults().first().message.contains(words), qPrintable(catalog->faults().first().message));
    const auto missing = catalog->find(ModuleKind::Task, module);
    QVERIFY(!missing);
    QVERIFY2(missing.error().message.contains(words), qPrintable(missing.error().message));
    const auto other = catalog->find(ModuleKind::Task, u"something"_s);
    QVERIFY2(!other.error().message.contains(words), "The library says that it has no such module.");
}

void CatalogTest::filesThatAreNoLibraryAreFaults()
{
    const QTemporaryDir folder;
    write(folder.filePath(u"text.so"_s), "not a library");
    write(folder.filePath(u"empty.so"_s), "");
    write(folder.filePath(u"notes.txt"_s), "left alone");
    QFile::link(u"/nowhere/at/all.so"_s, folder.filePath(u"dangling.so"_s));
    QFile plain(u"/proc/self/exe"_s); // a program, but no plugin
    QVERIFY(plain.copy(folder.filePath(u"program.so"_s)));
    const auto catalog = Catalog::scan({{folder.path(), false}});
    QCOMPARE(catalog->faults().size(), 4);
    for (const host::CatalogFault &fault : catalog->faults()) {
        QVERIFY2(!fault.message.isEmpty() && fault.path.endsWith(".so"_L1), qPrintable(fault.path));
    }
    const auto missing = catalog->find(ModuleKind::Task, u"mine"_s);
    QVERIFY2(missing.error().message.contains(folder.path()), "Nobody can know what they would have had.");
}

void CatalogTest::whatIsNoRegularFileIsSaid()
{
    const QTemporaryDir folder;
    const QByteArray fifo = QFile::encodeName(folder.filePath(u"fifo.so"_s));
    QCOMPARE(::mkfifo(fifo.constData(), 0600), 0);
    QVERIFY(QDir(folder.path()).mkdir(u"folder.so"_s));
    QFile::link(u"/dev/zero"_s, folder.filePath(u"device.so"_s));
    QFile::link(u"folder.so"_s, folder.filePath(u"link_to_folder.so"_s));
    QFile::link(folder.filePath(u"loop.so"_s), folder.filePath(u"loop.so"_s));
    const auto catalog = Catalog::scan({{folder.path(), false}});
    QStringList said;
    for (const host::CatalogFault &fault : catalog->faults()) {
        said.append(QFileInfo(fault.path).fileName() + u": "_s + fault.message);
    }
    said.sort();
    QCOMPARE(said, (QStringList{u"device.so: It is no regular file; remove it."_s,
                                u"fifo.so: It is no regular file; remove it."_s,
                                u"folder.so: It is no regular file; remove it."_s,
                                u"link_to_folder.so: It is no regular file; remove it."_s,
                                u"loop.so: It is a link that leads nowhere; remove it."_s}));
}

void CatalogTest::missingFolderIsAFault()
{
    const auto catalog = Catalog::scan({{u"/nowhere/plugins"_s, false}});
    QCOMPARE(catalog->faults().size(), 1);
    QCOMPARE(catalog->faults().first().path, u"/nowhere/plugins"_s);
    QVERIFY(catalog->faults().first().message.startsWith("There is no such folder"_L1));
}

void CatalogTest::writableByOthersIsRefused()
{
    const QTemporaryDir folder;
    const QString library = folder.filePath(u"twin_one.so"_s);
    QVERIFY(QFile::copy(strange(u"twins/twin_one.so"_s), library));
    QVERIFY(Catalog::scan({{folder.path(), false}})->find(ModuleKind::Task, u"twin"_s));
    QVERIFY(QFile::setPermissions(library, QFile::permissions(library) | QFile::WriteOther));
    const auto open = Catalog::scan({{folder.path(), false}});
    QCOMPARE(open->faults().size(), 1);
    QVERIFY(!open->find(ModuleKind::Task, u"twin"_s));
    QVERIFY(QFile::setPermissions(library, QFile::ReadOwner | QFile::ExeOwner));
    QVERIFY(QFile::setPermissions(folder.path(), QFile::permissions(folder.path()) | QFile::WriteOther));
    QCOMPARE(Catalog::scan({{folder.path(), false}})->faults().size(), 1);
}

void CatalogTest::twoLibrariesWithOneModuleAreBothNamed()
{
    const auto catalog = Catalog::scan({{strange(u"twins"_s), false}});
    const auto twin = catalog->find(ModuleKind::Task, u"twin"_s);
    QVERIFY(!twin);
    QVERIFY2(twin.error().message.contains("twin_one.so"_L1) && twin.error().message.contains("twin_two.so"_L1),
             qPrintable(twin.error().message));
}

void CatalogTest::bundledModuleIsNeverReplaced()
{
    // Whatever the order of the folders.
    const QTemporaryDir ours;
    const QTemporaryDir theirs;
    QVERIFY(QFile::copy(strange(u"twins/twin_one.so"_s), ours.filePath(u"ours.so"_s)));
    QVERIFY(QFile::copy(strange(u"twins/twin_two.so"_s), theirs.filePath(u"theirs.so"_s)));
    const auto catalog = Catalog::scan({{theirs.path(), false}, {ours.path(), true}});
    const auto twin = catalog->find(ModuleKind::Task, u"twin"_s);
    QVERIFY(twin);
    QCOMPARE(twin->library, ours.filePath(u"ours.so"_s));
    QCOMPARE(catalog->faults().size(), 1);
    QCOMPARE(catalog->faults().first().path, theirs.filePath(u"theirs.so"_s));
    QVERIFY(catalog->faults().first().message.contains(ours.path()));
}

void CatalogTest::oneLibraryInTwoFoldersIsOne()
{
    const QTemporaryDir folder;
    QVERIFY(QFile::link(strange(u"throwing/throwing.so"_s), folder.filePath(u"again.so"_s)));
    const auto catalog = Catalog::scan({{strange(u"throwing"_s), false}, {folder.path(), false}});
    QVERIFY(catalog->faults().isEmpty());
    QVERIFY(catalog->find(ModuleKind::Task, u"throwing"_s));
}

void CatalogTest::misspeltNameIsGuessed()
{
    const auto catalog = Catalog::scan({{bundled(), true}});
    const auto missing = catalog->find(ModuleKind::Task, u"ecoh"_s);
    QVERIFY2(missing.error().message.contains(u"Did you mean “echo”?"_s), qPrintable(missing.error().message));
}

void CatalogTest::libraryThatDoesNotLoadSaysWhy_data()
{
    QTest::addColumn<QString>("library");
    QTest::addColumn<QString>("words");
    QTest::newRow("missing symbol") << u"missing-symbol/missing_symbol.so"_s << u"undefined symbol"_s;
    QTest::newRow("throws") << u"throwing/throwing.so"_s << u"thrown while it was loaded"_s;
    QTest::newRow("not there") << u"nowhere.so"_s << u"cannot be loaded"_s;
}

void CatalogTest::libraryThatDoesNotLoadSaysWhy()
{
    QFETCH(QString, library);
    QFETCH(QString, words);
    host::PluginLibraries libraries;
    const auto plugin = libraries.load(strange(library));
    QVERIFY(!plugin);
    QVERIFY2(plugin.error().message.contains(words), qPrintable(plugin.error().message));
}

QTEST_GUILESS_MAIN(CatalogTest)
#include "tst_catalog.moc"
