// SPDX-License-Identifier: LGPL-3.0-or-later
#include "bin/log_sink.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace dragonscales;
using namespace Qt::Literals::StringLiterals;
using assembly::LogOptions;
using assembly::LogSink;

class TestLogSink final : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    static QList<QByteArray> lines(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().split('\n') : QList<QByteArray>{};
    }

private Q_SLOTS:
    void knowsLevelsInAnyCaseAndThoseOfPython_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<int>("level");
        QTest::newRow("info") << u"INFO"_s << int(QtInfoMsg);
        QTest::newRow("debug") << u"debug"_s << int(QtDebugMsg);
        QTest::newRow("warning") << u"Warning"_s << int(QtWarningMsg);
        QTest::newRow("critical") << u"CRITICAL"_s << int(QtCriticalMsg);
        QTest::newRow("unknown") << u"loud"_s << -1;
        QTest::newRow("none") << u""_s << -1;
    }
    void knowsLevelsInAnyCaseAndThoseOfPython()
    {
        QFETCH(QString, word);
        QFETCH(int, level);
        const auto known = assembly::logLevel(word);
        QCOMPARE(known ? int(*known) : -1, level);
    }

    void writesOneObjectALineAndLeavesOutWhatIsTooFine()
    {
        const QString path = m_folder.filePath(u"one.log"_s);
        const auto sink = LogSink::open({QtInfoMsg, path, 0});
        QVERIFY(sink);
        (*sink)->write(QtDebugMsg, "a", u"fine"_s);
        (*sink)->write(QtInfoMsg, "a.b", u"line one\nline \"two\""_s);
        const auto written = lines(path);
        QCOMPARE(written.size(), 1);
        const auto object = QJsonDocument::fromJson(written.first()).object();
        QCOMPARE(object.value(u"level"_s).toString(), u"info"_s);
        QCOMPARE(object.value(u"from"_s).toString(), u"a.b"_s);
        QCOMPARE(object.value(u"message"_s).toString(), u"line one\nline \"two\""_s);
        QVERIFY(object.value(u"time"_s).toString().endsWith(u'Z'));
    }

    void beginsANewFileWhenTheOldOneIsFull()
    {
        const QString path = m_folder.filePath(u"full.log"_s);
        const auto sink = LogSink::open({QtInfoMsg, path, 1000});
        QVERIFY(sink);
        for (int i = 0; i < 100; ++i) {
            (*sink)->write(QtInfoMsg, "test", u"line %1"_s.arg(i));
        }
        QVERIFY(QFileInfo(path).size() <= 1000);
        QVERIFY(QFileInfo(path + u".1"_s).size() <= 1000);
        QVERIFY(lines(path).last().contains("line 99"));
        QCOMPARE(QDir(m_folder.path()).entryList({u"full.log*"_s}).size(), 2);
    }

    void namesAFileThatCannotBeWritten()
    {
        const auto sink = LogSink::open({QtInfoMsg, m_folder.filePath(u"none/x.log"_s), 0});
        QVERIFY(!sink);
        QVERIFY(sink.error().message.contains(u"none/x.log"_s));
    }
};

QTEST_GUILESS_MAIN(TestLogSink)
#include "tst_log_sink.moc"
