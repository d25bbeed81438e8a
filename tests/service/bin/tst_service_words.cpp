// SPDX-License-Identifier: LGPL-3.0-or-later
#include "support/terminal.h"

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;

namespace {

constexpr int kLimitMs = 30'000;
const QString kProgram = QStringLiteral(DRAGONSCALES_BIN_DIR "/dragonscales-service");

} // namespace

// What dragonscales-service tells a person.
class ServiceWordsTest final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    void write(const QByteArray &project) const
    {
        QFile file(m_folder->filePath(u"project.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(project);
    }

    QStringList refusal(const QStringList &arguments, int status) const
    {
        QProcess process;
        process.setWorkingDirectory(m_folder->path());
        process.start(kProgram, arguments);
        if (!process.waitForFinished(kLimitMs) || process.exitCode() != status) {
            return {};
        }
        return QString::fromUtf8(process.readAllStandardError()).trimmed().split(u'\n');
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void sumsUpAtATerminalAndLogsForAPerson()
    {
        if (!test::canOpenTerminals()) {
            QSKIP("this machine has no terminals to give: /dev/pts is not mounted");
        }
        write(R"({"id": "gallery", "queues": [{"name": "q"}], "tasks": [], "storages": [], "callbacks": []})");
        const QString command = u"exec %1 --address 127.0.0.1:0 --queue-url sqlite:store.db"_s.arg(kProgram);
        QProcess process;
        process.setWorkingDirectory(m_folder->path());
        process.start(u"script"_s, {u"-qec"_s, command, u"/dev/null"_s});
        QByteArray out;
        const auto says = [&](const char *text) {
            out += process.readAll();
            return out.contains(text);
        };
        QTRY_VERIFY2_WITH_TIMEOUT(says("/docs"), out.constData(), kLimitMs);
        process.write("\x03");
        process.waitForFinished(kLimitMs);
        QVERIFY2(says("Stopping"), out.constData());
        QCOMPARE(process.exitCode(), 0);
        QStringList lines = QString::fromUtf8(out).split(u"\r\n"_s);
        while (!lines.isEmpty() && lines.first().contains(u" warning "_s)) {
            lines.removeFirst(); // the project has no tasks
        }
        QVERIFY2(lines.size() > 2, out.constData());
        QVERIFY2(lines.first().startsWith(u"listening on http"_s), out.constData());
        const QString store = m_folder->filePath(u"store.db"_s);
        QCOMPARE(lines.at(1),
                 u"gallery: 0 tasks, 1 queue · store %1 · docs %2/docs"_s.arg(store, lines.first().mid(13)));
        static const QRegularExpression log(u"\\d\\d:\\d\\d:\\d\\d info Stopping"_s);
        QVERIFY2(log.match(QString::fromUtf8(out)).hasMatch(), out.constData());
    }

    void saysWhoSpeaksUnlessTheLineNamesAFile()
    {
        write(R"({"queues": 3})");
        QStringList lines = refusal({u"--project=project.json"_s}, 1);
        QVERIFY(lines.size() > 1);
        QCOMPARE(lines.takeLast().section(u' ', 0, 3), u"dragonscales-service: The project project.json"_s);
        for (const QString &line : lines) {
            QVERIFY2(line.startsWith(u"project.json:"_s), qPrintable(line));
        }
    }

    void aMisspeltFlagIsOneFaultWithItsValue()
    {
        const QStringList lines = refusal({u"--projct"_s, u"project.json"_s, u"--lease=x"_s}, 2);
        QCOMPARE(lines.size(), 2);
        QVERIFY2(lines.first().startsWith(u"dragonscales-service: There is no flag “--projct”"_s),
                 qPrintable(lines[0]));
        QVERIFY2(lines.last().startsWith(u"dragonscales-service: --lease: "_s), qPrintable(lines[1]));
    }
};

QTEST_GUILESS_MAIN(ServiceWordsTest)
#include "tst_service_words.moc"
