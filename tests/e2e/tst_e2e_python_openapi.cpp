// SPDX-License-Identifier: LGPL-3.0-or-later
#include "python_service.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace dragonscales::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QByteArray kRich = R"(# SPDX-License-Identifier: LGPL-3.0-or-later
from typing import Dict, List, Literal, Optional, Union

from dragonscales import tasks


class Task(tasks.BaseTask):
    """Has parameters of all kinds."""

    def run(self, count: int, names: List[str], table: Dict[str, int], size: float = 1.5, maybe: Optional[int] = None,
            either: Union[int, str] = 0, colour: Literal["red", "green"] = "red", anything=None):
        pass
)";

QJsonObject parsed(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

// Every "$ref" below this value.
QStringList referencesIn(const QJsonValue &value)
{
    QStringList found;
    for (const QJsonValue &item : value.toArray()) {
        found << referencesIn(item);
    }
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        found << (it.key() == u"$ref"_s && it->isString() ? QStringList{it->toString()} : referencesIn(*it));
    }
    return found;
}

} // namespace

// What a client can read of a project of Python modules.
class TestE2ePythonOpenapi final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<PythonService> m_service;
    QJsonObject m_document;

    QJsonObject component(const QString &name) const
    {
        return m_document.value(u"components"_s).toObject().value(u"schemas"_s).toObject().value(name).toObject();
    }
    QJsonValue property(const QString &componentName, const QString &name) const
    {
        return component(componentName).value(u"properties"_s).toObject().value(name);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_service = std::make_unique<PythonService>();
        m_service->copyExample();
        m_service->writeModule(u"tasks/rich.py"_s, kRich);
        QByteArray project = contentOf(m_service->path(u"project.json"_s));
        project.replace(R"("module": "tasks.fail", "args": {}})", R"("module": "tasks.fail", "args": {}},
        {"name": "rich", "queue": "queue", "module": "tasks.rich", "args": {}})");
        m_service->setProject(project);
        QVERIFY2(m_service->start(), m_service->process().errorText());
        // Without the token: documents are for everybody.
        const auto answer = m_service->process().http().get("/openapi.json");
        QCOMPARE(answer.status, 200);
        m_document = parsed(answer.body);
    }
    void cleanupTestCase() { m_service.reset(); }

    void isAnOpenApiDocument()
    {
        QCOMPARE(m_document.value(u"openapi"_s).toString(), u"3.0.3"_s);
        for (const QString &reference : referencesIn(m_document)) {
            const QString prefix = u"#/components/schemas/"_s;
            QVERIFY2(reference.startsWith(prefix), qPrintable(reference));
            QVERIFY2(!component(reference.mid(prefix.size())).isEmpty(), qPrintable(reference));
        }
    }

    void hasTheOldOperationIds_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("verb");
        QTest::addColumn<QString>("id");
        const QString jobs = u"/api/v1/jobs/"_s;
        const QString one = u"/api/v1/jobs/{id}"_s;
        QTest::newRow("list") << jobs << u"get"_s << u"list_api_v1_jobs__get"_s;
        QTest::newRow("create") << jobs << u"post"_s << u"create_api_v1_jobs__post"_s;
        QTest::newRow("get") << one << u"get"_s << u"get_api_v1_jobs__id__get"_s;
        QTest::newRow("cancel") << one << u"delete"_s << u"cancel_api_v1_jobs__id__delete"_s;
    }
    void hasTheOldOperationIds()
    {
        QFETCH(QString, path);
        QFETCH(QString, verb);
        QFETCH(QString, id);
        const QJsonObject paths = m_document.value(u"paths"_s).toObject();
        const QJsonObject operation = paths.value(path).toObject().value(verb).toObject();
        QCOMPARE(operation.value(u"operationId"_s).toString(), id);
    }

    void hasTheOldComponents_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"JobRequest",
                                 "JobStatus",
                                 "Status",
                                 "HTTPValidationError",
                                 "ValidationError",
                                 "TaskRef_combine",
                                 "TaskRefParams_combine",
                                 "TaskRef_wait",
                                 "TaskRefParams_wait",
                                 "TaskRef_fail",
                                 "TaskRefParams_fail",
                                 "StorageRef_plain",
                                 "StorageRefParams_plain",
                                 "StorageRef_folder",
                                 "StorageRefParams_folder",
                                 "StorageRef_full",
                                 "CallbackRef_post",
                                 "CallbackRefParams_post",
                                 "CallbackRef_note",
                                 "CallbackRefParams_note"}) {
            QTest::newRow(name) << QString::fromLatin1(name);
        }
    }
    void hasTheOldComponents()
    {
        QFETCH(QString, name);
        QVERIFY(!component(name).isEmpty());
    }

    void aRequestNamesTheProjectsEntries_data()
    {
        QTest::addColumn<QString>("part");
        QTest::addColumn<QStringList>("components");
        QTest::newRow("task") << u"task"_s
                              << QStringList{u"TaskRef_combine"_s, u"TaskRef_wait"_s, u"TaskRef_fail"_s,
                                             u"TaskRef_rich"_s};
        QTest::newRow("storage") << u"storage"_s
                                 << QStringList{u"StorageRef_plain"_s, u"StorageRef_folder"_s, u"StorageRef_full"_s};
        QTest::newRow("callback") << u"callback"_s << QStringList{u"CallbackRef_post"_s, u"CallbackRef_note"_s};
    }
    void aRequestNamesTheProjectsEntries()
    {
        QFETCH(QString, part);
        QFETCH(QStringList, components);
        QStringList found = referencesIn(property(u"JobRequest"_s, part));
        QCOMPARE(found.replaceInStrings(u"#/components/schemas/"_s, QString()), components);
    }

    void anEntryIsItsNameAndItsParameters()
    {
        const QJsonArray names = property(u"TaskRef_combine"_s, u"name"_s).toObject().value(u"enum"_s).toArray();
        QCOMPARE(names, QJsonArray{u"combine"_s});
        QCOMPARE(referencesIn(property(u"TaskRef_combine"_s, u"params"_s)),
                 QStringList{u"#/components/schemas/TaskRefParams_combine"_s});
        QVERIFY(component(u"TaskRef_combine"_s)
                    .value(u"description"_s)
                    .toString()
                    .contains(u"Puts its parameters together"_s));
    }

    void parametersAreThoseOfTheSignature_data()
    {
        QTest::addColumn<QString>("component");
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<QStringList>("required");
        QTest::newRow("task") << u"TaskRefParams_combine"_s << QStringList{u"a"_s, u"b"_s, u"c"_s}
                              << QStringList{u"a"_s, u"b"_s, u"c"_s};
        QTest::newRow("task without") << u"TaskRefParams_fail"_s << QStringList() << QStringList();
        QTest::newRow("storage, but for the result")
            << u"StorageRefParams_folder"_s << QStringList{u"name"_s} << QStringList{u"name"_s};
        QTest::newRow("callback, but for the status")
            << u"CallbackRefParams_post"_s << QStringList{u"url"_s} << QStringList{u"url"_s};
        QTest::newRow("defaults") << u"TaskRefParams_rich"_s
                                  << QStringList{u"anything"_s, u"colour"_s, u"count"_s, u"either"_s,
                                                 u"maybe"_s,    u"names"_s,  u"size"_s,  u"table"_s}
                                  << QStringList{u"count"_s, u"names"_s, u"table"_s};
    }
    void parametersAreThoseOfTheSignature()
    {
        QFETCH(QString, component);
        QFETCH(QStringList, names);
        QFETCH(QStringList, required);
        const QJsonObject schema = this->component(component);
        QCOMPARE(schema.value(u"type"_s).toString(), u"object"_s);
        QCOMPARE(schema.value(u"properties"_s).toObject().keys(), names);
        QCOMPARE(schema.value(u"required"_s).toVariant().toStringList(), required);
    }

    void annotationsBecomeSchemas_data()
    {
        QTest::addColumn<QString>("component");
        QTest::addColumn<QString>("parameter");
        QTest::addColumn<QByteArray>("schema");
        const QString combine = u"TaskRefParams_combine"_s;
        const QString rich = u"TaskRefParams_rich"_s;
        const auto row = [](const QString &component, const QString &parameter, const QByteArray &schema) {
            QTest::addRow("%s", qPrintable(parameter)) << component << parameter << schema;
        };
        row(combine, u"a"_s, R"({"type":"integer"})");
        row(combine, u"b"_s, R"({"type":"string"})");
        row(combine, u"c"_s, R"({"type":"object"})");
        row(rich, u"names"_s, R"({"type":"array","items":{"type":"string"}})");
        row(rich, u"table"_s, R"({"type":"object","additionalProperties":{"type":"integer"}})");
        row(rich, u"size"_s, R"({"type":"number","default":1.5})");
        row(rich, u"colour"_s, R"({"enum":["red","green"],"default":"red"})");
        row(rich, u"either"_s, R"({"anyOf":[{"type":"integer"},{"type":"string"}],"default":0})");
    }
    void annotationsBecomeSchemas()
    {
        QFETCH(QString, component);
        QFETCH(QString, parameter);
        QFETCH(QByteArray, schema);
        const QJsonObject found = property(component, parameter).toObject();
        const QJsonObject wanted = parsed(schema);
        for (auto it = wanted.begin(); it != wanted.end(); ++it) {
            QVERIFY2(found.value(it.key()) == *it, QJsonDocument(found).toJson());
        }
    }

    void anOptionalParameterMayBeNull()
    {
        QVERIFY(property(u"TaskRefParams_rich"_s, u"maybe"_s).toObject().value(u"nullable"_s).toBool());
    }

    void thePageLoadsNothingFromTheNetwork()
    {
        const auto page = m_service->process().http().get("/docs");
        QCOMPARE(page.status, 200);
        static const QRegularExpression outside(u"(src|href)\\s*=\\s*[\"']?(https?:)?//"_s);
        QVERIFY(!outside.match(QString::fromUtf8(page.body)).hasMatch());
    }
};

QTEST_GUILESS_MAIN(TestE2ePythonOpenapi)
#include "tst_e2e_python_openapi.moc"
