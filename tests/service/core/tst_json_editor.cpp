// SPDX-License-Identifier: LGPL-3.0-or-later

#include "core/json/editor.h"
#include "core/json/reader.h"

#include <QTest>

using namespace dragonscales::core::json;

namespace {

enum class Step { Set, Insert, Remove };

Editor::Outcome apply(Editor *editor, Step step, const QByteArray &pointer, const QByteArray &value)
{
    switch (step) {
    case Step::Set:
        return editor->set(pointer, value);
    case Step::Insert:
        return editor->insert(pointer, value);
    case Step::Remove:
        break;
    }
    return editor->remove(pointer);
}

} // namespace

class TestJsonEditor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void changesOnlyWhatWasAsked_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<Step>("step");
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("after");
        const auto row = [](const char *name, const char *before, Step step, const char *pointer, const char *value,
                            const char *after) {
            QTest::newRow(name) << QByteArray(before) << step << QByteArray(pointer) << QByteArray(value)
                                << QByteArray(after);
        };
        row("a value", R"({"a": 1.50, "x":1e5 , "b":2})", Step::Set, "/a", "3", R"({"a": 3, "x":1e5 , "b":2})");
        row("the document", " 1\n", Step::Set, "", "[2]", " [2]\n");
        row("last of repeated", R"({"a":1,"a":2})", Step::Set, "/a", "3", R"({"a":1,"a":3})");
        row("escaped name", R"({"a/b": 1})", Step::Set, "/a~1b", "2", R"({"a/b": 2})");
        row("item", "[1,2 , 3]", Step::Set, "/1", "\"x\"", "[1,\"x\" , 3]");

        row("new member", R"({"a": 1})", Step::Set, "/b", "2", R"({"a": 1, "b": 2})");
        row("new member, tight", R"({"a":1})", Step::Set, "/b", "2", R"({"a":1,"b":2})");
        row("new member, its name escaped", R"({"a":1})", Step::Set, "/~0\"~1", "2", "{\"a\":1,\"~\\\"/\":2}");
        row("first member", "{}", Step::Set, "/a", "1", R"({"a": 1})");
        row("new member, lines", "{\n    \"a\": 1\n}\n", Step::Set, "/b", "[]", "{\n    \"a\": 1,\n    \"b\": []\n}\n");
        row("new member, CRLF and tabs", "{\r\n\t\"a\" : 1\r\n}", Step::Set, "/b", "2",
            "{\r\n\t\"a\" : 1,\r\n\t\"b\": 2\r\n}");
        row("first member, lines", "{\n  \"a\": {}\n}", Step::Set, "/a/b", "1", "{\n  \"a\": {\n    \"b\": 1\n  }\n}");
        row("like long neighbours", "{\n  \"a\": {\n    \"b\": 1\n  }\n}", Step::Set, "/c", R"({"d": [1, 2]})",
            "{\n  \"a\": {\n    \"b\": 1\n  },\n  \"c\": {\n    \"d\": [\n      1,\n      2\n    ]\n  }\n}");
        row("like short neighbours", "{\n  \"a\": [\n    {\"n\": 1}\n  ]\n}", Step::Set, "/a/-", R"({"n": 2})",
            "{\n  \"a\": [\n    {\"n\": 1},\n    {\"n\": 2}\n  ]\n}");
        row("long value in one line", R"({"a": 1})", Step::Set, "/b", "{\n \"c\" : 1.0\n}",
            R"({"a": 1, "b": {"c":1.0}})");
        row("numbers keep their spelling", "{\n  \"a\": 1\n}", Step::Set, "/b", "[\n1.50,1e5]",
            "{\n  \"a\": 1,\n  \"b\": [\n    1.50,\n    1e5\n  ]\n}");

        row("append", "[1, 2]", Step::Set, "/2", "3", "[1, 2, 3]");
        row("insert first", "[1, 2]", Step::Insert, "/0", "0", "[0, 1, 2]");
        row("insert between", "[1,\n 3]", Step::Insert, "/1", "2", "[1,\n 2,\n 3]");
        row("insert at the end", "[1]", Step::Insert, "/-", "2", "[1, 2]");
        row("insert into nothing", "[ ]", Step::Insert, "/0", "2", "[2]");

        row("remove first", R"({"a": 1, "b": 2})", Step::Remove, "/a", "", R"({"b": 2})");
        row("remove last", R"({"a": 1, "b": 2 })", Step::Remove, "/b", "", R"({"a": 1 })");
        row("remove only", "{\n  \"a\": [\n    1\n  ]\n}", Step::Remove, "/a/0", "", "{\n  \"a\": []\n}");
        row("remove line", "[\n  1,\n  2,\n  3\n]", Step::Remove, "/1", "", "[\n  1,\n  3\n]");
        row("remove repeated", R"({"a":1,"b":2,"a":3})", Step::Remove, "/a", "", R"({"b":2})");
    }

    void changesOnlyWhatWasAsked()
    {
        QFETCH(QByteArray, before);
        QFETCH(Step, step);
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, after);
        Editor editor(before);
        QVERIFY(apply(&editor, step, pointer, value));
        QCOMPARE(editor.text(), after);
        QVERIFY(read(editor.text()));
    }

    void leavesTheTextAloneWhenItCannot_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<Step>("step");
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<int>("fault");
        const auto row = [](const char *name, const char *text, Step step, const char *pointer, const char *value,
                            Editor::Fault fault) {
            QTest::newRow(name) << QByteArray(text) << step << QByteArray(pointer) << QByteArray(value)
                                << static_cast<int>(fault);
        };
        row("text is not JSON", "{", Step::Set, "/a", "1", Editor::Fault::NotJson);
        row("remove from what is not JSON", "{", Step::Remove, "/a", "", Editor::Fault::NotJson);
        row("value is not JSON", "{}", Step::Set, "/a", "1,2", Editor::Fault::NotJson);
        row("inserted value is not JSON", "[]", Step::Insert, "/0", "", Editor::Fault::NotJson);
        row("no parent", "{}", Step::Set, "/a/b", "1", Editor::Fault::NotFound);
        row("parent is a scalar", R"({"a": 1})", Step::Set, "/a/b", "1", Editor::Fault::NotFound);
        row("index too large", "[1]", Step::Set, "/2", "1", Editor::Fault::NotFound);
        row("index is no number", "[1]", Step::Insert, "/x", "1", Editor::Fault::NotFound);
        row("index with zeros", "[1, 2]", Step::Insert, "/01", "1", Editor::Fault::NotFound);
        row("insert into an object", "{}", Step::Insert, "/0", "1", Editor::Fault::NotFound);
        row("insert the document", "[]", Step::Insert, "", "1", Editor::Fault::NotFound);
        row("remove what is not there", "{}", Step::Remove, "/a", "", Editor::Fault::NotFound);
        row("remove the document", "{}", Step::Remove, "", "", Editor::Fault::NotFound);
        row("no pointer", "{}", Step::Set, "a", "1", Editor::Fault::NotFound);
    }

    void leavesTheTextAloneWhenItCannot()
    {
        QFETCH(QByteArray, text);
        QFETCH(Step, step);
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, value);
        QFETCH(int, fault);
        Editor editor(text);
        const Editor::Outcome outcome = apply(&editor, step, pointer, value);
        QVERIFY(!outcome);
        QCOMPARE(static_cast<int>(outcome.error()), fault);
        QCOMPARE(editor.text(), text);
    }

    void refusesToNestTooDeeply()
    {
        const QByteArray text = QByteArray(kMaxDepth, '[') + QByteArray(kMaxDepth, ']');
        Editor editor(text);
        const auto outcome = editor.insert(QByteArray("/0").repeated(kMaxDepth), "[]");
        QVERIFY(!outcome);
        QCOMPARE(editor.text(), text);
    }
};

QTEST_APPLESS_MAIN(TestJsonEditor)
#include "tst_json_editor.moc"
