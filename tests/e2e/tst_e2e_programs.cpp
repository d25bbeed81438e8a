// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "python_service.h"

#include <QFile>
#include <QTest>

#include <csignal>

using namespace dragonscales::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QByteArray kKey = "X-Any: thing\r\nAuthorization: Bearer key-of-ann\r\n";

QByteArray request(const QByteArray &task, const QByteArray &params, const QByteArray &storageParams = "{}")
{
    return R"({"task":{"name":")" + task + R"(","params":)" + params + R"(},"storage":{"name":"shelf","params":)" +
           storageParams + R"(},"callback":{"name":"outbox","params":{}}})";
}

} // namespace

// The project of resources/examples/exec, over HTTP: each of its programs does its part of a job.
class TestE2ePrograms : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<PythonService> m_service;

    QString path(const QString &name) const { return m_service->path(name); }
    HttpCall http() const { return m_service->process().http().with(kKey); }
    bool start(const QStringList &arguments = {})
    {
        m_service->process().environment().insert(u"ANN_KEY"_s, u"key-of-ann"_s);
        return m_service->start(arguments);
    }
    QByteArray submitted(const QByteArray &body) const
    {
        return member(http().post("/api/v1/jobs/", body).body, u"id"_s);
    }
    // What the callback was told; empty when nothing came in time.
    QByteArray told(const QByteArray &id) const
    {
        const QString file = path(u"outbox/%1.json"_s.arg(QString::fromLatin1(id)));
        const bool came = QTest::qWaitFor([&] { return QFile::exists(file); }, 40'000);
        return came ? contentOf(file) : QByteArray();
    }
    void makePrograms(const QStringList &names) const
    {
        for (const QString &name : names) {
            QFile::setPermissions(path(name), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        }
    }

private Q_SLOTS:
    void init()
    {
        m_service = std::make_unique<PythonService>();
        copyFolder(QStringLiteral(DRAGONSCALES_SOURCE_DIR "/resources/examples/exec"), path({}));
        QVERIFY(
            QFile::copy(QStringLiteral(DRAGONSCALES_BUILD_DIR "/tests/examples/statistics"), path(u"statistics"_s)));
        makePrograms({u"countdown.sh"_s, u"shelf.py"_s, u"outbox.sh"_s, u"door.py"_s, u"statistics"_s});
    }
    void cleanup() { m_service.reset(); }

    void everyProgramDoesItsPart_data()
    {
        QTest::addColumn<QByteArray>("task");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("result");
        QTest::newRow("shell") << QByteArray("countdown") << QByteArray(R"({"steps":3})")
                               << QByteArray(R"("counted":3)");
        QTest::newRow("C++") << QByteArray("statistics") << QByteArray(R"({"values":[1,2,6]})")
                             << QByteArray(R"("mean":3)");
    }
    void everyProgramDoesItsPart()
    {
        QFETCH(QByteArray, task);
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, result);
        QVERIFY2(start(), m_service->process().errorText());
        QCOMPARE(m_service->logged(u"warning"_s), QStringList());
        const QByteArray id = submitted(request(task, params, R"({"name":"kept"})"));
        QVERIFY(!id.isEmpty());
        const QByteArray body = told(id);
        QVERIFY2(body.contains(R"("status")") && body.contains("finished"), body);
        const QByteArray kept = contentOf(path(u"results/kept.json"_s)).replace(" ", "");
        QVERIFY2(kept.contains(result), kept);
    }

    void paramsAreCheckedByTheEntrysSchema()
    {
        QVERIFY2(start(), m_service->process().errorText());
        const HttpAnswer answer = http().post("/api/v1/jobs/", request("countdown", R"({"steps":0})"));
        QCOMPARE(answer.status, 422);
        QVERIFY2(answer.body.contains(R"(["body","task","params","steps"])"), answer.body);
        const QByteArray document = http().get("/openapi.json").body;
        QVERIFY2(document.contains("How many steps there are."), "no description in the document");
    }

    void theAuthorizerIsAProgram_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("status");
        QTest::newRow("none") << QByteArray() << 401;
        QTest::newRow("wrong") << QByteArray("Authorization: Bearer other\r\n") << 403;
        QTest::newRow("right") << kKey << 200;
    }
    void theAuthorizerIsAProgram()
    {
        QFETCH(QByteArray, header);
        QVERIFY2(start(), m_service->process().errorText());
        QTEST(m_service->process().http().with(header).get("/api/v1/jobs/").status, "status");
    }

    void aProgramThatIsNotThereFailsItsJobsAlone()
    {
        QVERIFY(QFile::remove(path(u"statistics"_s)));
        QVERIFY2(start(), m_service->process().errorText());
        QCOMPARE(m_service->warningsWith(path(u"statistics"_s)).size(), 1);
        const QByteArray body = told(submitted(request("statistics", R"({"values":[1]})")));
        QVERIFY2(body.contains("failed") && body.contains(path(u"statistics"_s).toUtf8()), body);
        QVERIFY(told(submitted(request("countdown", R"({"steps":1})"))).contains("finished"));
        QVERIFY(
            QFile::copy(QStringLiteral(DRAGONSCALES_BUILD_DIR "/tests/examples/statistics"), path(u"statistics"_s)));
        makePrograms({u"statistics"_s});
        QVERIFY(told(submitted(request("statistics", R"({"values":[1]})"))).contains("finished"));
    }

    void aProgramThatOthersMayWriteIsNotRun()
    {
        m_service->process().writeFile(u"countdown.sh"_s, "#!/bin/sh\ncat >/dev/null\necho ran >ran\n");
        const auto everybody = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::WriteOther;
        QVERIFY(QFile::setPermissions(path(u"countdown.sh"_s), everybody));
        QVERIFY2(start(), m_service->process().errorText());
        QCOMPARE(m_service->warningsWith(u"others can write to it"_s).size(), 1);
        const QByteArray body = told(submitted(request("countdown", R"({"steps":1})")));
        QVERIFY2(body.contains("failed") && body.contains("others can write to it"), body);
        QVERIFY(!QFile::exists(path(u"ran"_s)));
    }

    void aCanceledProgramIsAskedToStop()
    {
        m_service->process().writeFile(u"countdown.sh"_s, "#!/bin/sh\ncat >/dev/null\n"
                                                          "trap 'echo asked >asked; exit 1' TERM\n"
                                                          "echo begun >begun\n"
                                                          "while :; do sleep 0.05; done\n");
        makePrograms({u"countdown.sh"_s});
        QVERIFY2(start(), m_service->process().errorText());
        const QByteArray id = submitted(request("countdown", R"({"steps":1})"));
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path(u"begun"_s)), 40'000);
        QCOMPARE(http().remove("/api/v1/jobs/" + id).status, 200);
        const QByteArray body = told(id);
        QVERIFY2(body.contains("canceled"), body);
        QVERIFY(QFile::exists(path(u"asked"_s)));
    }
};

QTEST_GUILESS_MAIN(TestE2ePrograms)
#include "tst_e2e_programs.moc"
