// SPDX-License-Identifier: LGPL-3.0-or-later

#include "api/router.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales::api;

class RouterTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finds_data();
    void finds();
};

void RouterTest::finds_data()
{
    QTest::addColumn<QByteArray>("verb");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("row"); // of the route that is found
    QTest::addColumn<QStringList>("captured");
    QTest::addColumn<QByteArray>("allow");
    const QStringList none;
    QTest::newRow("plain") << QByteArray("GET") << u"/jobs"_s << u"/jobs"_s << none << QByteArray();
    QTest::newRow("slash at the end") << QByteArray("GET") << u"/jobs/"_s << u"/jobs"_s << none << QByteArray();
    QTest::newRow("HEAD as GET") << QByteArray("HEAD") << u"/jobs/"_s << u"/jobs"_s << none << QByteArray();
    QTest::newRow("captured") << QByteArray("GET") << u"/jobs/x y"_s << u"/jobs/{id}"_s << QStringList{u"x y"_s}
                              << QByteArray();
    QTest::newRow("captured, slash at the end")
        << QByteArray("DELETE") << u"/jobs/x/"_s << u"/jobs/{id}"_s << QStringList{u"x"_s} << QByteArray();
    QTest::newRow("two captured") << QByteArray("GET") << u"/jobs/x/logs/7"_s << u"/jobs/{id}/logs/{n}"_s
                                  << QStringList{u"x"_s, u"7"_s} << QByteArray();
    QTest::newRow("other verb") << QByteArray("PUT") << u"/jobs"_s << QString() << none
                                << QByteArray("GET, HEAD, POST");
    QTest::newRow("other verb without GET")
        << QByteArray("GET") << u"/post"_s << QString() << none << QByteArray("POST");
    QTest::newRow("HEAD without GET") << QByteArray("HEAD") << u"/post"_s << QString() << none << QByteArray("POST");
    QTest::newRow("verbs are in capitals")
        << QByteArray("get") << u"/jobs"_s << QString() << none << QByteArray("GET, HEAD, POST");
    for (const char *path :
         {"/", "", "//", "/job", "/jobs//", "//jobs", "/jobs/x/y", "/JOBS", "/jobs/x/logs", "jobs"}) {
        QTest::newRow(qPrintable(u"no such path: %1"_s.arg(QLatin1String(path))))
            << QByteArray("GET") << QString::fromLatin1(path) << QString() << none << QByteArray();
    }
}

void RouterTest::finds()
{
    QFETCH(QByteArray, verb);
    QFETCH(QString, path);
    QFETCH(QString, row);
    QFETCH(QStringList, captured);
    QFETCH(QByteArray, allow);
    const Router router({{"GET", u"/jobs"_s, Role::Viewer, {}},
                         {"POST", u"/jobs"_s, Role::Submitter, {}},
                         {"GET", u"/jobs/{id}"_s, Role::Viewer, {}},
                         {"DELETE", u"/jobs/{id}"_s, Role::Submitter, {}},
                         {"GET", u"/jobs/{id}/logs/{n}"_s, Role::Viewer, {}},
                         {"POST", u"/post"_s, Role::Admin, {}}});
    const Router::Match match = router.find(verb, path);
    QCOMPARE(match.route ? match.route->path : QString(), row);
    QCOMPARE(match.captured, captured);
    QCOMPARE(match.allow, allow);
}

QTEST_GUILESS_MAIN(RouterTest)
#include "tst_router.moc"
