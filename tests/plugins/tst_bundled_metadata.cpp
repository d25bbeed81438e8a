// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/json/reader.h"
#include "core/schema.h"
#include "plugins/plugin_fixture.h"

#include <QDir>
#include <QTest>

using namespace dragonscales;
using namespace Qt::Literals::StringLiterals;

// What the catalog, the forms and the API's documents are made from, for every library that is bundled.
class TestBundledMetadata : public QObject
{
    Q_OBJECT

private:
    static QList<QPair<QString, QJsonObject>> allModules()
    {
        QList<QPair<QString, QJsonObject>> modules;
        const QDir folder(QStringLiteral(DRAGONSCALES_BIN_DIR "/plugins"));
        for (const QFileInfo &info : folder.entryInfoList({u"dragonscales_*.so"_s})) {
            const QJsonObject data = QPluginLoader(info.filePath()).metaData().value(u"MetaData"_s).toObject();
            for (const QJsonValue &module : data.value(u"modules"_s).toArray()) {
                modules.append({info.filePath(), module.toObject()});
            }
        }
        return modules;
    }

    static QString identity(const QJsonObject &module)
    {
        return module.value(u"kind"_s).toString() + u' ' + module.value(u"name"_s).toString();
    }

    static void addRows()
    {
        QTest::addColumn<QString>("library");
        QTest::addColumn<QJsonObject>("module");
        for (const auto &[library, module] : allModules()) {
            QTest::newRow(qPrintable(identity(module))) << library << module;
        }
    }

    // The first property at any depth that nobody described; empty when all are.
    static QString undescribed(const QJsonObject &schema, const QString &place)
    {
        const QJsonObject properties = schema.value(u"properties"_s).toObject();
        for (auto it = properties.begin(); it != properties.end(); ++it) {
            const QJsonObject property = it.value().toObject();
            if (property.value(u"description"_s).toString().isEmpty() ||
                property.value(u"title"_s).toString().isEmpty()) {
                return place + u'/' + it.key();
            }
            const QString deeper = undescribed(property, place + u'/' + it.key());
            if (!deeper.isEmpty()) {
                return deeper;
            }
        }
        return {};
    }

private Q_SLOTS:
    void everyModuleOfTheTableIsThereOnce()
    {
        QStringList found;
        for (const auto &[library, module] : allModules()) {
            found.append(identity(module));
        }
        found.sort();
        QStringList expected{
            u"authorizer api-key"_s, u"authorizer open"_s,   u"authorizer program"_s, u"callback file"_s,
            u"callback log"_s,       u"callback program"_s,  u"callback webhook"_s,   u"storage discard"_s,
            u"storage file"_s,       u"storage program"_s,   u"task command"_s,       u"task echo"_s,
            u"task file.checksum"_s, u"task http.request"_s, u"task program"_s,       u"task sleep"_s};
#ifdef DRAGONSCALES_IMAGE_PLUGIN
        expected.append(u"task image.thumbnail"_s);
#endif
        expected.sort();
        QCOMPARE(found, expected);
    }

    void schemasDescribeEveryProperty_data()
    {
        addRows();
    }
    void schemasDescribeEveryProperty()
    {
        QFETCH(QJsonObject, module);
        for (const QString &key : {u"args"_s, u"params"_s}) {
            const bool needed = key == "args"_L1 || module.value(u"kind"_s) != "authorizer"_L1;
            QCOMPARE(module.value(key).isObject(), needed);
            QCOMPARE(undescribed(module.value(key).toObject(), key), QString());
        }
        QVERIFY(!module.value(u"title"_s).toString().isEmpty());
        QVERIFY(module.value(u"description"_s).toString().endsWith(u'.'));
        QVERIFY((QStringList{u"thread"_s, u"process"_s}).contains(module.value(u"isolation"_s).toString()));
    }

    void schemasCompileAndDefaultsConform_data()
    {
        addRows();
    }
    void schemasCompileAndDefaultsConform()
    {
        QFETCH(QJsonObject, module);
        for (const QString &key : {u"args"_s, u"params"_s, u"result"_s}) {
            const QJsonObject schema = module.value(key).toObject();
            const auto compiled = core::Schema::compile(sdk::Json(schema).text());
            QVERIFY2(compiled.has_value(), compiled ? "" : qPrintable(compiled.error().message));
            const QJsonObject properties = schema.value(u"properties"_s).toObject();
            for (auto it = properties.begin(); it != properties.end(); ++it) {
                const QJsonObject property = it.value().toObject();
                if (property.contains(u"default"_s)) {
                    const auto value = core::json::read(sdk::Json::of(property.value(u"default"_s)).text());
                    QVERIFY(value.has_value());
                    QVERIFY2(core::Schema::compile(sdk::Json(property).text())->validate(*value).isEmpty(),
                             qPrintable(it.key()));
                }
            }
        }
    }

    void theLibraryProvidesWhatItsMetadataSays_data()
    {
        addRows();
    }
    void theLibraryProvidesWhatItsMetadataSays()
    {
        QFETCH(QString, library);
        QFETCH(QJsonObject, module);
        QTemporaryDir folder;
        QFile keys(folder.filePath(u"keys.json"_s));
        QVERIFY(keys.open(QIODevice::WriteOnly));
        keys.write(R"({"keys":[]})");
        keys.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        keys.close();
        // All required args of all modules at once: constructors look only for their own.
        const auto args =
            tests::argsOf(R"({"directory":".","argv":["true"],"file":"keys.json","program":"/bin/sh"})", folder.path());
        QPluginLoader loader(library);
        const auto *plugin = qobject_cast<sdk::Plugin *>(loader.instance());
        QVERIFY2(plugin, qPrintable(loader.errorString()));
        const QString name = module.value(u"name"_s).toString();
        const QString kind = module.value(u"kind"_s).toString();
        const bool all = name == "program"_L1;
        QCOMPARE(plugin->task(name, args) != nullptr, kind == "task"_L1 || all);
        QCOMPARE(plugin->storage(name, args) != nullptr, kind == "storage"_L1 || name == "file"_L1 || all);
        QCOMPARE(plugin->callback(name, args) != nullptr, kind == "callback"_L1 || name == "file"_L1 || all);
        QCOMPARE(plugin->authorizer(name, args) != nullptr, kind == "authorizer"_L1 || all);
    }
};

QTEST_GUILESS_MAIN(TestBundledMetadata)
#include "tst_bundled_metadata.moc"
