// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/ended_text.h"
#include "host/output_lines.h"
#include "host/protocol.h"
#include "host/runner_environment.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;
using namespace dragonscales::host;

// The texts that pass between service and runner, both ways.
class ProtocolTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobRequestComesBack();
    void halvesOfAJobComeBack_data();
    void halvesOfAJobComeBack();
    void describeComesBack();
    void callbackRequestComesBack();
    void authorizeRequestComesBack();
    void answersComeBack();
    void everyMessageIsOneLine();
    void nonsenseIsNothing_data();
    void nonsenseIsNothing();
    void signalsHaveNames();
    void outputIsCutIntoLines_data();
    void outputIsCutIntoLines();
    void privateNames_data();
    void privateNames();
};

namespace {

const QByteArray kDeep = QByteArray(199, '[') + "12345678901234567890" + QByteArray(199, ']');

ModuleSpec specOf(core::ModuleKind kind)
{
    ModuleSpec spec;
    spec.kind = kind;
    spec.entry = u"näme \"x\""_s;
    spec.module = u"module"_s;
    spec.library = u"/lib.so"_s;
    spec.folder = u"/folder\n"_s;
    spec.queue = u"queue"_s;
    spec.args = "{\n \"a\": 1.0e5}";
    spec.params = kDeep;
    return spec;
}

void compare(const ModuleSpec &spec, core::ModuleKind kind)
{
    const ModuleSpec wanted = specOf(kind);
    QCOMPARE(spec.kind, kind);
    QCOMPARE(spec.entry, wanted.entry);
    QCOMPARE(spec.module, wanted.module);
    QCOMPARE(spec.library, wanted.library);
    QCOMPARE(spec.folder, wanted.folder);
    QCOMPARE(spec.queue, wanted.queue);
    QCOMPARE(spec.args, wanted.args);
    QCOMPARE(spec.params, wanted.params);
}

template <typename T>
T throughRequest(const T &request)
{
    QByteArray line = protocol::lineOf(protocol::Request(request));
    line.chop(1);
    const auto read = protocol::requestOf(line);
    return read && std::holds_alternative<T>(*read) ? std::get<T>(*read) : T{};
}

template <typename T>
T throughAnswer(const T &answer)
{
    QByteArray line = protocol::lineOf(protocol::Answer(answer));
    line.chop(1);
    const auto read = protocol::answerOf(line);
    return read && std::holds_alternative<T>(*read) ? std::get<T>(*read) : T{};
}

} // namespace

void ProtocolTest::jobRequestComesBack()
{
    protocol::JobRequest job;
    job.header = {u"id"_s, std::chrono::milliseconds(1500), "00-trace"};
    job.plan = {specOf(core::ModuleKind::Task), specOf(core::ModuleKind::Storage), 64};
    const auto read = throughRequest(job);
    QCOMPARE(read.header.id, u"id"_s);
    QCOMPARE(read.header.timeout.count(), 1500);
    QCOMPARE(read.header.traceparent, "00-trace");
    QCOMPARE(read.plan.maxResultBytes, 64);
    compare(read.plan.task, core::ModuleKind::Task);
    compare(read.plan.storage, core::ModuleKind::Storage);
}

void ProtocolTest::halvesOfAJobComeBack_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("jsonPath");
    QTest::addColumn<QString>("file");
    QTest::newRow("json") << kDeep << QString() << QString();
    QTest::newRow("a file of json") << QByteArray() << u"/tmp/r.json"_s << QString();
    QTest::newRow("a file") << QByteArray() << QString() << u"/tmp/ä.png"_s;
}

void ProtocolTest::halvesOfAJobComeBack()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, jsonPath);
    QFETCH(QString, file);
    const protocol::PassedResult passed{json, jsonPath, file, file.isEmpty() ? QString() : u"image/png"_s};
    const protocol::Header header{u"id"_s, std::chrono::milliseconds(7), {}};
    const auto task = throughRequest(protocol::TaskRequest{header, specOf(core::ModuleKind::Task), 64});
    compare(task.task, core::ModuleKind::Task);
    QCOMPARE(task.header.timeout.count(), 7);
    QCOMPARE(task.maxResultBytes, 64);
    const auto store = throughRequest(protocol::StoreRequest{header, specOf(core::ModuleKind::Storage), passed, 65});
    compare(store.storage, core::ModuleKind::Storage);
    QCOMPARE(store.maxResultBytes, 65);
    for (const auto &result : {store.result, throughAnswer(protocol::TaskResult{passed}).result}) {
        QCOMPARE(result.json, json);
        QCOMPARE(result.jsonPath, jsonPath);
        QCOMPARE(result.file, file);
        QCOMPARE(result.mediaType, passed.mediaType);
    }
}

void ProtocolTest::describeComesBack()
{
    for (const auto kind : {core::ModuleKind::Task, core::ModuleKind::Storage, core::ModuleKind::Authorizer}) {
        compare(throughRequest(protocol::DescribeRequest{specOf(kind)}).module, kind);
    }
    core::ModuleInfo info;
    info.title = u"T"_s;
    info.description = u"D\n"_s;
    info.argsSchema = "{\"a\": 1}";
    info.paramsSchema = "{\"b\": 1}";
    info.resultSchema = "{\"c\": 1}";
    info.library = u"/m.py"_s;
    const auto read = throughAnswer(protocol::Described{info}).info;
    QCOMPARE(read.title, info.title);
    QCOMPARE(read.description, info.description);
    QCOMPARE(read.argsSchema, info.argsSchema);
    QCOMPARE(read.paramsSchema, info.paramsSchema);
    QCOMPARE(read.resultSchema, info.resultSchema);
    QCOMPARE(read.library, info.library);
}

void ProtocolTest::callbackRequestComesBack()
{
    const auto read = throughRequest(
        protocol::CallbackRequest{{u"id"_s, {}, {}}, u"delivery"_s, specOf(core::ModuleKind::Callback), kDeep});
    QCOMPARE(read.delivery, u"delivery"_s);
    QCOMPARE(read.status, kDeep);
    compare(read.callback, core::ModuleKind::Callback);
}

void ProtocolTest::authorizeRequestComesBack()
{
    sdk::Request request;
    request.method = "PUT";
    request.path = u"/ä"_s;
    request.query = "a=%20&\xff";
    request.headers = {{"X-A", "caf\xe9 \"\\"}, {"X-A", ""}};
    request.clientAddress = u"::1"_s;
    const auto read = throughRequest(protocol::AuthorizeRequest{specOf(core::ModuleKind::Authorizer), {{}, request}});
    compare(read.authorizer, core::ModuleKind::Authorizer);
    QCOMPARE(read.requests.size(), 2);
    QCOMPARE(read.requests[0].headers.size(), 0);
    QCOMPARE(read.requests[1].method, request.method);
    QCOMPARE(read.requests[1].path, request.path);
    QCOMPARE(read.requests[1].query, request.query);
    QCOMPARE(read.requests[1].headers, request.headers);
    QCOMPARE(read.requests[1].clientAddress, request.clientAddress);
}

void ProtocolTest::answersComeBack()
{
    QCOMPARE(throughAnswer(protocol::Hello{1, u"2.0"_s, 17}).pid, 17);
    QCOMPARE(throughAnswer(protocol::Log{u"info"_s, u"a\nb"_s}).text, u"a\nb"_s);
    QCOMPARE(throughAnswer(protocol::Progress{0.25, u"q"_s}).fraction, 0.25);
    QCOMPARE(throughAnswer(protocol::Done{kDeep}).location, kDeep);
    QCOMPARE(throughAnswer(protocol::Failed{{u"t"_s, u"m"_s, u"d"_s, {}}}).error.detail, u"d"_s);
    QVERIFY(throughAnswer(protocol::Open{true}).open);
    QCOMPARE(throughAnswer(protocol::LeftBehind{u"1 (x)"_s}).processes, u"1 (x)"_s);
    const auto ended = throughAnswer(protocol::Ended{11, 3, Phase::Storage, 5, u"/lib.so"_s});
    QCOMPARE(ended.loading, u"/lib.so"_s);
    QCOMPARE(ended.signal, 11);
    QCOMPARE(ended.status, 3);
    QCOMPARE(ended.phase, Phase::Storage);
    QCOMPARE(ended.requests, 5);
    sdk::Verdict verdict{true, 403, u"d"_s, u"p"_s, u"admin"_s, std::chrono::milliseconds(9), {{"X-Why", "caf\xe9"}}};
    const auto verdicts =
        throughAnswer(protocol::Decided{{tl::unexpected(core::JobError{u"t"_s, u"m"_s, {}, {}}), verdict}}).verdicts;
    QCOMPARE(verdicts.size(), 2);
    QCOMPARE(verdicts[0].error().message, u"m"_s);
    const sdk::Verdict decided = verdicts[1].value();
    QVERIFY(decided.allowed);
    QCOMPARE(decided.status, 403);
    QCOMPARE(decided.headers, verdict.headers);
    QCOMPARE(decided.role, u"admin"_s);
    QCOMPARE(decided.maxAge.count(), 9);
}

void ProtocolTest::everyMessageIsOneLine()
{
    const QByteArray line = protocol::lineOf(protocol::Request(
        protocol::JobRequest{{}, {specOf(core::ModuleKind::Task), specOf(core::ModuleKind::Storage), 1}}));
    QCOMPARE(line.count('\n'), 1);
    QVERIFY(line.endsWith('\n'));
}

void ProtocolTest::nonsenseIsNothing_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("}{ garbage");
    QTest::newRow("array") << QByteArray("[1]");
    QTest::newRow("no type") << QByteArray("{}");
    QTest::newRow("other type") << QByteArray(R"({"type":"dance"})");
    QTest::newRow("type of another type") << QByteArray(R"({"type":1})");
    QTest::newRow("two values") << QByteArray(R"({"type":"done"} {"type":"done"})");
}

void ProtocolTest::nonsenseIsNothing()
{
    QFETCH(QByteArray, line);
    QVERIFY(!protocol::requestOf(line));
    QVERIFY(!protocol::answerOf(line));
}

void ProtocolTest::signalsHaveNames()
{
    QCOMPARE(signalText(11), u"SIGSEGV (segmentation fault)"_s);
    QCOMPARE(signalText(999), u"signal 999"_s);
}

void ProtocolTest::outputIsCutIntoLines_data()
{
    QTest::addColumn<QByteArrayList>("pieces");
    QTest::addColumn<QStringList>("lines");
    QTest::newRow("one") << QByteArrayList{"a\n"} << QStringList{u"a"_s};
    QTest::newRow("in pieces") << QByteArrayList{"a", "b\nc", "\n"} << QStringList{u"ab"_s, u"c"_s};
    QTest::newRow("without an end") << QByteArrayList{"a\nb"} << QStringList{u"a"_s, u"b"_s};
    QTest::newRow("empty lines") << QByteArrayList{"\n\n"} << QStringList{QString(), QString()};
    QTest::newRow("as long as may be") << QByteArrayList{QByteArray(4096, 'x') + "\ny"}
                                       << QStringList{QString(4096, u'x'), u"y"_s};
    QTest::newRow("too long") << QByteArrayList{QByteArray(5000, 'x') + '\n'}
                              << QStringList{QString(4096, u'x'), QString(904, u'x')};
    QTest::newRow("not within a character")
        << QByteArrayList{'x' + QByteArray("ä").repeated(2048)} << QStringList{u'x' + QString(2047, u'ä'), u"ä"_s};
}

void ProtocolTest::outputIsCutIntoLines()
{
    QFETCH(QByteArrayList, pieces);
    QFETCH(QStringList, lines);
    OutputLines output;
    QStringList got;
    const auto sink = [&got](const QString &line) { got.append(line); };
    for (const QByteArray &piece : pieces) {
        output.add(piece, sink);
    }
    output.flush(sink);
    QCOMPARE(got, lines);
    QCOMPARE(output.bytes(), pieces.join().size());
}

void ProtocolTest::privateNames_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("isPrivate");
    QTest::newRow("queue") << QByteArray("DRAGONSCALES_QUEUE_URL") << true;
    QTest::newRow("redis") << QByteArray("DRAGONSCALES_REDIS_URL") << true;
    QTest::newRow("secret") << QByteArray("DRAGONSCALES_SECRET_HOOK") << true;
    QTest::newRow("token") << QByteArray("GITHUB_TOKEN") << true;
    QTest::newRow("project") << QByteArray("DRAGONSCALES_PROJECT_PATH") << false;
    QTest::newRow("path") << QByteArray("PATH") << false;
    QTest::newRow("url of others") << QByteArray("PROXY_URL") << false;
}

void ProtocolTest::privateNames()
{
    QFETCH(QByteArray, name);
    QFETCH(bool, isPrivate);
    QCOMPARE(isPrivateName(name), isPrivate);
}

QTEST_GUILESS_MAIN(ProtocolTest)
#include "tst_protocol.moc"
