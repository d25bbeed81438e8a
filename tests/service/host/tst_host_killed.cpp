// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host_fixture.h"

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;

namespace {

QList<qint64> notedIn(const QString &path)
{
    QList<qint64> pids;
    QFile file(path);
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : file.readAll().split('\n')) {
            if (line.toLongLong() > 0) {
                pids.append(line.toLongLong());
            }
        }
    }
    return pids;
}

qint64 parentOf(qint64 pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const QByteArray text = file.readAll();
    return text.mid(text.lastIndexOf(')') + 4).split(' ').value(0).toLongLong();
}

} // namespace

// A service that is killed leaves no runner, whatever the runner's code does at that moment.
class HostKilledTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void killedServiceLeavesNoRunner_data();
    void killedServiceLeavesNoRunner();
};

void HostKilledTest::killedServiceLeavesNoRunner_data()
{
    QTest::addColumn<QString>("deed");
    QTest::addColumn<int>("processes");
    QTest::newRow("idle") << QString() << 1;
    QTest::newRow("waiting") << u"wait for stop"_s << 1;
    QTest::newRow("spinning") << u"loop"_s << 1;
    QTest::newRow("ignoring SIGTERM") << u"ignore SIGTERM"_s << 1;
    QTest::newRow("with all signals blocked") << u"block signals"_s << 1;
    QTest::newRow("stopped") << u"stop"_s << 1;
    QTest::newRow("printing") << u"flood"_s << 1;
    QTest::newRow("with a daemon of its own") << u"daemon, then loop"_s << 2;
}

void HostKilledTest::killedServiceLeavesNoRunner()
{
    QFETCH(QString, deed);
    QFETCH(int, processes);
    QProcess holder;
    holder.start(QStringLiteral(DRAGONSCALES_BUILD_DIR) + u"/tests/host_holder"_s, {deed});
    QTRY_VERIFY(holder.canReadLine());
    const QString note = QString::fromUtf8(holder.readLine()).trimmed();
    QTRY_COMPARE(notedIn(note).size(), processes);
    if (deed.isEmpty()) {
        QTRY_VERIFY(holder.canReadLine()); // "done"
    }
    QList<qint64> pids = notedIn(note);
    pids.append(parentOf(pids.first())); // the monitor
    holder.kill();
    QVERIFY(holder.waitForFinished());
    for (const qint64 pid : pids) {
        QVERIFY(pid > 1);
        QTRY_VERIFY(!testing::isAlive(pid));
    }
    QDir(QFileInfo(note).path()).removeRecursively();
}

QTEST_GUILESS_MAIN(HostKilledTest)
#include "tst_host_killed.moc"
