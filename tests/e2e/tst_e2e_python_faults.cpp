// SPDX-License-Identifier: LGPL-3.0-or-later
#include "e2e_project.h"
#include "python_service.h"
#include "small_disk.h"

#include <QFile>
#include <QTest>

using namespace dragonscales::test;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {

const QByteArray kImport = "from dragonscales import tasks\n";
const QByteArray kGood = kImport + "\n\nclass Task(tasks.BaseTask):\n    def run(self):\n        return 1\n";

// A module whose task does this, one line after the other.
QByteArray running(const QByteArray &lines)
{
    QByteArray body = lines;
    body.replace("\n", "\n        ");
    return kImport + "\n\nclass Task(tasks.BaseTask):\n    def run(self):\n        " + body + '\n';
}

QByteArray project(const QByteArray &module, int timeoutSec)
{
    return R"({
  "queues": [{"name": "queue", "args": {"workers": 1, "grace": 1}}],
  "tasks": [
    {"name": "bad", "queue": "queue", "module": ")" +
           module + R"(", "args": {}, "timeout": )" + QByteArray::number(timeoutSec) + R"(},
    {"name": "good", "queue": "queue", "module": "tasks.good", "args": {}}
  ],
  "storages": [
    {"name": "plain", "module": "storages.plain", "args": {}},
    {"name": "discard", "module": "discard", "args": {}}
  ],
  "callbacks": [{"name": "post", "module": "callbacks.post", "args": {"timeout": 10}}]
})";
}

// A zombie that waits for its reaper runs no more.
bool runs(const QByteArray &pid)
{
    const QByteArray stat = contentOf(u"/proc/%1/stat"_s.arg(QString::fromLatin1(pid)));
    return !stat.isEmpty() && !stat.contains(") Z ");
}

} // namespace

// Python code that does its worst: the service starts, the job fails with what happened, and the next one runs.
class TestE2ePythonFaults final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<PythonService> m_service;

    void startWith(const QByteArray &bad, int timeoutSec = 60)
    {
        if (!bad.isNull()) {
            m_service->writeModule(u"tasks/bad.py"_s, bad);
        }
        m_service->setProject(project("tasks.bad", timeoutSec));
        QVERIFY2(m_service->start(), m_service->process().errorText());
        QVERIFY2(!m_service->process().url().isEmpty(), m_service->process().errorText());
    }
    void goodOnesGoOn()
    {
        const QByteArray id = m_service->submit("good", "{}");
        QCOMPARE(m_service->told(id), finishedBody(id, "1"));
    }
    void compareWarnings(const QString &needle)
    {
        const auto warnings = m_service->logged(u"warning"_s);
        QVERIFY2(warnings.filter(u"“”"_s).isEmpty(), qPrintable(warnings.join(u'\n'))); // whose fault it is
        QVERIFY2(warnings.size() == (needle.isEmpty() ? 0 : 1), qPrintable(warnings.join(u'\n')));
        QVERIFY2(needle.isEmpty() || warnings.first().contains(needle), qPrintable(warnings.join(u'\n')));
    }

private Q_SLOTS:
    void init()
    {
        m_service = std::make_unique<PythonService>();
        m_service->copyExample();
        m_service->writeModule(u"tasks/good.py"_s, kGood);
    }
    void cleanup() { m_service.reset(); }

    void modulesThatCannotBeUsed_data();
    void modulesThatCannotBeUsed();
    void tasksThatMisbehave_data();
    void tasksThatMisbehave();
    void whatIsNoTrouble_data();
    void whatIsNoTrouble();
    void aNameThatIsNothingIsAnErrorOfTheProject();
    void aTaskBeyondItsTimeLimitFails();
    void whatATaskLeavesRunningIsKilled();
    void aFullDiskFailsTheJobThatFillsIt();
    void aFullDiskOfTheServiceFailsTheJobOnly();
    void editsAreSeenWithoutARestart_data();
    void editsAreSeenWithoutARestart();
    void aModuleThatIsMendedRuns();
    void codeThatOthersMayWriteNeverRuns_data();
    void codeThatOthersMayWriteNeverRuns();
    void aStorageThatCannotBeUsedFailsTheJob();
    void aCallbackThatCannotBeUsedIsToldInTheLog();
};

void TestE2ePythonFaults::modulesThatCannotBeUsed_data()
{
    QTest::addColumn<QByteArray>("source");
    QTest::addColumn<QString>("atStart");
    QTest::addColumn<QStringList>("inInfo");
    const auto row = [](const char *name, const QByteArray &source, const QString &atStart, const QStringList &inInfo) {
        QTest::newRow(name) << source << atStart << inInfo;
    };
    const QString file = u"tasks/bad.py"_s;
    row("no file", {}, u"tasks.bad"_s, {u"tasks.bad"_s});
    row("a syntax error", kImport + "\n\nclass Task(tasks.BaseTask:\n    pass\n", file + u":4"_s, {file + u":4"_s});
    row("no text", QByteArray("\xff\xfe\x00x", 4), file, {file});
    row("no class", kImport + "\nx = 1\n", file, {file, u"Task"_s});
    row("a class of another kind",
        "from dragonscales import storages\n\n\nclass Storage(storages.BaseStorage):\n    pass\n", file,
        {file, u"Task"_s});
    row("raises", kImport + "\nraise RuntimeError(\"not today\")\n", file + u":3"_s, {file + u":3"_s, u"not today"_s});
    row("a package that is not installed", kImport + "import no_such_package_here\n", file + u":2"_s,
        {file + u":2"_s, u"no_such_package_here"_s});
    row("ends its process", "import os\n\nos._exit(7)\n", file, {file, u"7"_s});
    row("SystemExit", "import sys\n\nsys.exit(3)\n", file + u":3"_s, {file + u":3"_s, u"SystemExit"_s});
    row("KeyboardInterrupt", "\nraise KeyboardInterrupt\n", file + u":2"_s, {file + u":2"_s, u"KeyboardInterrupt"_s});
    row("crashes", "import ctypes\n\nctypes.string_at(0)\n", file, {file, u"SIGSEGV"_s});
    row("hangs", "import time\n\ntime.sleep(600)\n", file + u":3"_s, {file + u":3"_s});
    row("hangs in C", "import re\n\nre.match(\"(a+)+$\", 60 * \"a\" + \"b\")\n", file, {file});
    row("a constructor that raises",
        kImport + "\n\nclass Task(tasks.BaseTask):\n    def __init__(self, **args):\n"
                  "        raise ValueError(\"no home\")\n\n    def run(self):\n        return 1\n",
        {}, {file + u":6"_s, u"no home"_s});
}

void TestE2ePythonFaults::modulesThatCannotBeUsed()
{
    QFETCH(QByteArray, source);
    QFETCH(QString, atStart);
    QFETCH(QStringList, inInfo);
    startWith(source);
    compareWarnings(atStart);
    const auto pid = m_service->process().pid();
    for (int i = 0; i < 2; ++i) {
        const QByteArray body = m_service->run("bad", "{}");
        QVERIFY2(member(body, u"status"_s) == "failed", body);
        for (const QString &needle : inInfo) {
            QVERIFY2(infoOf(body).contains(needle.toUtf8()), body);
        }
        goodOnesGoOn();
    }
    QCOMPARE(m_service->process().pid(), pid);
}

void TestE2ePythonFaults::tasksThatMisbehave_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<QStringList>("inInfo");
    const auto row = [](const char *name, const QByteArray &lines, const QStringList &inInfo) {
        QTest::newRow(name) << lines << inInfo;
    };
    row("raises", "raise ValueError(\"not today\")",
        {u"Traceback (most recent call last)"_s, u"tasks/bad.py\", line 6, in run"_s, u"ValueError: not today"_s});
    row("ends its process", "import os; os._exit(7)", {u"7"_s});
    row("crashes", "import ctypes; ctypes.string_at(0)", {u"SIGSEGV"_s});
    row("kills itself", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", {u"SIGKILL"_s});
    row("SystemExit", "raise SystemExit(3)", {u"SystemExit: 3"_s});
    row("KeyboardInterrupt", "raise KeyboardInterrupt", {u"KeyboardInterrupt"_s});
    row("an exception without words",
        "class Awkward(Exception):\n    def __str__(self):\n        raise RuntimeError\nraise Awkward", {u"Awkward"_s});
    row("recursion without end", "def again(): again()\nagain()", {u"RecursionError"_s});
    row("leaves children", "import subprocess; subprocess.Popen([\"sleep\", \"600\"])", {u"sleep 600"_s});
    row("closes descriptors", "import os; os.closerange(3, 1000)", {u"descriptors"_s});
    row("a set", "return {1}", {u"set"_s});
    row("bytes", "return b\"x\"", {u"bytes"_s});
    row("not a number", "return float(\"nan\")", {u"nan"_s});
    row("no end", "return [1, float(\"inf\")]", {u"[1]"_s, u"inf"_s});
    row("a set deep within", "return {\"rows\": [1, {\"when\": {2}}]}", {u"[\"rows\"][1][\"when\"]"_s, u"set"_s});
    row("a circle", "a = []; a.append(a); return a", {u"[0]"_s});
    row("any object", "return object()", {u"object"_s});
}

void TestE2ePythonFaults::tasksThatMisbehave()
{
    QFETCH(QByteArray, lines);
    QFETCH(QStringList, inInfo);
    startWith(running(lines));
    compareWarnings({});
    const auto pid = m_service->process().pid();
    const QByteArray body = m_service->run("bad", "{}");
    QVERIFY2(member(body, u"status"_s) == "failed", body);
    for (const QString &needle : inInfo) {
        QVERIFY2(infoOf(body).toLower().contains(needle.toLower().toUtf8()), body);
    }
    goodOnesGoOn();
    QCOMPARE(m_service->process().pid(), pid);
}

void TestE2ePythonFaults::whatIsNoTrouble_data()
{
    QTest::addColumn<QByteArray>("source");
    QTest::newRow("prints at import") << "print(\"hello\")\n" + kGood;
    QTest::newRow("writes to the bare output at import") << "import os\nos.write(1, b\"{}\\n\")\n" + kGood;
    QTest::newRow("replaces sys.stdout") << running(
        "import io, sys; sys.stdout = io.StringIO()\nprint(\"x\")\nreturn 1");
    QTest::newRow("takes sys.stdout away") << running("import sys; sys.stdout = None\nreturn 1");
    QTest::newRow("closes sys.stdout") << running("import sys; sys.stdout.close(); sys.stderr.close()\nreturn 1");
    QTest::newRow("an output that cannot be flushed")
        << running("import sys\nclass Broken:\n    def flush(self):\n        raise OSError\nsys.stdout = Broken()\n"
                   "return 1");
    QTest::newRow("reads standard input") << running("import sys\nreturn 1 + len(sys.stdin.read())");
    QTest::newRow("changes the folder") << running("import os; os.chdir(\"/\")\nreturn 1");
    QTest::newRow("waits for its children") << running("import subprocess; subprocess.run([\"true\"])\nreturn 1");
}

void TestE2ePythonFaults::whatIsNoTrouble()
{
    QFETCH(QByteArray, source);
    startWith(source);
    for (int i = 0; i < 2; ++i) {
        const QByteArray id = m_service->submit("bad", "{}");
        QCOMPARE(m_service->told(id), finishedBody(id, "1"));
        goodOnesGoOn();
    }
}

void TestE2ePythonFaults::aNameThatIsNothingIsAnErrorOfTheProject()
{
    m_service->setProject(project("nonsense.module", 60));
    QCOMPARE(m_service->process().runToEnd(m_service->process().arguments()), 1);
    const QByteArray said = m_service->process().errorText();
    QVERIFY2(said.contains("project.json:4:") && said.contains("nonsense.module"), said);
}

void TestE2ePythonFaults::aTaskBeyondItsTimeLimitFails()
{
    startWith(running("import time\nwhile True:\n    time.sleep(1)"), 2);
    const QByteArray body = m_service->run("bad", "{}");
    QVERIFY2(member(body, u"status"_s) == "failed", body);
    QVERIFY2(infoOf(body).contains("time limit"), body);
    goodOnesGoOn();
}

void TestE2ePythonFaults::whatATaskLeavesRunningIsKilled()
{
    const QString note = m_service->path(u"note"_s);
    startWith(running("import subprocess\nchild = subprocess.Popen([\"sleep\", \"600\"], start_new_session=True)\n"
                      "open(\"" +
                      note.toUtf8() + "\", \"w\").write(str(child.pid))"));
    const QByteArray body = m_service->run("bad", "{}");
    QVERIFY2(infoOf(body).contains("sleep 600"), body);
    QVERIFY(contentOf(note).toInt() > 0);
    QTRY_VERIFY_WITH_TIMEOUT(!runs(contentOf(note)), 10'000);
}

void TestE2ePythonFaults::aFullDiskFailsTheJobThatFillsIt()
{
    const SmallDisk disk(m_service->path(u"disk"_s));
    if (!disk.isMounted()) {
        QSKIP("needs the right to mount a small file system");
    }
    startWith(running("with open(\"" + m_service->path(u"disk/file"_s).toUtf8() +
                      "\", \"wb\") as file:\n    while True:\n        file.write(bytes(1000000))"));
    const QByteArray body = m_service->run("bad", "{}");
    QVERIFY2(member(body, u"status"_s) == "failed", body);
    QVERIFY2(infoOf(body).contains("No space left on device"), body);
    goodOnesGoOn();
}

void TestE2ePythonFaults::aFullDiskOfTheServiceFailsTheJobOnly()
{
    const SmallDisk disk(m_service->path(u"disk"_s));
    if (!disk.isMounted()) {
        QSKIP("needs the right to mount a small file system");
    }
    // The result goes to a storage of another host, by a file in the temporary folder.
    m_service->process().environment().insert(u"TMPDIR"_s, m_service->path(u"disk"_s));
    startWith(running("return 20000000 * \"x\""));
    const QByteArray body = m_service->run("bad", "{}", "discard");
    QVERIFY2(member(body, u"status"_s) == "failed", body);
    QVERIFY2(infoOf(body).contains("No space left on device"), body);
    goodOnesGoOn();
}

void TestE2ePythonFaults::editsAreSeenWithoutARestart_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    // As long as before, and within the same second.
    QTest::newRow("the module") << u"tasks/bad.py"_s << running("return 1") << running("return 2");
    QTest::newRow("a module that it imports") << u"tasks/helper.py"_s << QByteArray("X = 1\n") << QByteArray("X = 2\n");
}

void TestE2ePythonFaults::editsAreSeenWithoutARestart()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    m_service->writeModule(u"tasks/bad.py"_s, "from tasks.helper import X\n" + running("return X"));
    m_service->writeModule(u"tasks/helper.py"_s, "X = 1\n");
    m_service->writeModule(file, before);
    startWith({});
    const QByteArray first = m_service->submit("bad", "{}");
    QCOMPARE(m_service->told(first), finishedBody(first, "1"));
    m_service->writeModule(file, after);
    const QByteArray second = m_service->submit("bad", "{}");
    QCOMPARE(m_service->told(second), finishedBody(second, "2"));
}

void TestE2ePythonFaults::aModuleThatIsMendedRuns()
{
    startWith(kImport + "class Task(tasks.BaseTask:\n");
    compareWarnings(u"tasks/bad.py:2"_s);
    QVERIFY(infoOf(m_service->run("bad", "{}")).contains("tasks/bad.py:2"));
    m_service->writeModule(u"tasks/bad.py"_s, kGood);
    const QByteArray id = m_service->submit("bad", "{}");
    QCOMPARE(m_service->told(id), finishedBody(id, "1"));
}

void TestE2ePythonFaults::codeThatOthersMayWriteNeverRuns_data()
{
    QTest::addColumn<QString>("open");
    QTest::newRow("the file") << u"tasks/bad.py"_s;
    QTest::newRow("its folder") << u"hall"_s;
}

void TestE2ePythonFaults::codeThatOthersMayWriteNeverRuns()
{
    QFETCH(QString, open);
    const QString mark = m_service->path(u"mark"_s);
    const QByteArray source = "open(\"" + mark.toUtf8() + "\", \"w\").write(\"run\")\n" + kGood;
    const bool isFile = open.endsWith(u".py"_s);
    const QString file = isFile ? open : open + u"/bad.py"_s;
    m_service->writeModule(file, source);
    m_service->setProject(project(isFile ? "tasks.bad" : "hall.bad", 60));
    const auto permissions = QFile::permissions(m_service->path(open));
    QVERIFY(QFile::setPermissions(m_service->path(open), permissions | QFile::WriteOther));
    QVERIFY2(m_service->start(), m_service->process().errorText());
    compareWarnings(m_service->path(open));
    const QByteArray body = m_service->run("bad", "{}");
    QVERIFY2(member(body, u"status"_s) == "failed", body);
    QVERIFY2(infoOf(body).contains(m_service->path(open).toUtf8()), body);
    goodOnesGoOn();
    QVERIFY(!QFile::exists(mark));
    // As soon as only its owner may write it, it runs.
    QVERIFY(QFile::setPermissions(m_service->path(open), permissions));
    const QByteArray id = m_service->submit("bad", "{}");
    QCOMPARE(m_service->told(id), finishedBody(id, "1"));
    QVERIFY(QFile::exists(mark));
}

void TestE2ePythonFaults::aStorageThatCannotBeUsedFailsTheJob()
{
    m_service->writeModule(u"storages/plain.py"_s, "\nraise RuntimeError(\"closed\")\n");
    startWith(kGood);
    compareWarnings(u"storages/plain.py:2"_s);
    const QByteArray body = m_service->run("good", "{}");
    QVERIFY2(member(body, u"status"_s) == "failed", body);
    QVERIFY2(infoOf(body).contains("storages/plain.py:2") && infoOf(body).contains("closed"), body);
    const QByteArray id = m_service->submit("good", "{}", "discard");
    QCOMPARE(m_service->told(id), finishedBody(id, "null"));
}

void TestE2ePythonFaults::aCallbackThatCannotBeUsedIsToldInTheLog()
{
    m_service->writeModule(u"callbacks/post.py"_s, "\nraise RuntimeError(\"closed\")\n");
    startWith(kGood);
    compareWarnings(u"callbacks/post.py:2"_s);
    const QByteArray id = m_service->submit("good", "{}");
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(m_service->http(), id), QByteArray("finished"), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(m_service->warningsWith(u"callbacks/post.py:2"_s).size() > 1, 20'000);
    QVERIFY2(!m_service->warningsWith(QString::fromLatin1(id)).isEmpty(), m_service->process().errorText());
}

QTEST_GUILESS_MAIN(TestE2ePythonFaults)
#include "tst_e2e_python_faults.moc"
