// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "python_service.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace dragonscales::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QByteArray kTyped = R"(# One parameter of each kind; answers with what came, as Python shows it.
from typing import Dict, List, Literal, Optional, Union

from dragonscales import tasks


class Task(tasks.BaseTask):
    def run(self, text: str = "-", number: int = -1, fraction: float = -1.0, flag: bool = False, table: dict = {},
            items: list = [], numbers: List[int] = [], counts: Dict[str, int] = {}, maybe: Optional[int] = None,
            either: Union[int, str] = -1, choice: Literal["red", "green"] = "red", anything=None):
        got = dict(locals())
        del got["self"]
        return {name: repr(value) for name, value in got.items()}
)";

const QByteArray kTask = R"("task":{"name":"combine","params":{"a":1,"b":"x","c":{}}})";
const QByteArray kStorage = R"("storage":{"name":"plain","params":{}})";
const QByteArray kCallback = R"("callback":{"name":"note","params":{"path":"/dev/null"}})";
const QByteArray kNames = R"('combine', 'wait', 'fail', 'typed', 'sleep', 'checksum')";
const QByteArray kNamesJson = R"(["combine","wait","fail","typed","sleep","checksum"])";

QByteArray bodyOf(const QByteArray &task, const QByteArray &storage = kStorage, const QByteArray &callback = kCallback)
{
    return '{' + task + ',' + storage + ',' + callback + '}';
}

QByteArray taskOf(const QByteArray &name, const QByteArray &params)
{
    return "\"task\":{\"name\":\"" + name + "\",\"params\":" + params + '}';
}

QByteArray fault(const QByteArray &loc, const QByteArray &msg, const QByteArray &type, const QByteArray &ctx = {})
{
    return R"({"loc":[)" + loc + "],\"msg\":\"" + msg + R"(","type":")" + type + '"' +
           (ctx.isEmpty() ? QByteArray() : R"(,"ctx":)" + ctx) + '}';
}

QByteArray missing(const QByteArray &loc)
{
    return fault(loc, "field required", "value_error.missing");
}

QByteArray none(const QByteArray &loc)
{
    return fault(loc, "none is not an allowed value", "type_error.none.not_allowed");
}

QByteArray notDict(const QByteArray &loc)
{
    return fault(loc, "value is not a valid dict", "type_error.dict");
}

QByteArray unknownName(const QByteArray &part, const QByteArray &given, const QByteArray &names,
                       const QByteArray &namesJson)
{
    return fault("\"body\",\"" + part + "\",\"name\"", "unexpected value; permitted: " + names, "value_error.const",
                 R"({"given":)" + given + R"(,"permitted":)" + namesJson + '}');
}

QByteArray notJson(const QByteArray &at, const QByteArray &said, const QByteArray &doc)
{
    const QByteArray column = QByteArray::number(at.toInt() + 1);
    return fault("\"body\"," + at, said + ": line 1 column " + column + " (char " + at + ")", "value_error.jsondecode",
                 "{\"msg\":\"" + said + R"(","doc":")" + QByteArray(doc).replace('"', "\\\"") + "\",\"pos\":" + at +
                     R"(,"lineno":1,"colno":)" + column + '}');
}

} // namespace

// What a request may say, on a project of Python modules: each line of the contract's table of faults and coercions.
class TestE2ePythonRequests final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<PythonService> m_service;

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_service.reset(); }
    void faultsAreToldAllAtOnce_data();
    void faultsAreToldAllAtOnce();
    void typesAreJudged_data();
    void typesAreJudged();
    void theTaskGetsWhatWasCoerced_data();
    void theTaskGetsWhatWasCoerced();
    void aLongBodyThatIsNotJsonIsRepeatedInPart();
    void theContentTypeIsJudged_data();
    void theContentTypeIsJudged();
    void whatIsNotUtf8IsRefused();
    void acceptsWhatFits_data();
    void acceptsWhatFits();
};

void TestE2ePythonRequests::initTestCase()
{
    m_service = std::make_unique<PythonService>();
    m_service->copyExample();
    m_service->writeModule(u"tasks/typed.py"_s, kTyped);
    QByteArray project = contentOf(m_service->path(u"project.json"_s));
    project.replace(R"("module": "tasks.fail", "args": {}})", R"("module": "tasks.fail", "args": {}},
        {"name": "typed", "queue": "queue", "module": "tasks.typed", "args": {}},
        {"name": "sleep", "queue": "queue", "module": "sleep"},
        {"name": "checksum", "queue": "queue", "module": "file.checksum", "args": {"directory": "."}})");
    project.replace(R"("module": "storages.full", "args": {}})", R"("module": "storages.full", "args": {}},
        {"name": "disk", "module": "file", "args": {"directory": "results"}})");
    m_service->setProject(project);
    QVERIFY2(m_service->start(), m_service->process().errorText());
    QCOMPARE(m_service->logged(u"warning"_s), QStringList());
}

void TestE2ePythonRequests::faultsAreToldAllAtOnce_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("detail");
    const auto row = [](const char *name, const QByteArray &body, const QByteArray &detail) {
        QTest::newRow(name) << body << detail;
    };
    const QByteArray allMissing =
        missing(R"("body","task")") + ',' + missing(R"("body","storage")") + ',' + missing(R"("body","callback")");
    row("no body", "", missing(R"("body")"));
    row("null", "null", missing(R"("body")"));
    row("a number", "5", notDict(R"("body")"));
    row("a text", R"("task")", notDict(R"("body")"));
    row("an empty object", "{}", allMissing);
    row("an empty array", "[]", allMissing);
    row("an array of no pairs", "[1]", notDict(R"("body")"));
    row("no task", '{' + kStorage + ',' + kCallback + '}', missing(R"("body","task")"));
    row("null for the task", bodyOf(R"("task":null)"), none(R"("body","task")"));
    row("a number for the task", bodyOf(R"("task":3)"), notDict(R"("body","task")"));
    row("an empty task", bodyOf(R"("task":{})"),
        missing(R"("body","task","name")") + ',' + missing(R"("body","task","params")"));
    row("no name", bodyOf(R"("task":{"params":{"a":1,"b":"x","c":{}}})"), missing(R"("body","task","name")"));
    row("null for the name", bodyOf(R"("task":{"name":null,"params":{}})"), none(R"("body","task","name")"));
    row("unknown task", bodyOf(taskOf("nope", "{}")), unknownName("task", R"("nope")", kNames, kNamesJson));
    row("a number for the name", bodyOf(R"("task":{"name":1,"params":{}})"),
        unknownName("task", "1", kNames, kNamesJson));
    row("unknown storage", bodyOf(kTask, R"("storage":{"name":"nope","params":{}})"),
        unknownName("storage", R"("nope")", "'plain', 'folder', 'full', 'disk'",
                    R"(["plain","folder","full","disk"])"));
    row("unknown callback", bodyOf(kTask, kStorage, R"("callback":{"name":"nope","params":{}})"),
        unknownName("callback", R"("nope")", "'post', 'note'", R"(["post","note"])"));
    row("no params", bodyOf(R"("task":{"name":"combine"})"), missing(R"("body","task","params")"));
    row("null for the params", bodyOf(taskOf("combine", "null")), none(R"("body","task","params")"));
    row("a text for the params", bodyOf(taskOf("combine", R"("a")")), notDict(R"("body","task","params")"));
    row("a parameter left out", bodyOf(taskOf("combine", R"({"b":"x","c":{}})")),
        missing(R"("body","task","params","a")"));
    row("a parameter of the storage left out", bodyOf(kTask, R"("storage":{"name":"folder","params":{}})"),
        missing(R"("body","storage","params","name")"));
    row("a parameter of the callback left out", bodyOf(kTask, kStorage, R"("callback":{"name":"post","params":{}})"),
        missing(R"("body","callback","params","url")"));
    row("null for a parameter", bodyOf(taskOf("combine", R"({"a":null,"b":"x","c":{}})")),
        none(R"("body","task","params","a")"));
    row("all parameters, in the order of the signature", bodyOf(taskOf("combine", R"({"c":1,"b":[],"a":"x"})")),
        fault(R"("body","task","params","a")", "value is not a valid integer", "type_error.integer") + ',' +
            fault(R"("body","task","params","b")", "str type expected", "type_error.str") + ',' +
            notDict(R"("body","task","params","c")"));
    row("all parts", R"({"callback":{"name":"post","params":{"url":[]}},"task":{"name":"wait","params":{}}})",
        missing(R"("body","task","params","seconds")") + ',' + missing(R"("body","storage")") + ',' +
            fault(R"("body","callback","params","url")", "str type expected", "type_error.str"));
    row("each branch of a Union", bodyOf(taskOf("typed", R"({"either":[]})")),
        fault(R"("body","task","params","either")", "value is not a valid integer", "type_error.integer") + ',' +
            fault(R"("body","task","params","either")", "str type expected", "type_error.str"));
    row("a Literal", bodyOf(taskOf("typed", R"({"choice":"blue"})")),
        fault(R"("body","task","params","choice")", "unexpected value; permitted: 'red', 'green'", "value_error.const",
              R"({"given":"blue","permitted":["red","green"]})"));
    row("no value", R"({"task":,"x":1})", notJson("8", "Expecting value", R"({"task":,"x":1})"));
    row("text after the end", R"({"task":1} x)", notJson("11", "Extra data", R"({"task":1} x)"));
    row("least value of a native module", bodyOf(taskOf("sleep", R"({"seconds":-1})")),
        fault(R"("body","task","params","seconds")", "ensure this value is greater than or equal to 0",
              "value_error.number.not_ge", R"({"limit_value":0})"));
    row("greatest value of a native module", bodyOf(taskOf("sleep", R"({"seconds":31536001})")),
        fault(R"("body","task","params","seconds")", "ensure this value is less than or equal to 31536000",
              "value_error.number.not_le", R"({"limit_value":31536000})"));
    row("least length of a native module", bodyOf(taskOf("checksum", R"({"path":""})")),
        fault(R"("body","task","params","path")", "ensure this value has at least 1 characters",
              "value_error.any_str.min_length", R"({"limit_value":1})"));
}

void TestE2ePythonRequests::faultsAreToldAllAtOnce()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, detail);
    const auto answer = m_service->http().post("/api/v1/jobs/", body);
    QCOMPARE(answer.body, R"({"detail":[)" + detail + "]}");
    QCOMPARE(answer.status, 422);
    QVERIFY2(answer.head.toLower().contains("content-type: application/json\r\n"), answer.head);
}

void TestE2ePythonRequests::typesAreJudged_data()
{
    QTest::addColumn<QByteArray>("parameter");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("below");
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("type");
    const auto row = [](const char *name, const char *parameter, const char *value, const char *message,
                        const char *type, const char *below = "") {
        QTest::newRow(name) << QByteArray(parameter) << QByteArray(value) << QByteArray(below) << QByteArray(message)
                            << QByteArray(type);
    };
    row("integer, a word", "number", R"("x")", "value is not a valid integer", "type_error.integer");
    row("integer, text with a point", "number", R"("2.0")", "value is not a valid integer", "type_error.integer");
    row("integer, a list", "number", "[]", "value is not a valid integer", "type_error.integer");
    row("float, a word", "fraction", R"("x")", "value is not a valid float", "type_error.float");
    row("text, a list", "text", "[]", "str type expected", "type_error.str");
    row("text, an object", "text", "{}", "str type expected", "type_error.str");
    row("boolean, a word", "flag", R"("maybe")", "value could not be parsed to a boolean", "type_error.bool");
    row("boolean, 2", "flag", "2", "value could not be parsed to a boolean", "type_error.bool");
    row("object, a text", "table", R"("x")", "value is not a valid dict", "type_error.dict");
    row("object, a list of no pairs", "table", "[1]", "value is not a valid dict", "type_error.dict");
    row("list, a text", "items", R"("x")", "value is not a valid list", "type_error.list");
    row("list, an object", "items", "{}", "value is not a valid list", "type_error.list");
    row("item of a list", "numbers", R"([1, "x"])", "value is not a valid integer", "type_error.integer", ",1");
    row("value of an object", "counts", R"({"k": "x"})", "value is not a valid integer", "type_error.integer",
        R"(,"k")");
    row("Optional, a word", "maybe", R"("x")", "value is not a valid integer", "type_error.integer");
    row("null where none is allowed", "number", "null", "none is not an allowed value", "type_error.none.not_allowed");
}

void TestE2ePythonRequests::typesAreJudged()
{
    QFETCH(QByteArray, parameter);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, below);
    QFETCH(QByteArray, message);
    QFETCH(QByteArray, type);
    const QByteArray loc = "\"body\",\"task\",\"params\",\"" + parameter + '"' + below;
    const auto answer =
        m_service->http().post("/api/v1/jobs/", bodyOf(taskOf("typed", "{\"" + parameter + "\":" + value + '}')));
    QCOMPARE(answer.body, R"({"detail":[)" + fault(loc, message, type) + "]}");
    QCOMPARE(answer.status, 422);
}

void TestE2ePythonRequests::theTaskGetsWhatWasCoerced_data()
{
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<QString>("parameter");
    QTest::addColumn<QString>("got");
    const auto row = [](const QByteArray &parameter, const QByteArray &value, const QString &got) {
        QTest::addRow("%s %s", parameter.constData(), value.constData())
            << "{\"" + parameter + "\":" + value + '}' << QString::fromLatin1(parameter) << got;
    };
    row("text", R"("a")", u"'a'"_s);
    row("text", R"("é€")", u"'é€'"_s);
    row("text", "3", u"'3'"_s);
    row("text", "2.50", u"'2.5'"_s);
    row("text", "true", u"'True'"_s);
    row("number", "2", u"2"_s);
    row("number", R"("2")", u"2"_s);
    row("number", "2.7", u"2"_s);
    row("number", "true", u"1"_s);
    row("number", "123456789012345678901234567890", u"123456789012345678901234567890"_s);
    row("fraction", "1", u"1.0"_s);
    row("fraction", R"("2.5")", u"2.5"_s);
    row("fraction", "0.1", u"0.1"_s);
    for (const char *yes : {"1", "true", R"("yes")", R"("On")", R"("T")", R"("y")", R"("TRUE")", R"("1")"}) {
        row("flag", yes, u"True"_s);
    }
    for (const char *no : {"0", "false", R"("No")", R"("off")", R"("f")", R"("N")", R"("False")", R"("0")"}) {
        row("flag", no, u"False"_s);
    }
    row("table", R"({"b":1,"a":[null]})", u"{'b': 1, 'a': [None]}"_s);
    row("table", R"([["k",1]])", u"{'k': 1}"_s);
    row("items", R"([1,"x"])", u"[1, 'x']"_s);
    row("numbers", R"(["1",2.9])", u"[1, 2]"_s);
    row("counts", R"({"k":"3"})", u"{'k': 3}"_s);
    row("maybe", "null", u"None"_s);
    row("maybe", R"("4")", u"4"_s);
    row("either", R"("5")", u"5"_s);
    row("either", R"("x")", u"'x'"_s);
    row("choice", R"("green")", u"'green'"_s);
    row("anything", R"({"k":[1.5]})", u"{'k': [1.5]}"_s);
    row("anything", "null", u"None"_s);
    QTest::newRow("left out") << QByteArray("{}") << u"number"_s << u"-1"_s;
    QTest::newRow("keys that are unknown") << QByteArray(R"({"zzz":1,"number":7})") << u"number"_s << u"7"_s;
}

void TestE2ePythonRequests::theTaskGetsWhatWasCoerced()
{
    QFETCH(QByteArray, params);
    QFETCH(QString, parameter);
    QFETCH(QString, got);
    const auto body = m_service->run("typed", params);
    const auto status = QJsonDocument::fromJson(body).object();
    QVERIFY2(status.value(u"status"_s) == u"finished"_s, body);
    QCOMPARE(status.value(u"result"_s).toObject().value(parameter).toString(), got);
}

void TestE2ePythonRequests::aLongBodyThatIsNotJsonIsRepeatedInPart()
{
    const auto answer = m_service->http().post("/api/v1/jobs/", '[' + QByteArray(5000, ' ') + ']' + "tail");
    QCOMPARE(answer.status, 422);
    QVERIFY2(answer.body.contains("\"doc\":\"[" + QByteArray(999, ' ') + "\",\"pos\":5002"), answer.body);
}

void TestE2ePythonRequests::theContentTypeIsJudged_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<int>("status");
    QTest::newRow("none") << QByteArray() << 200;
    QTest::newRow("JSON") << QByteArray("application/json; charset=utf-8") << 200;
    QTest::newRow("+json") << QByteArray("application/vnd.job+json") << 200;
    QTest::newRow("plain text") << QByteArray("text/plain") << 415;
    QTest::newRow("a form") << QByteArray("application/x-www-form-urlencoded") << 415;
    QTest::newRow("parts of a form") << QByteArray("multipart/form-data; boundary=x") << 415;
}

void TestE2ePythonRequests::theContentTypeIsJudged()
{
    QFETCH(QByteArray, type);
    QFETCH(int, status);
    const auto http = m_service->http().with("Content-Type: " + type + "\r\n");
    const auto answer = http.post("/api/v1/jobs/", bodyOf(kTask));
    QCOMPARE(answer.status, status);
    QVERIFY2(answer.body.startsWith(status == 200 ? "{\"id\":\"" : "{\"detail\":\""), answer.body);
}

void TestE2ePythonRequests::whatIsNotUtf8IsRefused()
{
    const auto answer = m_service->http().post("/api/v1/jobs/", "{\"task\":\"\xff\"}");
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.body, QByteArray(R"({"detail":"There was an error parsing the body"})"));
}

void TestE2ePythonRequests::acceptsWhatFits_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("a plain request") << bodyOf(kTask);
    QTest::newRow("keys that are unknown, at every level")
        << R"({"x":1,"task":{"name":"combine","y":2,"params":{"a":1,"b":"x","c":{},"z":3}},)" + kStorage + ',' +
               kCallback + '}';
    QTest::newRow("params as a list of pairs")
        << bodyOf(R"("task":{"name":"combine","params":[["a",1],["b","x"],["c",{}]]})");
    QTest::newRow("only the chosen task is judged") << bodyOf(taskOf("fail", R"({"a":"not a number"})"));
    QTest::newRow("behind a byte order mark") << "\xef\xbb\xbf" + bodyOf(kTask);
}

void TestE2ePythonRequests::acceptsWhatFits()
{
    QFETCH(QByteArray, body);
    const auto answer = m_service->http().post("/api/v1/jobs/", body);
    QCOMPARE(answer.body,
             "{\"id\":\"" + member(answer.body, u"id"_s) + "\",\"status\":\"queued\",\"result\":{},\"info\":null}");
    QCOMPARE(answer.status, 200);
}

QTEST_GUILESS_MAIN(TestE2ePythonRequests)
#include "tst_e2e_python_requests.moc"
