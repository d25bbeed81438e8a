// SPDX-License-Identifier: LGPL-3.0-or-later
#include "plugins/plugin_fixture.h"

#include <QDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace dragonscales;
using namespace Qt::Literals::StringLiterals;

class TestFilesPlugin : public QObject
{
    Q_OBJECT

private:
    sdk::Plugin &m_plugin = tests::bundledPlugin(u"files"_s);
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<tests::FakeContext> m_context;

    static void write(const QString &path, const QByteArray &bytes)
    {
        QFile file(path);
        QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(path));
        file.write(bytes);
    }
    static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(cannot be read)");
    }
    QString inside(const QString &name) const { return m_folder->filePath(u"in/"_s + name); }
    QStringList results() const
    {
        return QDir(m_folder->filePath(u"out"_s)).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }
    QByteArray checksum(const QJsonObject &params)
    {
        const auto task = m_plugin.task(u"file.checksum"_s, tests::argsOf(R"({"directory":"in"})", m_folder->path()));
        return tests::textOf(task->run(params, *m_context));
    }
    QByteArray store(const sdk::TaskResult &result, const QByteArray &params,
                     const QByteArray &args = R"({"directory":"out"})")
    {
        const auto storage = m_plugin.storage(u"file"_s, tests::argsOf(args, m_folder->path()));
        return tests::textOf(storage->store(result, sdk::Json(params), *m_context));
    }
    sdk::Outcome<sdk::CallbackResult> call(const QByteArray &params)
    {
        const auto callback = m_plugin.callback(u"file"_s, tests::argsOf(R"({"directory":"out"})", m_folder->path()));
        return callback->call(sdk::Json(R"({"id":"1","status":"finished"})"), sdk::Json(params), *m_context);
    }

    static void addBadNames()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("parent") << u"../x"_s;
        QTest::newRow("absolute") << u"/tmp/x"_s;
        QTest::newRow("folder") << u"a/b"_s;
        QTest::newRow("dots") << u".."_s;
        QTest::newRow("dot") << u"."_s;
        QTest::newRow("hidden") << u".profile"_s;
        QTest::newRow("backslash") << u"a\\b"_s;
        QTest::newRow("zero") << u"a"_s + QChar(u'\0') + u"b"_s;
        QTest::newRow("line end") << u"a\nb"_s;
        QTest::newRow("half a pair") << u"a"_s + QChar(0xd800) + u".json"_s;
        QTest::newRow("empty") << QString();
        QTest::newRow("long") << QString(201, u'x');
        QTest::newRow("long in bytes") << QString(150, u'é');
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_context = std::make_unique<tests::FakeContext>();
        QVERIFY(QDir(m_folder->path()).mkpath(u"in/sub"_s));
        write(inside(u"abc.txt"_s), "abc");
        write(inside(u"sub/deep.txt"_s), "abc");
        write(m_folder->filePath(u"secret"_s), "secret");
    }

    void checksumsAreThoseOfTheStandards_data()
    {
        QTest::addColumn<QString>("algorithm");
        QTest::addColumn<QByteArray>("hex");
        QTest::newRow("default") << QString()
                                 << QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        QTest::newRow("md5") << u"md5"_s << QByteArray("900150983cd24fb0d6963f7d28e17f72");
        QTest::newRow("sha1") << u"sha1"_s << QByteArray("a9993e364706816aba3e25717850c26c9cd0d89d");
        QTest::newRow("sha224") << u"sha224"_s
                                << QByteArray("23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
        QTest::newRow("sha3-256") << u"sha3-256"_s
                                  << QByteArray("3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
        QTest::newRow("blake2s-256") << u"blake2s-256"_s
                                     << QByteArray("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982");
    }
    void checksumsAreThoseOfTheStandards()
    {
        QFETCH(QString, algorithm);
        QFETCH(QByteArray, hex);
        QJsonObject params{{u"path"_s, u"abc.txt"_s}};
        if (!algorithm.isEmpty()) {
            params.insert(u"algorithm"_s, algorithm);
        }
        const QByteArray name = algorithm.isEmpty() ? "sha256" : algorithm.toLatin1();
        QCOMPARE(checksum(params),
                 tests::quoted("{'path':'abc.txt','algorithm':'" + name + "','checksum':'" + hex + "','bytes':3}"));
    }

    void pathsInsideAreRead_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("plain") << u"abc.txt"_s;
        QTest::newRow("folder") << u"sub/deep.txt"_s;
        QTest::newRow("there and back") << u"sub/../abc.txt"_s;
        QTest::newRow("link that stays") << u"good-link"_s;
    }
    void pathsInsideAreRead()
    {
        QFETCH(QString, path);
        QVERIFY(QFile::link(u"sub/deep.txt"_s, inside(u"good-link"_s)));
        QVERIFY(checksum({{u"path"_s, path}}).contains("\"bytes\":3"));
    }

    void pathsThatLeaveTheFolderAreRefused_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("parent") << u"../secret"_s;
        QTest::newRow("deep parent") << u"sub/../../secret"_s;
        QTest::newRow("through a file") << u"abc.txt/../../secret"_s;
        QTest::newRow("absolute") << u"ABSOLUTE"_s;
        QTest::newRow("etc") << u"/etc/hostname"_s;
        QTest::newRow("link to a file") << u"file-link"_s;
        QTest::newRow("link to a folder") << u"folder-link/secret"_s;
        QTest::newRow("link to the root") << u"root-link/etc/hostname"_s;
        QTest::newRow("chain of links") << u"chain"_s;
        QTest::newRow("proc") << u"../../../../../proc/self/environ"_s;
        QTest::newRow("zero") << u"abc.txt"_s + QChar(u'\0') + u"/../../secret"_s;
        QTest::newRow("sibling with the same beginning") << u"../in2/x"_s;
        QTest::newRow("link to such a sibling") << u"sibling-link"_s;
        QTest::newRow("empty") << QString();
    }
    void pathsThatLeaveTheFolderAreRefused()
    {
        QFETCH(QString, path);
        QVERIFY(QDir(m_folder->path()).mkpath(u"in2"_s));
        write(m_folder->filePath(u"in2/x"_s), "x");
        QVERIFY(QFile::link(m_folder->filePath(u"secret"_s), inside(u"file-link"_s)));
        QVERIFY(QFile::link(m_folder->path(), inside(u"folder-link"_s)));
        QVERIFY(QFile::link(u"/"_s, inside(u"root-link"_s)));
        QVERIFY(QFile::link(u"file-link"_s, inside(u"chain"_s)));
        QVERIFY(QFile::link(u"../in2/x"_s, inside(u"sibling-link"_s)));
        if (path == "ABSOLUTE"_L1) {
            path = m_folder->filePath(u"secret"_s);
        }
        const QByteArray answer = checksum({{u"path"_s, path}});
        QVERIFY2(answer.startsWith("Failure: ") && answer.contains("is not inside"), answer.constData());
    }

    void whatIsOutsideIsNotTold()
    {
        QCOMPARE(checksum({{u"path"_s, u"../nothing-here"_s}}).replace("nothing-here", "secret"),
                 checksum({{u"path"_s, u"../secret"_s}}));
    }

    void onlyRegularFilesAreRead_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("fifo") << u"fifo"_s;
        QTest::newRow("folder") << u"sub"_s;
        QTest::newRow("link to a fifo") << u"fifo-link"_s;
        QTest::newRow("missing") << u"missing"_s;
        QTest::newRow("link to nothing") << u"broken"_s;
        QTest::newRow("link to itself") << u"loop"_s;
    }
    void onlyRegularFilesAreRead()
    {
        QFETCH(QString, path);
        QCOMPARE(::mkfifo(inside(u"fifo"_s).toLocal8Bit().constData(), 0600), 0);
        QVERIFY(QFile::link(u"fifo"_s, inside(u"fifo-link"_s)));
        QVERIFY(QFile::link(u"nothing"_s, inside(u"broken"_s)));
        QVERIFY(QFile::link(u"loop"_s, inside(u"loop"_s)));
        QVERIFY(checksum({{u"path"_s, path}}).startsWith("Failure: "));
    }

    void aBigFileShowsProgressAndStops()
    {
        QFile big(inside(u"big"_s));
        QVERIFY(big.open(QIODevice::WriteOnly));
        QVERIFY(big.resize(8 * 1024 * 1024));
        big.close();
        QVERIFY(checksum({{u"path"_s, u"big"_s}}).contains("\"bytes\":8388608"));
        QCOMPARE(m_context->lastProgress.load(), 1.0);
        m_context->stopAtProgress = true;
        QVERIFY(checksum({{u"path"_s, u"big"_s}}).startsWith("Failure: stopped"));
        QVERIFY(m_context->lastProgress < 1);
    }

    void aMissingFolderIsNamed()
    {
        QVERIFY(QDir(m_folder->filePath(u"in"_s)).removeRecursively());
        QVERIFY(checksum({{u"path"_s, u"abc.txt"_s}}).contains(m_folder->filePath(u"in"_s).toUtf8()));
    }

    void storageKeepsJsonByteForByte()
    {
        const QString name = m_context->jobId() + u".json"_s;
        const QByteArray location = store(sdk::Json(R"({"b":1e400, "a":2})"), "{}");
        QCOMPARE(location, tests::quoted("{'path':'" + m_folder->filePath(u"out/"_s + name).toUtf8() +
                                         "','bytes':18,'media_type':'application/json'}"));
        QCOMPARE(read(m_folder->filePath(u"out/"_s + name)), R"({"b":1e400, "a":2})");
        QCOMPARE(results(), QStringList{name}); // and nothing beside it
    }

    void storageMovesTheScratchFile()
    {
        const QString scratch = m_context->scratchFolder() + u"/x.tmp"_s;
        write(scratch, "pixels");
        const QByteArray location = store(sdk::File{scratch, u"image/png"_s}, "{}");
        QVERIFY2(location.endsWith(tests::quoted(".png','bytes':6,'media_type':'image/png'}")), location.constData());
        QVERIFY(!QFile::exists(scratch));
        QCOMPARE(read(m_folder->filePath(u"out/"_s + m_context->jobId() + u".png"_s)), "pixels");
    }

    void storageCopiesWhatLiesElsewhere()
    {
        const QByteArray location =
            store(sdk::File{m_folder->filePath(u"secret"_s), u"text/plain"_s}, R"({"name":"s.txt"})");
        QVERIFY2(location.contains("s.txt"), location.constData());
        QCOMPARE(read(m_folder->filePath(u"out/s.txt"_s)), "secret");
        QCOMPARE(read(m_folder->filePath(u"secret"_s)), "secret");
    }

    void storageCopiesAcrossFileSystems()
    {
        struct stat here = {};
        struct stat there = {};
        if (::stat("/dev/shm", &there) != 0 || ::access("/dev/shm", W_OK) != 0) {
            QSKIP("there is no second file system to write to");
        }
        QCOMPARE(::stat(m_context->scratchFolder().toLocal8Bit().constData(), &here), 0);
        if (here.st_dev == there.st_dev) {
            QSKIP("both are one file system");
        }
        QTemporaryDir other(u"/dev/shm/dragonscales-test-XXXXXX"_s);
        const QString scratch = m_context->scratchFolder() + u"/x.bin"_s;
        write(scratch, QByteArray(3'000'000, 'x'));
        const QByteArray args = tests::quoted("{'directory':'" + other.path().toUtf8() + "'}");
        const QByteArray location =
            store(sdk::File{scratch, u"application/octet-stream"_s}, R"({"name":"x.bin"})", args);
        QVERIFY2(location.contains("\"bytes\":3000000"), location.constData());
        QCOMPARE(read(other.filePath(u"x.bin"_s)).size(), 3'000'000);
        QVERIFY(!QFile::exists(scratch));
        QCOMPARE(QDir(other.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList{u"x.bin"_s});
    }

    void aResultThatIsNoRegularFileFails_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("link") << u"link"_s;
        QTest::newRow("fifo") << u"fifo"_s;
        QTest::newRow("missing") << u"missing"_s;
        QTest::newRow("folder") << u"folder"_s;
    }
    void aResultThatIsNoRegularFileFails()
    {
        QFETCH(QString, name);
        const QDir scratch(m_context->scratchFolder());
        QVERIFY(scratch.mkdir(u"folder"_s));
        QVERIFY(QFile::link(m_folder->filePath(u"secret"_s), scratch.filePath(u"link"_s)));
        QCOMPARE(::mkfifo(scratch.filePath(u"fifo"_s).toLocal8Bit().constData(), 0600), 0);
        const QByteArray answer = store(sdk::File{scratch.filePath(name), u"text/plain"_s}, R"({"name":"x"})");
        QVERIFY2(answer.startsWith("Failure: "), answer.constData());
        QVERIFY(!results().contains(u"x"_s));
    }

    void theNameIsTheClientsOrTheTemplates_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("args");
        QTest::addColumn<QString>("name");
        QTest::newRow("given") << QByteArray(R"({"name":"report 1.json"})") << QByteArray(R"({"directory":"out"})")
                               << u"report 1.json"_s;
        QTest::newRow("not ASCII") << QByteArray(R"({"name":"Größe.json"})") << QByteArray(R"({"directory":"out"})")
                                   << u"Größe.json"_s;
        QTest::newRow("template") << QByteArray("{}")
                                  << QByteArray(R"({"directory":"out","name":"r-{id}.{extension}"})")
                                  << u"r-"_s + tests::FakeContext().jobId() + u".json"_s;
        QTest::newRow("fixed") << QByteArray("{}") << QByteArray(R"({"directory":"out","name":"latest"})")
                               << u"latest"_s;
    }
    void theNameIsTheClientsOrTheTemplates()
    {
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, args);
        QFETCH(QString, name);
        store(sdk::Json("1"), params, args);
        QCOMPARE(results(), QStringList{name});
    }

    void storageRefusesNamesThatAreNoPlainNames_data() { addBadNames(); }
    void storageRefusesNamesThatAreNoPlainNames()
    {
        QFETCH(QString, name);
        const QByteArray answer = store(sdk::Json("1"), sdk::Json(QJsonObject{{u"name"_s, name}}).text());
        QVERIFY2(answer.startsWith("Failure: "), answer.constData());
        QVERIFY(results().isEmpty());
    }

    void aTemplateThatLeavesTheFolderIsRefused()
    {
        const auto args = tests::argsOf(R"({"directory":"out","name":"../{id}"})", m_folder->path());
        QVERIFY_THROWS_EXCEPTION(std::exception, m_plugin.storage(u"file"_s, args));
    }

    void anOlderFileIsReplacedAndALinkNotFollowed()
    {
        QVERIFY(QDir(m_folder->path()).mkdir(u"out"_s));
        QVERIFY(QFile::link(m_folder->filePath(u"secret"_s), m_folder->filePath(u"out/x"_s)));
        QVERIFY(store(sdk::Json("\"new\""), R"({"name":"x"})").contains("\"bytes\":5"));
        QCOMPARE(read(m_folder->filePath(u"secret"_s)), "secret");
        QCOMPARE(read(m_folder->filePath(u"out/x"_s)), "\"new\"");
        QVERIFY(!QFileInfo(m_folder->filePath(u"out/x"_s)).isSymLink());
    }

    void aNameThatIsTakenByAFolderFailsAndLeavesNothing()
    {
        QVERIFY(QDir(m_folder->path()).mkpath(u"out/x"_s));
        QVERIFY(store(sdk::Json("1"), R"({"name":"x"})").startsWith("Failure: cannot write"));
        QCOMPARE(results(), QStringList{u"x"_s});
    }

    void aFolderThatCannotBeMadeIsNamed()
    {
        write(m_folder->filePath(u"out"_s), "a file");
        const QByteArray answer = store(sdk::Json("1"), "{}");
        QVERIFY2(answer.startsWith("Failure: cannot") && answer.contains(m_folder->filePath(u"out"_s).toUtf8()),
                 answer.constData());
    }

    void callbackWritesTheStatusObject()
    {
        const auto outcome = call("{}");
        QVERIFY(outcome && outcome->kind == sdk::CallbackResult::Kind::Delivered);
        QCOMPARE(read(m_folder->filePath(u"out/"_s + m_context->jobId() + u".json"_s)),
                 R"({"id":"1","status":"finished"})");
        QVERIFY(call(R"({"name":"done.json"})"));
        QCOMPARE(results().size(), 2);
    }

    void callbackGivesUpOnNamesThatAreNoPlainNames_data() { addBadNames(); }
    void callbackGivesUpOnNamesThatAreNoPlainNames()
    {
        QFETCH(QString, name);
        const auto outcome = call(sdk::Json(QJsonObject{{u"name"_s, name}}).text());
        QVERIFY(outcome && outcome->kind == sdk::CallbackResult::Kind::GiveUp);
        QVERIFY(!outcome->error.isEmpty());
        QVERIFY(results().isEmpty());
    }

    void callbackIsTriedAgainWhenItCannotWrite()
    {
        write(m_folder->filePath(u"out"_s), "a file");
        QVERIFY(!call("{}").has_value());
    }

    void argsWithoutAFolderAreRefused()
    {
        QVERIFY_THROWS_EXCEPTION(std::exception, m_plugin.task(u"file.checksum"_s, tests::argsOf("{}")));
    }
};

QTEST_GUILESS_MAIN(TestFilesPlugin)
#include "tst_files_plugin.moc"
