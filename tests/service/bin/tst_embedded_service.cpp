// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/embedded_service.h"

#include "support/http_call.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace dragonscales;
using namespace Qt::Literals::StringLiterals;
using assembly::EmbeddedService;
using State = EmbeddedService::State;

// A service inside of another program.
class TestEmbeddedService final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    assembly::ServiceOptions options(const QByteArray &project) const
    {
        QFile file(m_folder->filePath(u"project.json"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(project) < 0) {
            qFatal("the project cannot be written");
        }
        assembly::ServiceOptions made;
        made.projectPath = file.fileName();
        made.storePath = m_folder->filePath(u"store.db"_s);
        made.server.port = 0;
        made.server.tokenFolder = m_folder->filePath(u"tokens"_s);
        return made;
    }
    assembly::ServiceOptions empty() const
    {
        return options(R"({"id": "embedded", "queues": [], "tasks": [], "storages": [], "callbacks": []})");
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void startsAnswersAndStops()
    {
        EmbeddedService service;
        service.start(empty());
        QCOMPARE(service.state(), State::Starting);
        QTRY_COMPARE(service.state(), State::Running);
        QCOMPARE(service.facts().projectId, u"embedded"_s);
        QCOMPARE(test::HttpCall(service.facts().url).get("/healthz").status, 200);
        service.stop();
        QTRY_COMPARE(service.state(), State::Stopped);
        QCOMPARE(test::HttpCall(service.facts().url).get("/healthz").status, 0);
    }

    void startsAgainOnTheSameStore()
    {
        EmbeddedService service;
        for (int i = 0; i < 3; ++i) {
            service.start(empty());
            QTRY_COMPARE(service.state(), State::Running);
            service.stop();
            QTRY_COMPARE(service.state(), State::Stopped);
        }
    }

    void saysWhyItDidNotStartAndStartsWhenThatIsMended()
    {
        EmbeddedService service;
        service.start(options(R"({"queues": 3})"));
        QTRY_COMPARE(service.state(), State::Failed);
        QVERIFY(service.failure().join(u'\n').contains(u"project.json"_s));
        service.start(empty());
        QTRY_COMPARE(service.state(), State::Running);
    }

    void twoOnOneStoreAreRefused()
    {
        EmbeddedService first;
        first.start(empty());
        QTRY_COMPARE(first.state(), State::Running);
        EmbeddedService second;
        second.start(empty());
        QTRY_COMPARE(second.state(), State::Failed);
        const QString last = second.failure().last();
        QVERIFY2(last.endsWith(u"Show that one: dragonscales --url "_s + first.facts().url), qPrintable(last));
    }

    void mayGoWhileItRunsOrStarts()
    {
        {
            EmbeddedService running;
            running.start(empty());
            QTRY_COMPARE(running.state(), State::Running);
        }
        EmbeddedService starting;
        starting.start(empty());
    }
};

QTEST_GUILESS_MAIN(TestEmbeddedService)
#include "tst_embedded_service.moc"
