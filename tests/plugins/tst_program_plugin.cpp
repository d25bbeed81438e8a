// SPDX-License-Identifier: LGPL-3.0-or-later
#include "plugins/plugin_fixture.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include <csignal>
#include <vector>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace dragonscales;
using namespace Qt::Literals::StringLiterals;
using Kind = sdk::CallbackResult::Kind;

Q_DECLARE_METATYPE(sdk::CallbackResult::Kind)

// The module "program": the examples of resources/examples/exec, and programs that misbehave.
class TestProgramPlugin : public QObject
{
    Q_OBJECT

private:
    sdk::Plugin &m_plugin = tests::bundledPlugin(u"command"_s);
    std::unique_ptr<tests::FakeContext> m_context;
    std::unique_ptr<QTemporaryDir> m_folder;

    // Key order and numbers that QJson would change.
    const QByteArray m_odd = R"({"z":12345678901234567890,"a":1e400,"n":[1.0,{"b":"\u00e9"}]})";

    static QString example(const QString &name)
    {
        return QStringLiteral(DRAGONSCALES_SOURCE_DIR "/resources/examples/exec/") + name;
    }
    static QString statistics() { return QStringLiteral(DRAGONSCALES_BUILD_DIR "/tests/examples/statistics"); }

    // A file that can be run, in the test's folder.
    QString file(const QByteArray &text, int permissions = 0x7000, const QString &name = u"program"_s) const
    {
        QFile made(m_folder->filePath(name));
        if (!made.open(QIODevice::WriteOnly) || made.write(text) != text.size()) {
            throw std::runtime_error(made.errorString().toStdString());
        }
        made.close();
        made.setPermissions(QFileDevice::Permissions::fromInt(permissions));
        return made.fileName();
    }
    QString script(const QByteArray &body) const { return file("#!/bin/sh\n" + body + '\n'); }

    sdk::Args argsFor(const QString &program, const QByteArray &args) const
    {
        return tests::argsOf("{\"program\":" + sdk::Json::of(program).text() +
                                 ",\"entry\":\"the entry\",\"args\":" + args + '}',
                             m_folder->path());
    }
    std::unique_ptr<sdk::BaseTask> task(const QString &program, const QByteArray &args = "{}") const
    {
        return m_plugin.task(u"program"_s, argsFor(program, args));
    }
    sdk::Outcome<sdk::TaskResult> run(const QString &program, const QByteArray &params = "{}",
                                      const QByteArray &args = "{}")
    {
        return task(program, args)->run(sdk::Json(params), *m_context);
    }
    QByteArray runScript(const QByteArray &body) { return tests::textOf(run(script(body))); }
    sdk::Outcome<sdk::Json> store(const QString &program, const sdk::TaskResult &result, const QByteArray &params,
                                  const QByteArray &args)
    {
        return m_plugin.storage(u"program"_s, argsFor(program, args))->store(result, sdk::Json(params), *m_context);
    }
    sdk::Outcome<sdk::CallbackResult> call(const QString &program)
    {
        return m_plugin.callback(u"program"_s, argsFor(program, "{}"))
            ->call(sdk::Json(m_odd), sdk::Json("{}"), *m_context);
    }
    sdk::Outcome<sdk::Verdict> authorize(const QString &program, const sdk::Request &request,
                                         const QByteArray &args = "{}") const
    {
        return m_plugin.authorizer(u"program"_s, argsFor(program, args))->authorize(request);
    }

    QByteArray contentsOf(const QString &name) const
    {
        QFile read(m_folder->filePath(name));
        return read.open(QIODevice::ReadOnly) ? read.readAll() : QByteArray();
    }
    QStringList lines() const
    {
        const std::lock_guard lock(m_context->mutex);
        return m_context->lines;
    }
    static bool isGone(pid_t process)
    {
        QFile stat(u"/proc/%1/stat"_s.arg(process));
        return !stat.open(QIODevice::ReadOnly) || stat.readAll().contains(") Z ");
    }
    static QByteArray member(const QByteArray &object, const char *name)
    {
        const auto found = sdk::Json(object).member(name);
        return found ? found->text() : QByteArray("(none)");
    }

private Q_SLOTS:
    // As in a runner, the only place where this module runs: orphans come here.
    void initTestCase() { QCOMPARE(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0); }
    void init()
    {
        m_context = std::make_unique<tests::FakeContext>();
        m_folder = std::make_unique<QTemporaryDir>();
    }

    void cleanup()
    {
        QCOMPARE(::waitpid(-1, nullptr, WNOHANG), -1); // no program is left, nor one to be waited for
    }

    // The examples.

    void theExampleProjectNamesItsPrograms()
    {
        QFile project(example(u"project.json"_s));
        QVERIFY(project.open(QIODevice::ReadOnly));
        const QJsonObject object = QJsonDocument::fromJson(project.readAll()).object();
        QJsonArray entries{object.value(u"authorizer"_s)};
        for (const QString &kind : {u"tasks"_s, u"storages"_s, u"callbacks"_s}) {
            QVERIFY(!object.value(kind).toArray().isEmpty());
            for (const auto &entry : object.value(kind).toArray()) {
                QCOMPARE(entry.toObject().value(u"params"_s).toObject().value(u"type"_s).toString(), u"object"_s);
                entries.append(entry.toObject());
            }
        }
        for (const auto &entry : std::as_const(entries)) {
            const QString module = entry.toObject().value(u"module"_s).toString();
            QVERIFY2(module.startsWith(u"exec:"_s), qPrintable(module));
            const QString program = example(module.mid(5));
            QVERIFY2(QFileInfo(program).isExecutable() || QFile::exists(program + u".cpp"_s), qPrintable(program));
        }
    }

    void aTaskInShell()
    {
        QCOMPARE(tests::textOf(run(example(u"countdown.sh"_s), R"({"steps":3})", R"({"label":"x"})")),
                 R"({"counted": 3})");
        QCOMPARE(m_context->lines, (QStringList{u"3 to go"_s, u"2 to go"_s, u"1 to go"_s}));
        QCOMPARE(m_context->lastProgress.load(), 1.0);
    }

    void aTaskInCompiledCpp()
    {
        QCOMPARE(tests::textOf(run(statistics(), R"({"values":[3,1.5,2,-0.5]})")),
                 R"({"count":4,"sum":6.0,"mean":1.5,"smallest":-0.5,"largest":3.0})");
        QCOMPARE(m_context->lastProgress.load(), 1.0);
        const auto failed = run(statistics(), R"({"values":[]})");
        QVERIFY(!failed);
        QCOMPARE(failed.error().message, statistics() + u" ended with status 1"_s);
        QVERIFY(failed.error().detail.contains(u"at least one number"_s));
    }

    void aStorageInPython()
    {
        const QByteArray args = R"({"directory":"results"})";
        const auto json = store(example(u"shelf.py"_s), sdk::Json(R"({"b":[1,"é"],"a":2})"), R"({"name":"x"})", args);
        QVERIFY2(json, tests::textOf(json));
        QCOMPARE(json->object().value(u"path"_s).toString(), m_folder->filePath(u"results/x.json"_s));
        QCOMPARE(contentsOf(u"results/x.json"_s), R"({"b": [1, "é"], "a": 2})");

        const QString picture = file("picture", 0x6000, u"p.png"_s);
        const auto kept = store(example(u"shelf.py"_s), sdk::File{picture, u"image/png"_s}, "{}", args);
        QVERIFY2(kept, tests::textOf(kept));
        QCOMPARE(kept->object().value(u"bytes"_s).toInt(), 7);
        QCOMPARE(contentsOf(u"results/"_s + m_context->jobId() + u".png"_s), "picture");
    }

    void aCallbackInShell()
    {
        m_context->delivery = u"d-1"_s;
        const auto result = call(example(u"outbox.sh"_s));
        QVERIFY(result);
        QCOMPARE(result->kind, Kind::Delivered);
        const QString name = u"outbox/"_s + m_context->jobId() + u".json"_s;
        QCOMPARE(result->answer, name.toUtf8() + '\n');
        QCOMPARE(member(contentsOf(name), "status"), m_odd);
        QCOMPARE(member(contentsOf(name), "delivery"), "\"d-1\"");
    }

    void anAuthorizerInPython_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<int>("status"); // 0: let in
        QTest::newRow("known") << QByteArray("Bearer k-ann") << 0;
        QTest::newRow("unknown") << QByteArray("Bearer k-eve") << 403;
        QTest::newRow("not UTF-8") << QByteArray("Bearer \xff") << 403;
        QTest::newRow("none") << QByteArray() << 401;
    }
    void anAuthorizerInPython()
    {
        QFETCH(QByteArray, value);
        QFETCH(int, status);
        sdk::Request request;
        request.headers = {{"AUTHORIZATION", value}};
        const auto verdict =
            authorize(example(u"door.py"_s), request, R"({"people":[{"name":"ann","role":"viewer","key":"k-ann"}]})");
        QVERIFY2(verdict, verdict ? "" : qPrintable(verdict.error().message + verdict.error().detail));
        QCOMPARE(verdict->allowed, status == 0);
        if (verdict->allowed) {
            QCOMPARE(verdict->principal, u"ann"_s);
            QCOMPARE(verdict->role, u"viewer"_s);
            QCOMPARE(verdict->maxAge, std::chrono::milliseconds(60'000));
        } else {
            QCOMPARE(verdict->status, status);
            QVERIFY(!verdict->detail.isEmpty());
        }
    }

    // What a program gets.

    void aTaskGetsItsRequestAsItWasWritten()
    {
        m_context->trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        const QByteArray input = tests::textOf(run(script("cat"), m_odd, m_odd));
        QCOMPARE(member(input, "params"), m_odd);
        QCOMPARE(member(input, "args"), m_odd);
        QCOMPARE(member(input, "kind"), "\"task\"");
        QCOMPARE(member(input, "entry"), "\"the entry\"");
        QCOMPARE(member(input, "job"), sdk::Json::of(m_context->jobId()).text());
        QCOMPARE(member(input, "timeout_ms"), "0");
        QCOMPARE(member(input, "traceparent"), '"' + m_context->trace + '"');
        QCOMPARE(member(input, "scratch"), sdk::Json::of(m_context->scratch.path()).text());
    }

    void theTimeLeftIsTold()
    {
        m_context->limit = std::chrono::steady_clock::now() + std::chrono::seconds(100);
        const QByteArray input = runScript("cat");
        const qint64 left = member(input, "timeout_ms").toLongLong();
        QVERIFY2(left > 50'000 && left <= 100'000, input.constData());
        QCOMPARE(member(input, "traceparent"), "(none)");
    }

    void aStorageGetsTheResultAsItWasWritten()
    {
        const QByteArray json = tests::textOf(store(script("cat"), sdk::Json(m_odd), "{}", "{}"));
        QCOMPARE(member(json, "kind"), "\"storage\"");
        QCOMPARE(member(json, "result"), m_odd);
        QCOMPARE(member(json, "file"), "(none)");
        const QByteArray path = tests::textOf(store(script("cat"), sdk::File{u"/a \"b"_s, u"x/y"_s}, "{}", "{}"));
        QCOMPARE(member(path, "result"), "(none)");
        QCOMPARE(member(path, "file"), "\"/a \\\"b\"");
        QCOMPARE(member(path, "media_type"), "\"x/y\"");
    }

    void anAuthorizerGetsTheRequest()
    {
        sdk::Request request;
        request.method = "POST";
        request.path = u"/api/v1/jobs/é"_s;
        request.query = "a=b&c";
        request.headers = {{"X-One", "1"}, {"Accept", "a"}, {"x-one", "2"}, {"ACCEPT", "b"}};
        request.clientAddress = u"127.0.0.1"_s;
        const auto verdict = authorize(script("cat > got"), request, m_odd);
        QVERIFY2(verdict && verdict->allowed, "nothing printed allows");
        const QByteArray got = contentsOf(u"got"_s);
        QCOMPARE(member(got, "kind"), "\"authorizer\"");
        QCOMPARE(member(got, "args"), m_odd);
        QCOMPARE(member(got, "request"),
                 tests::quoted("{'method':'POST','path':'/api/v1/jobs/é','query':'a=b&c',"
                               "'headers':{'x-one':'1, 2','accept':'a, b'},'client':'127.0.0.1'}"));
    }

    void theEnvironmentIsThisOneAndTheJob()
    {
        qputenv("MINE", "a b");
        qputenv("DRAGONSCALES_ENTRY", "another");
        const QByteArray answer =
            runScript(R"(printf '"%s|%s|%s"' "$MINE" "$DRAGONSCALES_ENTRY" "$DRAGONSCALES_JOB_ID")");
        qunsetenv("MINE");
        qunsetenv("DRAGONSCALES_ENTRY");
        QCOMPARE(answer, "\"a b|the entry|" + m_context->jobId().toUtf8() + '"');
    }

    void noDescriptorLeaks()
    {
        QFile secret(m_folder->filePath(u"open"_s));
        QVERIFY(secret.open(QIODevice::ReadWrite));
        const int leaked = ::dup(secret.handle());                                 // without close-on-exec
        QCOMPARE(runScript(R"(echo '"'$(ls /proc/self/fd)'"')"), "\"0 1 2 3 4\""); // 4 is ls's own
        const auto verdict = authorize(script("ls /proc/self/fd | tr '\\n' ' ' > got"), {});
        ::close(leaked);
        QVERIFY(verdict);
        QCOMPARE(contentsOf(u"got"_s), "0 1 2 3 "); // 3 is ls's own
    }

    void itRunsInTheProjectsFolder() { QCOMPARE(runScript("echo 1 > here; cat here"), "1"); }

    void bigParamsDoNotHaveToBeRead_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("answer"); // empty: all but the first ten bytes
        QTest::newRow("not at all") << QByteArray("exit 0") << QByteArray("null");
        QTest::newRow("closed") << QByteArray("exec 0<&-; echo 1") << QByteArray("1");
        QTest::newRow("a little") << QByteArray("dd bs=10 count=1 of=/dev/null 2>/dev/null; echo 1") << QByteArray("1");
        QTest::newRow("slowly") << QByteArray("dd bs=10 count=1 of=/dev/null 2>/dev/null; sleep 0.1; wc -c")
                                << QByteArray();
        QTest::newRow("by name") << QByteArray("tail -c +11 /dev/stdin | wc -c") << QByteArray();
    }
    void bigParamsDoNotHaveToBeRead()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, answer);
        const QByteArray params = "{\"a\":\"" + QByteArray(8'000'000, 'x') + "\"}";
        const qint64 length = tests::textOf(run(script("cat"), params)).size() + 1; // and its line feed
        QCOMPARE(tests::textOf(run(script(body), params)), answer.isEmpty() ? QByteArray::number(length - 10) : answer);
    }

    // What a program answers.

    void theAnswerIsKeptAsItWasPrinted()
    {
        QCOMPARE(tests::textOf(run(script("cat answer"), "{}")).left(9), "Failure: "); // it is not there yet
        file(m_odd + "\n\n", 0x6000, u"answer"_s);
        QCOMPARE(tests::textOf(run(script("cat answer"), "{}")), m_odd);
        QCOMPARE(tests::textOf(store(script("cat answer"), sdk::Json("1"), "{}", "{}")), m_odd);
        QCOMPARE(runScript(":"), "null");
        QCOMPARE(tests::textOf(store(script(":"), sdk::Json("1"), "{}", "{}")), "null");
    }

    void everyJsonValueIsAnAnswer_data()
    {
        QTest::addColumn<QByteArray>("json");
        for (const char *text : {"null", "true", "false", "0", "-0", "-1.50e+300", "1E9999", "123456789012345678901",
                                 "\"\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\ud800\"", "\"é🐉\"", "[]", "{}", "[[],{}]",
                                 "{\"\":[{}],\"\":{}}", "[ 1 , { \"a\" : [ ] , \"b\" : null } ]"}) {
            QTest::newRow(text) << QByteArray(text);
        }
        QTest::newRow("deep") << QByteArray(100'000, '[') +
                                     QByteArray(100'000, ']'); // too deep for the service, not here
    }
    void everyJsonValueIsAnAnswer()
    {
        QFETCH(QByteArray, json);
        file(json + '\n', 0x6000, u"answer"_s);
        QCOMPARE(runScript("cat answer"), json);
    }

    void outputThatIsNoJsonFails_data()
    {
        QTest::addColumn<QByteArray>("output"); // for printf
        QTest::addColumn<QString>("shown");
        QTest::newRow("a sentence") << QByteArray("all is well") << u"“all is well”"_s;
        QTest::newRow("before the JSON") << QByteArray("loading\\n{}") << u"“loading\\x0a{}”"_s;
        QTest::newRow("two values") << QByteArray("{}\\n{}") << u"“{}\\x0a{}”"_s;
        QTest::newRow("two with a comma") << QByteArray("1,2") << u"“1,2”"_s;
        QTest::newRow("brackets the wrong way") << QByteArray("1],[2") << u"“1],[2”"_s;
        QTest::newRow("not ended") << QByteArray("{\"a\":") << u"“{\"a\":”"_s;
        for (const char *text : {"[1,]",
                                 "{\"a\":1,}",
                                 "{1:2}",
                                 "{\"a\" 1}",
                                 "[1}",
                                 "]",
                                 "01",
                                 "1.",
                                 "-",
                                 ".5",
                                 "1e",
                                 "+1",
                                 "tru",
                                 "truex",
                                 "\"a",
                                 "\"\\\\x\"",
                                 "\"\\\\u12g4\"",
                                 "\"\\011\"",
                                 "{\"a\"}",
                                 "[",
                                 ","}) {
            QTest::newRow(text) << QByteArray(text) << u"begins with"_s;
        }
        QTest::newRow("NaN") << QByteArray("NaN") << u"“NaN”"_s;
        QTest::newRow("a zero byte") << QByteArray("\\0001") << u"“\\x001”"_s;
        QTest::newRow("not UTF-8") << QByteArray("\"\\303\"")
                                   << u"not UTF-8, which JSON must be; it begins with “\"\\xc3\"”"_s;
        QTest::newRow("long") << QByteArray(100, 'a') << u"“"_s + QString(40, u'a') + u"…”"_s;
    }
    void outputThatIsNoJsonFails()
    {
        QFETCH(QByteArray, output);
        QFETCH(QString, shown);
        const QString program = script("printf '" + output + "'");
        const auto result = run(program);
        QVERIFY(!result);
        QVERIFY2(result.error().message.startsWith(program) && result.error().message.contains(shown),
                 qPrintable(result.error().message));
        QVERIFY(!store(program, sdk::Json("1"), "{}", "{}"));
    }

    void aFloodOfOutputEndsTheProgram()
    {
        const QString program = script("echo why >&2; exec yes");
        const auto result = run(program);
        QVERIFY(!result);
        QCOMPARE(result.error().message,
                 program + u" printed more than 67108864 bytes, which is the most that is allowed"_s);
        QCOMPARE(result.error().detail, u"why"_s);
        const auto verdict = authorize(script("exec yes"), {});
        QVERIFY(!verdict);
        QVERIFY(verdict.error().message.contains(u"printed more than 65536 bytes"_s));
    }

    void aBadEndFailsWithTheLastLines_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("status") << QByteArray("exit 3") << u" ended with status 3"_s;
        QTest::newRow("the command is not there") << QByteArray("exec /no/such/command") << u" ended with status 127"_s;
        QTest::newRow("signal") << QByteArray("kill -KILL $$") << u" was ended by signal 9 (Killed)"_s;
        QTest::newRow("status after a result") << QByteArray("echo 1; exit 255") << u" ended with status 255"_s;
    }
    void aBadEndFailsWithTheLastLines()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, sentence);
        const QString program = script("i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo line $i >&2; done\n" + body);
        const auto result = run(program);
        QVERIFY(!result);
        QCOMPARE(result.error().message, program + sentence);
        QVERIFY2(result.error().detail.contains(u"line 29\nline 30"_s) &&
                     !result.error().detail.contains(u"line 2\n"_s),
                 qPrintable(result.error().detail));
    }

    void aCallbacksStatusSaysWhatFollows_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<QString>("error");
        QTest::newRow("delivered") << QByteArray("exit 0") << Kind::Delivered << QString();
        QTest::newRow("give up") << QByteArray("exit 65") << Kind::GiveUp << u" ended with status 65: why"_s;
        QTest::newRow("later") << QByteArray("exit 75") << Kind::Retry << u" ended with status 75: why"_s;
        QTest::newRow("any other") << QByteArray("exit 1") << Kind::Retry << u" ended with status 1: why"_s;
    }
    void aCallbacksStatusSaysWhatFollows()
    {
        QFETCH(QByteArray, body);
        QFETCH(Kind, kind);
        QFETCH(QString, error);
        const QString program = script("echo why >&2; yes | head -c 100000\n" + body);
        const auto result = call(program);
        QVERIFY(result);
        QCOMPARE(result->kind, kind);
        QCOMPARE(result->error, error.isEmpty() ? error : program + error);
        QCOMPARE(result->answer, QByteArray("y\n").repeated(2048));
    }

    void aCallbackThatIsKilledIsTriedAgain()
    {
        const QString program = script("echo why >&2; kill -SEGV $$");
        const auto result = call(program);
        QVERIFY(!result); // which counts as another try
        QCOMPARE(result.error().message, program + u" was ended by signal 11 (Segmentation fault): why"_s);
    }

    void onlyAPlainVerdictLetsIn_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("answer"); // "in", the refusal's status and detail, or "failure" and its words
        const auto printing = [](const QByteArray &json) { return "echo '" + tests::quoted(json) + "'"; };
        const auto row = [](const char *name, const QByteArray &body, const QString &answer) {
            QTest::newRow(name) << body << answer;
        };
        row("nothing", ":", u"in"_s);
        row("allowed", printing("{'allowed':true}"), u"in"_s);
        row("refused", printing("{'allowed':false}"), u"401 "_s);
        row("refused with reasons", printing("{'allowed':false,'status':403,'detail':'no'}"), u"403 no"_s);
        row("nulls and what is unknown", printing("{'allowed':true,'role':null,'more':1}"), u"in"_s);
        row("allowed by a text", printing("{'allowed':'true'}"), u"failure allowed"_s);
        row("allowed by a number", printing("{'allowed':1}"), u"failure allowed"_s);
        row("empty object", printing("{}"), u"failure allowed"_s);
        row("null", printing("null"), u"failure {\"allowed\": true}"_s);
        row("true", printing("true"), u"failure {\"allowed\": true}"_s);
        row("status of a success", printing("{'allowed':false,'status':200}"), u"failure status"_s);
        row("unknown role", printing("{'allowed':true,'role':'root'}"), u"failure role"_s);
        row("principal is no text", printing("{'allowed':true,'principal':1}"), u"failure principal"_s);
        row("negative age", printing("{'allowed':true,'max_age':-1}"), u"failure max_age"_s);
        row("no JSON", printing("welcome"), u"failure welcome"_s);
        row("allowed and a bad status", printing("{'allowed':true}") + "; exit 1", u"failure ended with status 1"_s);
        row("allowed and killed", printing("{'allowed':true}") + "; kill -KILL $$", u"failure signal 9"_s);
    }
    void onlyAPlainVerdictLetsIn()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, answer);
        const auto verdict = authorize(script(body), {});
        if (answer.startsWith(u"failure "_s)) {
            QVERIFY(!verdict);
            QVERIFY2(verdict.error().message.contains(answer.mid(8)), qPrintable(verdict.error().message));
            return;
        }
        QVERIFY2(verdict, verdict ? "" : qPrintable(verdict.error().message));
        QCOMPARE(verdict->allowed ? u"in"_s : QString::number(verdict->status) + u' ' + verdict->detail, answer);
    }

    void anAuthorizerThatHangsFailsInTime()
    {
        QElapsedTimer timer;
        timer.start();
        const auto verdict = authorize(script("trap '' TERM; echo waiting >&2; while :; do sleep 0.05; done"), {});
        QVERIFY(!verdict);
        QVERIFY(verdict.error().message.startsWith(u"stopped before"_s));
        QCOMPARE(verdict.error().detail, u"waiting"_s);
        QVERIFY2(timer.elapsed() < 5'000, "the service ends the runner then");
    }

    void anAuthorizerServesAllThreadsAtOnce()
    {
        const auto authorizer = m_plugin.authorizer(u"program"_s, argsFor(script("cat >/dev/null"), "{}"));
        std::atomic<int> in = 0;
        std::vector<std::unique_ptr<QThread>> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back(QThread::create([&] {
                const auto verdict = authorizer->authorize({});
                in += verdict && verdict->allowed ? 1 : 0;
            }));
            threads.back()->start();
        }
        for (const auto &thread : threads) {
            thread->wait();
        }
        QCOMPARE(in.load(), 8);
    }

    // What a program tells meanwhile.

    void logAndProgressComeAtOnce()
    {
        const QString program = script("echo begun >&2; echo '{\"progress\": 0.25}' >&3\n"
                                       "until [ -e go ]; do sleep 0.02; done; echo '\"done\"'");
        QByteArray answer;
        const std::unique_ptr<QThread> thread(QThread::create([&] { answer = tests::textOf(run(program)); }));
        thread->start();
        QTRY_COMPARE_WITH_TIMEOUT(lines(), QStringList{u"begun"_s}, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(m_context->lastProgress.load(), 0.25, 20'000);
        QVERIFY(thread->isRunning());
        file("", 0x6000, u"go"_s);
        QVERIFY(thread->wait(30'000));
        QCOMPARE(answer, "\"done\"");
    }

    void logLinesAreWhole()
    {
        QCOMPARE(runScript("printf 'a' >&2; sleep 0.1; printf 'b\\r\\n\\nc \\303\\251 \\377' >&2"), "null");
        QCOMPARE(lines(), (QStringList{u"ab"_s, QString(), u"c é \ufffd"_s}));
    }

    void longLogLinesBecomeSeveral()
    {
        QCOMPARE(runScript("printf x >&2; i=0; while [ $i -lt 5000 ]; do printf é; i=$((i+1)); done >&2"), "null");
        QCOMPARE(lines().size(), 2);
        QCOMPARE(lines().join(QString()), u"x"_s + QString(5000, u'é'));
        QVERIFY(lines().first().toUtf8().size() <= 8192);
    }

    void nonsenseInReportsIsToldOnce()
    {
        QCOMPARE(
            runScript("exec >&3; echo hello; echo '[]'; echo; echo '{\"progress\":\"x\"}'; echo '{\"progress\":7}'; "
                      "printf '{\"progress\": 0.5, \"text\": \"half\"}'"),
            "null");
        QCOMPARE(m_context->lastProgress.load(), 0.5); // the last line had no end
        QCOMPARE(lines().size(), 1);
        QVERIFY2(lines().first().endsWith(u": hello"_s), qPrintable(lines().first()));
    }

    // Stopping, and what is left behind.

    void aStopEndsTheWholeGroup_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("polite") << QByteArray("sleep 600 & echo $! > child.part; mv child.part child; wait");
        QTest::newRow("says something") << QByteArray(
            "trap 'echo bye >&2; echo 1; exit 0' TERM; sleep 600 & echo $! > child.part; "
            "mv child.part child; wait");
        QTest::newRow("deaf") << QByteArray("trap '' TERM; (trap '' TERM; exec sleep 600) & echo $! > child.part; "
                                            "mv child.part child; while :; do sleep 1; done");
    }
    void aStopEndsTheWholeGroup()
    {
        QFETCH(QByteArray, body);
        const QString program = script(body);
        sdk::Outcome<sdk::TaskResult> result;
        const std::unique_ptr<QThread> thread(QThread::create([&] { result = run(program); }));
        thread->start();
        QTRY_VERIFY_WITH_TIMEOUT(!contentsOf(u"child"_s).isEmpty(), 20'000);
        m_context->stop = true;
        QVERIFY(thread->wait(30'000));
        QVERIFY(!result);
        QCOMPARE(result.error().message, u"stopped before "_s + program + u" had ended"_s);
        QCOMPARE(result.error().detail, body.contains("bye") ? u"bye"_s : QString());
        QVERIFY(isGone(contentsOf(u"child"_s).trimmed().toInt()));
    }

    void theDeadlineIsAStop()
    {
        m_context->limit = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
        const auto result = run(script("exec sleep 600"));
        QVERIFY(!result);
        QVERIFY(result.error().message.startsWith(u"stopped before"_s));
    }

    void openPipesDoNotHoldUp_data()
    {
        QTest::addColumn<QByteArray>("session");
        QTest::addColumn<QByteArray>("child");
        QTest::newRow("child") << QByteArray() << QByteArray("sleep 600");
        QTest::newRow("another session") << QByteArray("setsid") << QByteArray("sleep 600");
        QTest::newRow("flooding the log") << QByteArray("setsid") << QByteArray("yes >&2");
    }
    void openPipesDoNotHoldUp()
    {
        QFETCH(QByteArray, session);
        QFETCH(QByteArray, child);
        QCOMPARE(runScript("(exec " + session + " sh -c 'echo $$ > child.part; mv child.part child; exec " + child +
                           "') &\nuntil [ -e child ]; do sleep 0.02; done; echo '\"done\"'"),
                 "\"done\"");
        const pid_t process = contentsOf(u"child"_s).trimmed().toInt();
        QVERIFY(process > 0);
        if (!session.isEmpty()) {
            ::kill(process, SIGKILL); // it left the group: for the runner, which looks for what is below itself
        }
        QTRY_VERIFY(isGone(process));
        ::waitpid(process, nullptr, WNOHANG);
    }

    // What cannot be started.

    void argsThatMakeNoSenseAreRefused()
    {
        QVERIFY_THROWS_EXCEPTION(std::exception, m_plugin.task(u"program"_s, tests::argsOf("{}")));
        QVERIFY_THROWS_EXCEPTION(std::exception, m_plugin.storage(u"program"_s, tests::argsOf(R"({"program":""})")));
        QVERIFY_THROWS_EXCEPTION(std::exception, m_plugin.authorizer(u"program"_s, tests::argsOf(R"({"program":1})")));
    }

    void aProgramThatCannotRunIsExplained_data()
    {
        QTest::addColumn<QByteArray>("text"); // empty: no file
        QTest::addColumn<int>("permissions");
        QTest::addColumn<QString>("words");
        QTest::newRow("missing") << QByteArray() << 0 << u"there is no program "_s;
        QTest::newRow("not executable") << QByteArray("#!/bin/sh\n") << 0x6000 << u"chmod +x"_s;
        QTest::newRow("interpreter") << QByteArray("#!/no/such/python3 -u\n") << 0x7000
                                     << u"the interpreter /no/such/python3, which is not there"_s;
        QTest::newRow("no interpreter") << QByteArray("#! \n") << 0x7000 << u"names no interpreter"_s;
        QTest::newRow("CR LF") << QByteArray("#!/bin/sh\r\n:\r\n") << 0x7000 << u"CR LF"_s;
    }
    void aProgramThatCannotRunIsExplained()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, permissions);
        QFETCH(QString, words);
        const QString path = m_folder->filePath(u"program"_s);
        const auto warm = task(script("echo 1")); // made when all was well
        QCOMPARE(tests::textOf(warm->run(sdk::Json("{}"), *m_context)), "1");
        QVERIFY(QFile::remove(path));
        if (!text.isEmpty()) {
            file(text, permissions);
        }
        QString thrown;
        try {
            task(path);
        } catch (const std::exception &exception) {
            thrown = QString::fromUtf8(exception.what());
        }
        QVERIFY2(thrown.contains(words) && thrown.contains(path), qPrintable(thrown));
        const auto result = warm->run(sdk::Json("{}"), *m_context);
        QVERIFY(!result);
        QCOMPARE(result.error().message, thrown);
    }

    void aFolderIsNoProgram() { QVERIFY_THROWS_EXCEPTION(std::exception, task(m_folder->path())); }

    void aFileOfAnotherFormatIsExplained()
    {
        const auto result = run(file("echo 1\n"));
        QVERIFY(!result);
        QVERIFY2(result.error().message.contains(u"neither a compiled program nor a script"_s),
                 qPrintable(result.error().message));
        const auto broken = run(file("\x7f"
                                     "ELF and no more\n"));
        QVERIFY(!broken);
        QVERIFY2(broken.error().message.contains(u"cannot be started: "_s), qPrintable(broken.error().message));
    }

    void theProjectsFolderMayBeGone()
    {
        const auto warm = task(u"/bin/cat"_s);
        QVERIFY(m_folder->remove());
        const auto result = warm->run(sdk::Json("{}"), *m_context);
        QVERIFY(!result);
        QVERIFY2(result.error().message.contains(u"there is no folder"_s), qPrintable(result.error().message));
    }
};

QTEST_GUILESS_MAIN(TestProgramPlugin)
#include "tst_program_plugin.moc"
