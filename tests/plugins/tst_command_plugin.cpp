// SPDX-License-Identifier: LGPL-3.0-or-later
#include "plugins/plugin_fixture.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include <cerrno>
#include <csignal>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace dragonscales;
using namespace Qt::Literals::StringLiterals;

class TestCommandPlugin : public QObject
{
    Q_OBJECT

private:
    sdk::Plugin &m_plugin = tests::bundledPlugin(u"command"_s);
    std::unique_ptr<tests::FakeContext> m_context;
    std::unique_ptr<QTemporaryDir> m_folder;

    std::unique_ptr<sdk::BaseTask> make(const QJsonObject &args) const
    {
        return m_plugin.task(u"command"_s, {sdk::Json(args), m_folder->path()});
    }
    QByteArray run(const QJsonObject &args, const QJsonObject &values = {})
    {
        return tests::textOf(make(args)->run(QJsonObject{{u"values"_s, values}}, *m_context));
    }
    QByteArray run(const QJsonArray &argv, const QJsonObject &values = {})
    {
        return run(QJsonObject{{u"argv"_s, argv}}, values);
    }
    static QByteArray printed(const QByteArray &text)
    {
        return "{\"exit\":0,\"stdout\":" + sdk::Json::of(QString::fromUtf8(text)).text() + ",\"stderr\":\"\"}";
    }

    // The number of a process that a program wrote into the file, once it is there.
    pid_t numberFrom(const QString &name) const
    {
        QFile file(m_folder->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().toInt() : 0;
    }
    static bool isGone(pid_t process)
    {
        QFile stat(u"/proc/%1/stat"_s.arg(process));
        return !stat.open(QIODevice::ReadOnly) || stat.readAll().contains(") Z ");
    }

private Q_SLOTS:
    void init()
    {
        m_context = std::make_unique<tests::FakeContext>();
        m_folder = std::make_unique<QTemporaryDir>();
    }

    void outputAndStatusAreTheResult()
    {
        QCOMPARE(run(QJsonArray{u"sh"_s, u"-c"_s, u"echo out; echo err >&2; exit 3"_s}),
                 R"({"exit":3,"stdout":"out\n","stderr":"err\n"})");
    }

    void eachValueIsOneArgumentWhateverItHolds_data()
    {
        QTest::addColumn<QString>("value");
        QTest::newRow("plain") << u"x"_s;
        QTest::newRow("empty") << QString();
        QTest::newRow("spaces") << u"a  b c"_s;
        QTest::newRow("shell") << u"$(touch pwned); `id` | cat > x && y \"'\\"_s;
        QTest::newRow("glob") << u"* ? [a] ~"_s;
        QTest::newRow("line ends") << u"a\nb\r\n"_s;
        QTest::newRow("place of another value") << u"{other}"_s;
        QTest::newRow("not ASCII") << u"größer 🐉"_s;
    }
    void eachValueIsOneArgumentWhateverItHolds()
    {
        QFETCH(QString, value);
        const QJsonObject values{{u"v"_s, value}, {u"other"_s, u"O"_s}};
        QCOMPARE(run(QJsonArray{u"printf"_s, u"[%s]"_s, u"{v}"_s, u"--o={v}"_s, u"{other}"_s}, values),
                 printed('[' + value.toUtf8() + "][--o=" + value.toUtf8() + "][O]"));
        QVERIFY(!QFile::exists(m_folder->filePath(u"pwned"_s)));
    }

    void valuesThatWouldBeOptionsAreRefused()
    {
        const QJsonObject values{{u"v"_s, u"--version"_s}};
        QVERIFY(run(QJsonArray{u"echo"_s, u"{v}"_s}, values).startsWith("Failure: the value of \"v\" begins with '-'"));
        QCOMPARE(run(QJsonArray{u"printf"_s, u"--"_s, u"%s"_s, u"{v}"_s}, values), printed("--version"));
    }

    void valuesThatCannotBeUsedFail_data()
    {
        QTest::addColumn<QJsonObject>("values");
        QTest::newRow("missing") << QJsonObject{{u"w"_s, u"x"_s}};
        QTest::newRow("number") << QJsonObject{{u"v"_s, 1}};
        QTest::newRow("zero character") << QJsonObject{{u"v"_s, u"a"_s + QChar(u'\0') + u"b"_s}};
        QTest::newRow("half a pair") << QJsonObject{{u"v"_s, u"a"_s + QChar(0xd800) + u"b"_s}};
    }
    void valuesThatCannotBeUsedFail()
    {
        QFETCH(QJsonObject, values);
        const QByteArray answer = run(QJsonArray{u"touch"_s, u"ran"_s, u"{v}"_s}, values);
        QVERIFY2(answer.startsWith("Failure: ") && answer.contains("\"v\""), answer.constData());
        QVERIFY(!QFile::exists(m_folder->filePath(u"ran"_s)));
    }

    void bracesThatAreNoPlacesStay()
    {
        QCOMPARE(run(QJsonArray{u"printf"_s, u"%s|"_s, u"{{v}}"_s, u"{}"_s, u"{1}"_s, u"{print $1}"_s, u"a{{v}}b"_s}),
                 printed("{v}|{}|{1}|{print $1}|a{v}b|"));
    }

    void argsThatMakeNoSenseAreRefused_data()
    {
        QTest::addColumn<QJsonObject>("args");
        QTest::newRow("no argv") << QJsonObject{};
        QTest::newRow("empty argv") << QJsonObject{{u"argv"_s, QJsonArray{}}};
        QTest::newRow("the client chooses") << QJsonObject{{u"argv"_s, QJsonArray{u"{program}"_s}}};
        QTest::newRow("within a script") << QJsonObject{{u"argv"_s, QJsonArray{u"sh"_s, u"-c"_s, u"echo {v}"_s}}};
        QTest::newRow("two in one") << QJsonObject{{u"argv"_s, QJsonArray{u"echo"_s, u"{a}{b}"_s}}};
        QTest::newRow("no such program") << QJsonObject{{u"argv"_s, QJsonArray{u"no-such-program"_s}}};
        QTest::newRow("no such file") << QJsonObject{{u"argv"_s, QJsonArray{u"./no-such-program"_s}}};
        QTest::newRow("a folder") << QJsonObject{{u"argv"_s, QJsonArray{u"/tmp"_s}}};
        QTest::newRow("half a pair") << QJsonObject{{u"argv"_s, QJsonArray{u"echo"_s, QString(QChar(0xdc00))}}};
        QTest::newRow("half a pair in the environment") << QJsonObject{
            {u"argv"_s, QJsonArray{u"true"_s}}, {u"env"_s, QJsonObject{{u"A"_s, QString(QChar(0xd800))}}}};
        QTest::newRow("environment") << QJsonObject{{u"argv"_s, QJsonArray{u"true"_s}},
                                                    {u"env"_s, QJsonObject{{u"A=B"_s, u"c"_s}}}};
    }
    void argsThatMakeNoSenseAreRefused()
    {
        QFETCH(QJsonObject, args);
        QVERIFY_THROWS_EXCEPTION(std::exception, make(args));
    }

    void secretsOfThisProcessAreNotInTheEnvironment()
    {
        qputenv("HOOK_SECRET", "whsec_x");
        qputenv("DRAGONSCALES_QUEUE_URL", "redis://:password@host");
        const QByteArray answer =
            run(QJsonObject{{u"argv"_s, QJsonArray{u"env"_s}}, {u"env"_s, QJsonObject{{u"MINE"_s, u"a b"_s}}}});
        QVERIFY(answer.contains("MINE=a b\\n") && answer.contains("PATH="));
        QVERIFY(!answer.contains("SECRET") && !answer.contains("DRAGONSCALES"));
        qunsetenv("HOOK_SECRET");
        qunsetenv("DRAGONSCALES_QUEUE_URL");
    }

    void relativePathsAreThoseOfTheProject()
    {
        QVERIFY(QDir(m_folder->path()).mkdir(u"sub"_s));
        QFile script(m_folder->filePath(u"script"_s));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("#!/bin/sh\npwd -P\n");
        script.close();
        script.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
        const QByteArray here = QFileInfo(m_folder->path()).canonicalFilePath().toUtf8();
        QCOMPARE(run(QJsonArray{u"./script"_s}), printed(here + '\n'));
        QCOMPARE(run(QJsonObject{{u"argv"_s, QJsonArray{u"./script"_s}}, {u"cwd"_s, u"sub"_s}}),
                 printed(here + "/sub\n"));
    }

    void standardInputIsEmptyAndNoDescriptorLeaks()
    {
        QFile secret(m_folder->filePath(u"open"_s));
        QVERIFY(secret.open(QIODevice::ReadWrite));
        const int leaked = ::dup(secret.handle()); // without close-on-exec
        QCOMPARE(run(QJsonArray{u"sh"_s, u"-c"_s, u"cat; ls /proc/self/fd | tr '\\n' ' '"_s}),
                 printed("0 1 2 3 ")); // 3 is ls's own
        ::close(leaked);
    }

    void aProgramThatCannotStartIsNamed()
    {
        QFile script(m_folder->filePath(u"script"_s));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("#!/no/such/interpreter\n");
        script.close();
        script.setPermissions(QFileDevice::ReadOwner | QFileDevice::ExeOwner);
        QVERIFY(run(QJsonArray{u"./script"_s}).contains("script cannot be started: No such file"));
        QVERIFY(run(QJsonObject{{u"argv"_s, QJsonArray{u"true"_s}}, {u"cwd"_s, u"missing"_s}})
                    .contains("cannot be started"));
    }

    void longOutputIsCut()
    {
        const QByteArray answer =
            run(QJsonArray{u"sh"_s, u"-c"_s, u"head -c 3000000 /dev/zero | tr '\\0' Q; echo end >&2"_s});
        QVERIFY(answer.endsWith(tests::quoted(",'stderr':'end\\n','truncated':true}")));
        QCOMPARE(answer.count('Q'), 1024 * 1024);
        QCOMPARE(m_context->lines.size(), 1);
    }

    void aSignalFailsTheJob()
    {
        const QByteArray answer = run(QJsonArray{u"sh"_s, u"-c"_s, u"kill -SEGV $$"_s});
        QVERIFY2(answer.startsWith("Failure: ") && answer.contains("signal 11"), answer.constData());
    }

    void checkFailsOnAStatus()
    {
        const QJsonArray argv{u"sh"_s, u"-c"_s, u"echo why >&2; exit 4"_s};
        const auto outcome = make({{u"argv"_s, argv}, {u"check"_s, true}})->run(QJsonObject{}, *m_context);
        QVERIFY(!outcome.has_value());
        QVERIFY(outcome.error().message.endsWith(u"status 4"_s));
        QCOMPARE(outcome.error().detail, u"why\n"_s);
    }

    void aStopRequestEndsTheWholeGroup_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<double>("grace");
        QTest::newRow("polite") << u"sleep 600 & echo $! > child; wait"_s << 60.0;
        QTest::newRow("deaf")
            << u"trap '' TERM; (trap '' TERM; exec sleep 600) & echo $! > child; while :; do sleep 1; done"_s << 0.1;
        QTest::newRow("flooding") << u"(yes & echo $! > child; wait)"_s << 60.0;
    }
    void aStopRequestEndsTheWholeGroup()
    {
        QFETCH(QString, script);
        QFETCH(double, grace);
        QByteArray answer;
        QElapsedTimer timer;
        timer.start();
        const std::unique_ptr<QThread> thread(QThread::create([&] {
            answer = run(QJsonObject{{u"argv"_s, QJsonArray{u"sh"_s, u"-c"_s, script}}, {u"grace"_s, grace}});
        }));
        thread->start();
        QTRY_VERIFY_WITH_TIMEOUT(numberFrom(u"child"_s) > 0, 20'000);
        m_context->stop = true;
        QVERIFY(thread->wait(30'000));
        QVERIFY2(answer.startsWith("Failure: stopped"), answer.constData());
        QTRY_VERIFY(isGone(numberFrom(u"child"_s)));
    }

    void whatAProgramLeavesBehindIsGone_data()
    {
        QTest::addColumn<bool>("orphansComeHere");
        QTest::newRow("in a thread") << false;
        QTest::newRow("in a runner") << true;
    }
    // Many of them, so that one still runs for a moment after it was killed.
    void whatAProgramLeavesBehindIsGone()
    {
        QFETCH(bool, orphansComeHere);
        ::prctl(PR_SET_CHILD_SUBREAPER, orphansComeHere ? 1 : 0);
        const QByteArray answer = run(QJsonArray{
            u"sh"_s, u"-c"_s,
            u"i=0; while [ $i -lt 40 ]; do sleep 600 >/dev/null 2>&1 & echo $!; i=$((i+1)); done; sleep 600 & exit 0"_s});
        ::prctl(PR_SET_CHILD_SUBREAPER, 0);
        const QByteArray numbers = sdk::Json(answer).object().value(u"stdout"_s).toString().toUtf8();
        QCOMPARE(numbers.count('\n'), 40);
        for (const QByteArray &number : numbers.trimmed().split('\n')) {
            QVERIFY2(isGone(number.toInt()), number);
        }
        QCOMPARE(::waitpid(-1, nullptr, WNOHANG), -1); // nor is any of them left to be waited for
    }
};

QTEST_GUILESS_MAIN(TestCommandPlugin)
#include "tst_command_plugin.moc"
