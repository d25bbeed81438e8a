// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "python_service.h"

#include <QFile>
#include <QProcess>
#include <QTest>

using namespace dragonscales::test;
using namespace Qt::Literals::StringLiterals;

namespace {

struct Ended
{
    int status = -1; // -1: it did not end by itself
    QByteArray out;
    QByteArray err;
};

// As scripts know it: sorted keys, four spaces.
QByteArray shown(const QByteArray &id, const QByteArray &status, const QByteArray &result)
{
    return "{\n    \"id\": \"" + id + "\",\n    \"info\": null,\n    \"result\": " + result + ",\n    \"status\": \"" +
           status + "\"\n}\n";
}

} // namespace

// The commands that scripts of the old manager use, against a project of Python modules.
class TestE2ePythonManager final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<PythonService> m_service;

    Ended manager(const QStringList &arguments, const QStringList &header = {u"X-Token"_s, u"open sesame"_s}) const
    {
        QProcess process;
        auto environment = m_service->process().environment();
        environment.insert(u"DRAGONSCALES_SERVICE_URL"_s, m_service->process().url());
        environment.remove(u"XDG_RUNTIME_DIR"_s); // the local token there would open every door
        environment.insert(u"HOME"_s, m_service->path(u"elsewhere"_s));
        process.setProcessEnvironment(environment);
        const QStringList open = header.isEmpty() ? QStringList() : QStringList{u"--header"_s} + header;
        process.start(QStringLiteral(DRAGONSCALES_BIN_DIR "/dragonscales-manager"), open + arguments);
        if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit) {
            process.kill();
            process.waitForFinished();
            return {};
        }
        return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
    }
    QString requestFile(const QByteArray &task, const QByteArray &params) const
    {
        m_service->process().writeFile(u"job.json"_s, m_service->request(task, params));
        return m_service->path(u"job.json"_s);
    }
    QByteArray queue(const QByteArray &task, const QByteArray &params) const
    {
        return member(manager({u"queue"_s, requestFile(task, params)}).out, u"id"_s);
    }

private Q_SLOTS:
    void init()
    {
        m_service = std::make_unique<PythonService>();
        m_service->copyExample();
        QVERIFY2(m_service->start(), m_service->process().errorText());
    }
    void cleanup() { m_service.reset(); }

    void queueCheckListAndRemovePrintWhatTheyDid()
    {
        const auto queued = manager({u"queue"_s, requestFile("wait", R"({"seconds":0})")});
        QCOMPARE(queued.status, 0);
        const QByteArray id = member(queued.out, u"id"_s);
        QCOMPARE(queued.out, shown(id, "queued", "{}"));
        QVERIFY(!m_service->told(id).isEmpty());
        const auto checked = manager({u"check"_s, QString::fromLatin1(id)});
        QCOMPARE(checked.out, shown(id, "finished", "{\n        \"waited\": 0.0\n    }"));
        QCOMPARE(checked.status, 0);
        const auto listed = manager({u"list"_s});
        QCOMPARE(listed.out, "[\n    \"" + id + "\"\n]\n");
        QCOMPARE(listed.status, 0);
        const auto removed = manager({u"remove"_s, QString::fromLatin1(id)});
        QCOMPARE(removed.out, QByteArray("null\n"));
        QCOMPARE(removed.status, 0);
        QCOMPARE(manager({u"list"_s}).out, QByteArray("[]\n"));
    }

    void checkWaitsForTheEnd()
    {
        const QByteArray id = queue("wait", R"({"seconds":1})");
        const auto checked = manager({u"check"_s, QString::fromLatin1(id), u"--wait"_s});
        QCOMPARE(checked.out, shown(id, "finished", "{\n        \"waited\": 1.0\n    }"));
        QCOMPARE(checked.status, 0);
    }

    void checkSaysThatAJobHasFailed()
    {
        const QByteArray id = queue("fail", "{}");
        const auto checked = manager({u"check"_s, QString::fromLatin1(id), u"--wait"_s});
        QCOMPARE(checked.status, 1);
        QVERIFY2(checked.out.contains("\"status\": \"failed\"") && checked.out.contains("Traceback"), checked.out);
    }

    void errorsAreSentencesWithAStatus_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("header");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("said");
        const QStringList token{u"X-Token"_s, u"open sesame"_s};
        const QString none = u"0198c0de-0000-4000-8000-000000000001"_s;
        QTest::newRow("no such job") << QStringList{u"check"_s, none} << token << 3 << none.toLatin1();
        QTest::newRow("nothing to remove") << QStringList{u"remove"_s, none} << token << 3 << none.toLatin1();
        QTest::newRow("no token") << QStringList{u"list"_s} << QStringList() << 4
                                  << QByteArray("Send the token in the header X-Token.");
        QTest::newRow("another token") << QStringList{u"list"_s} << QStringList{u"X-Token"_s, u"guess"_s} << 4
                                       << QByteArray("This is not the token.");
        QTest::newRow("no such file") << QStringList{u"queue"_s, u"none.json"_s} << token << 2
                                      << QByteArray("none.json");
    }
    void errorsAreSentencesWithAStatus()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, header);
        QFETCH(int, status);
        QFETCH(QByteArray, said);
        const auto ended = manager(arguments, header);
        QVERIFY2(ended.err.contains(said), ended.err);
        QCOMPARE(ended.out, QByteArray());
        QCOMPARE(ended.status, status);
    }

    void validateFindsNothingInTheExampleAndRunsNoneOfIt()
    {
        const QString mark = m_service->path(u"mark"_s);
        const QString project = m_service->path(u"copy/project.json"_s);
        m_service->copyExample(u"copy"_s);
        m_service->writeModule(u"copy/tasks/fail.py"_s, "open(\"" + mark.toUtf8() + "\", \"w\")\n");
        const auto ended = manager({u"validate"_s, project}, {});
        QCOMPARE(ended.out + ended.err, QByteArray());
        QCOMPARE(ended.status, 0);
        QVERIFY(!QFile::exists(mark));
    }

    void validateNamesAModuleThatIsNotThere()
    {
        QByteArray project = contentOf(m_service->path(u"project.json"_s));
        m_service->setProject(project.replace("storages.folder", "nonsense.folder"));
        const auto ended = manager({u"validate"_s, m_service->path(u"project.json"_s)}, {});
        QVERIFY2(ended.out.contains("nonsense.folder"), ended.out);
        QCOMPARE(ended.status, 1);
    }

    void aBadRequestIsRefusedWithItsFaults()
    {
        const auto ended = manager({u"queue"_s, requestFile("combine", R"({"a":"x","b":"y","c":{}})")});
        QCOMPARE(ended.status, 4);
        QVERIFY2(ended.err.contains("value is not a valid integer"), ended.err);
    }
};

QTEST_GUILESS_MAIN(TestE2ePythonManager)
#include "tst_e2e_python_manager.moc"
