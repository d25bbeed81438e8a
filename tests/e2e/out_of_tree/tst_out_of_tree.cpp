// SPDX-License-Identifier: LGPL-3.0-or-later
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;

// A plugin project outside of the tree: built against the installed SDK, run by the installed service.
class TestOutOfTree : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QProcess m_service;
    QString m_url;

    QString path(const QString &name) const { return m_folder.filePath(name); }

    static void write(const QString &file, const QByteArray &bytes)
    {
        QFile target(file);
        QVERIFY2(target.open(QIODevice::WriteOnly), qPrintable(file));
        target.write(bytes);
    }

    static void run(const QString &program, const QStringList &arguments)
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(program, arguments);
        const bool ended = process.waitForFinished(240'000);
        const QByteArray output = process.readAll();
        QVERIFY2(ended && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0,
                 (program.toLocal8Bit() + ' ' + arguments.join(u' ').toLocal8Bit() + '\n' + output).constData());
    }
    static void cmake(const QStringList &arguments) { run(QStringLiteral(DRAGONSCALES_CMAKE), arguments); }

    static void configure(const QString &source, const QString &build, const QStringList &more)
    {
        cmake(QStringList{u"-S"_s, source, u"-B"_s, build, u"-G"_s, QStringLiteral(DRAGONSCALES_GENERATOR),
                          QStringLiteral("-DCMAKE_CXX_COMPILER=" DRAGONSCALES_CXX), u"-DCMAKE_BUILD_TYPE=Debug"_s,
                          u"-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Wshadow -Werror"_s} +
              more);
    }

    QJsonObject exchange(const QByteArray &verb, const QString &target, const QByteArray &body = {})
    {
        QNetworkAccessManager network;
        QNetworkRequest request(QUrl(m_url + target));
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
        QNetworkReply *reply = network.sendCustomRequest(request, verb, body);
        QSignalSpy finished(reply, &QNetworkReply::finished);
        if (!reply->isFinished() && !finished.wait(20'000)) {
            return {};
        }
        return QJsonDocument::fromJson(reply->readAll()).object();
    }

    QJsonObject ended(const QString &id)
    {
        QJsonObject job;
        const bool over = QTest::qWaitFor(
            [&] {
                job = exchange("GET", u"/api/v1/jobs/"_s + id);
                return job.value(u"status"_s) == "finished"_L1 || job.value(u"status"_s) == "failed"_L1;
            },
            60'000);
        return over ? job : QJsonObject{{u"status"_s, u"did not end: "_s + job.value(u"status"_s).toString()}};
    }

    QString submit(const QByteArray &text)
    {
        QByteArray body = "{'task':{'name':'reverse','params':{'text':'" + text +
                          "'}},'storage':{'name':'disk','params':{'name':'out.json'}},"
                          "'callback':{'name':'log','params':{}}}";
        body.replace('\'', '"');
        return exchange("POST", u"/api/v1/jobs/"_s, body).value(u"id"_s).toString();
    }

private Q_SLOTS:
    void theTreeInstalls()
    {
        cmake({u"--install"_s, QStringLiteral(DRAGONSCALES_BUILD_DIR), u"--prefix"_s, path(u"prefix"_s)});
        const QDir prefix(path(u"prefix"_s));
        QVERIFY(prefix.exists(u"include/dragonscales/plugin.h"_s));
        QVERIFY(prefix.exists(QStringLiteral(DRAGONSCALES_LIBDIR "/cmake/Dragonscales/DragonscalesConfig.cmake")));
        QVERIFY(prefix.exists(QStringLiteral(DRAGONSCALES_LIBDIR "/dragonscales/plugins/dragonscales_files.so")));
    }

    void thePluginBuildsAgainstTheInstalledSdk()
    {
        configure(QStringLiteral(DRAGONSCALES_SOURCE_DIR "/tests/e2e/out_of_tree/plugin"), path(u"build"_s),
                  {u"-DCMAKE_PREFIX_PATH="_s + path(u"prefix"_s), u"-DCMAKE_INSTALL_PREFIX="_s + path(u"other"_s)});
        cmake({u"--build"_s, path(u"build"_s)});
        QVERIFY(QFile::exists(path(u"build/plugins/reverse.so"_s)));
        cmake({u"--install"_s, path(u"build"_s)});
        QVERIFY(
            QFile::exists(path(u"other/"_s) + QStringLiteral(DRAGONSCALES_LIBDIR "/dragonscales/plugins/reverse.so")));
    }

    void aNewerMajorVersionIsNotFound()
    {
        QVERIFY(QDir(m_folder.path()).mkdir(u"newer"_s));
        write(
            path(u"newer/CMakeLists.txt"_s),
            "cmake_minimum_required(VERSION 3.25)\nproject(newer LANGUAGES CXX)\nfind_package(Dragonscales 2.0 QUIET)\n"
            "if(Dragonscales_FOUND)\n  message(FATAL_ERROR \"found\")\nendif()\n"
            "find_package(Dragonscales 1.0 REQUIRED)\n");
        configure(path(u"newer"_s), path(u"newer/build"_s), {u"-DCMAKE_PREFIX_PATH="_s + path(u"prefix"_s)});
    }

    void faultyMetadataIsNamedAtConfigureTime_data()
    {
        QTest::addColumn<QByteArray>("metadata");
        QTest::addColumn<QByteArray>("sentence");
        QTest::newRow("not JSON") << QByteArray("{") << QByteArray("must be {\"modules\"");
        QTest::newRow("no modules") << QByteArray("{\"modules\": []}") << QByteArray("at least one module");
        QTest::newRow("no kind") << QByteArray("{\"modules\": [{\"name\": \"x\"}]}") << QByteArray("has no \"kind\"");
        QTest::newRow("unknown kind") << QByteArray("{\"modules\": [{\"kind\": \"toy\", \"name\": \"x\", "
                                                    "\"title\": \"X\", \"description\": \"X.\"}]}")
                                      << QByteArray("is of kind \"toy\"");
    }
    void faultyMetadataIsNamedAtConfigureTime()
    {
        QFETCH(QByteArray, metadata);
        QFETCH(QByteArray, sentence);
        const QString folder = path(u"faulty-"_s + QString::fromLatin1(QTest::currentDataTag()));
        QVERIFY(QDir().mkpath(folder));
        write(folder + u"/x.json"_s, metadata);
        write(folder + u"/x.cpp"_s, "");
        write(folder + u"/CMakeLists.txt"_s, "cmake_minimum_required(VERSION 3.25)\nproject(x LANGUAGES CXX)\n"
                                             "find_package(Dragonscales 1.0 REQUIRED)\n"
                                             "dragonscales_add_plugin(x SOURCES x.cpp METADATA x.json)\n");
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral(DRAGONSCALES_CMAKE),
                      {u"-S"_s, folder, u"-B"_s, folder + u"/build"_s, u"-G"_s, QStringLiteral(DRAGONSCALES_GENERATOR),
                       u"-DCMAKE_PREFIX_PATH="_s + path(u"prefix"_s)});
        QVERIFY(process.waitForFinished(60'000));
        QVERIFY(process.exitCode() != 0);
        const QByteArray output = process.readAll().simplified(); // CMake breaks lines
        QVERIFY2(output.contains(sentence), output.constData());
    }

    void theInstalledServiceStarts()
    {
        const QString program = path(u"prefix/bin/dragonscales-service"_s);
        QVERIFY(QFile::copy(QStringLiteral(DRAGONSCALES_SOURCE_DIR "/tests/e2e/out_of_tree/project.json"),
                            path(u"project.json"_s)));
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"DRAGONSCALES_PLUGIN_PATH"_s, path(u"build/plugins"_s));
        environment.insert(u"XDG_DATA_HOME"_s, path(u"data"_s));
        environment.insert(u"XDG_RUNTIME_DIR"_s, path(u"runtime"_s));
        QVERIFY(QDir(m_folder.path()).mkdir(u"runtime"_s));
        m_service.setProcessEnvironment(environment);
        m_service.setWorkingDirectory(m_folder.path());
        m_service.start(program, {u"--project"_s, path(u"project.json"_s), u"--address"_s, u"127.0.0.1:0"_s});
        QTRY_VERIFY2_WITH_TIMEOUT(m_service.canReadLine() || m_service.state() == QProcess::NotRunning,
                                  m_service.readAllStandardError().constData(), 60'000);
        const QByteArray line = m_service.readLine().trimmed();
        QVERIFY2(line.startsWith("listening on http://127.0.0.1:"),
                 (line + m_service.readAllStandardError()).constData());
        m_url = QString::fromLatin1(line.mid(13));
    }

    void aJobRunsOnThePlugin()
    {
        QVERIFY(!m_url.isEmpty());
        const QString id = submit("dragonscales");
        QVERIFY(!id.isEmpty());
        const QJsonObject job = ended(id);
        QVERIFY2(job.value(u"status"_s) == "finished"_L1, QJsonDocument(job).toJson().constData());
        QFile result(job.value(u"result"_s).toObject().value(u"path"_s).toString());
        QCOMPARE(result.fileName(), QFileInfo(path(u"results/out.json"_s)).filePath());
        QVERIFY(result.open(QIODevice::ReadOnly));
        QCOMPARE(result.readAll(), "\"selacsnogard\"");
    }

    void aFailureOfThePluginReachesTheClient()
    {
        QVERIFY(!m_url.isEmpty());
        const QJsonObject job = ended(submit({}));
        QCOMPARE(job.value(u"status"_s).toString(), u"failed"_s);
        QVERIFY(job.value(u"info"_s).toString().contains(u"there is nothing to turn round"_s));
    }

    void cleanupTestCase()
    {
        if (m_service.state() == QProcess::NotRunning) {
            return;
        }
        m_service.terminate();
        QVERIFY(m_service.waitForFinished(30'000));
        QCOMPARE(m_service.exitCode(), 0);
    }
};

QTEST_GUILESS_MAIN(TestOutOfTree)
#include "tst_out_of_tree.moc"
