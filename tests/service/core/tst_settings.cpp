// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/settings.h"

#include "core/near_miss.h"

#include <QSet>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales::core;

namespace {

using Environment = QHash<QString, QString>;

Result<Settings> read(const QList<Setting> &table, const QStringList &arguments, const Environment &variables = {},
                      QStringList *rest = nullptr)
{
    QProcessEnvironment environment;
    for (auto it = variables.begin(); it != variables.end(); ++it) {
        environment.insert(it.key(), it.value());
    }
    return Settings::read(table, arguments, environment, rest);
}

} // namespace

class SettingsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultsAreThere();
    void flagWinsOverEnvironmentOverDefault();
    void olderNamesCount();
    void readsForms_data();
    void readsForms();
    void listsAddUp();
    void headersTakeTwoValues();
    void separatesTheRest();
    void tellsFault_data();
    void tellsFault();
    void tellsAllFaultsAtOnce();
    void everySettingIsInTheHelp_data();
    void everySettingIsInTheHelp();
    void tablesAreSound_data() { everySettingIsInTheHelp_data(); }
    void tablesAreSound();
    void helpAndVersionAreSeenBesideFaults();
    void nearMisses_data();
    void nearMisses();
};

void SettingsTest::defaultsAreThere()
{
    const auto settings = read(serviceSettings(), {});
    QVERIFY(settings.has_value());
    QCOMPARE(settings->text(u"project"_s), u"project.json"_s);
    QCOMPARE(settings->text(u"address"_s), u"127.0.0.1:5003"_s);
    QCOMPARE(settings->text(u"queue-url"_s), QString());
    QCOMPARE(settings->integer(u"lease"_s), 30);
    QCOMPARE(settings->integer(u"workers"_s), 0);
    QCOMPARE(settings->integer(u"DRAGONSCALES_LOGGER_MAX_BYTES"_s), 1024 * 1024);
    QCOMPARE(settings->text(u"log-level"_s), u"info"_s);
    QVERIFY(!settings->flag(u"no-workers"_s));
    QVERIFY(!settings->isSet(u"project"_s));
    const auto manager = read(managerSettings(), {});
    QCOMPARE(manager->text(u"url"_s), u"http://127.0.0.1:5003"_s);
}

void SettingsTest::flagWinsOverEnvironmentOverDefault()
{
    const Environment environment{{u"DRAGONSCALES_PROJECT_PATH"_s, u"env.json"_s}};
    QCOMPARE(read(serviceSettings(), {}, environment)->text(u"project"_s), u"env.json"_s);
    const auto both = read(serviceSettings(), {u"--project"_s, u"flag.json"_s}, environment);
    QCOMPARE(both->text(u"project"_s), u"flag.json"_s);
    QVERIFY(both->isSet(u"project"_s));
    QCOMPARE(read(serviceSettings(), {}, {{u"DRAGONSCALES_PROJECT_PATH"_s, u""_s}})->text(u"project"_s),
             u"project.json"_s);
    // A bad variable does not count where a flag wins.
    QVERIFY(read(serviceSettings(), {u"--lease=60"_s}, {{u"DRAGONSCALES_LEASE"_s, u"soon"_s}}).has_value());
}

void SettingsTest::olderNamesCount()
{
    const Environment old{{u"DRAGONSCALES_REDIS_URL"_s, u"sqlite:old"_s}};
    QCOMPARE(read(serviceSettings(), {}, old)->text(u"queue-url"_s), u"sqlite:old"_s);
    Environment both = old;
    both.insert(u"DRAGONSCALES_QUEUE_URL"_s, u"sqlite:new"_s);
    QCOMPARE(read(serviceSettings(), {}, both)->text(u"queue-url"_s), u"sqlite:new"_s);
    QCOMPARE(read(serviceSettings(), {}, {{u"DRAGONSCALES_QUEUE_NAME"_s, u"images"_s}})->list(u"queues"_s),
             QStringList{u"images"_s});
    QCOMPARE(read(managerSettings(), {}, {{u"DRAGONSCALES_SERVICE_URL"_s, u"http://h/x"_s}})->text(u"url"_s),
             u"http://h/x"_s);
}

void SettingsTest::readsForms_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("text");
    QTest::newRow("two words") << QStringList{u"--address"_s, u"[::1]:0"_s} << u"address"_s << u"[::1]:0"_s;
    QTest::newRow("one word") << QStringList{u"--address=[::1]:0"_s} << u"address"_s << u"[::1]:0"_s;
    QTest::newRow("an = within") << QStringList{u"--queue-url=unix:/x?db=0"_s} << u"queue-url"_s << u"unix:/x?db=0"_s;
    QTest::newRow("empty") << QStringList{u"--queue-url="_s} << u"queue-url"_s << u""_s;
    QTest::newRow("the last counts") << QStringList{u"--project=a"_s, u"--project"_s, u"b"_s} << u"project"_s << u"b"_s;
    QTest::newRow("dashes by =") << QStringList{u"--project=--x"_s} << u"project"_s << u"--x"_s;
    QTest::newRow("one dash") << QStringList{u"--project"_s, u"-x"_s} << u"project"_s << u"-x"_s;
    QTest::newRow("level in any case") << QStringList{u"--log-level"_s, u"WARNING"_s} << u"log-level"_s << u"warning"_s;
}

void SettingsTest::readsForms()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, name);
    QFETCH(QString, text);
    const auto settings = read(serviceSettings(), arguments);
    QVERIFY2(settings.has_value(), settings ? "" : qPrintable(settings.error().message));
    QCOMPARE(settings->text(name), text);
}

void SettingsTest::listsAddUp()
{
    const auto settings =
        read(serviceSettings(), {u"--queues=a, b,,c"_s, u"--queues"_s, u"d"_s, u"--plugin-path=/a:/b"_s},
             {{u"DRAGONSCALES_CORS_ORIGINS"_s, u"https://a,https://b"_s}});
    QCOMPARE(settings->list(u"queues"_s), (QStringList{u"a"_s, u"b"_s, u"c"_s, u"d"_s}));
    QCOMPARE(settings->list(u"plugin-path"_s), (QStringList{u"/a"_s, u"/b"_s}));
    QCOMPARE(settings->list(u"DRAGONSCALES_CORS_ORIGINS"_s), (QStringList{u"https://a"_s, u"https://b"_s}));
}

void SettingsTest::headersTakeTwoValues()
{
    QStringList rest;
    const auto settings =
        read(managerSettings(), {u"--header"_s, u"A"_s, u"1"_s, u"list"_s, u"--header=B"_s, u"2"_s}, {}, &rest);
    QVERIFY(settings.has_value());
    QCOMPARE(settings->pairs(u"header"_s), (QList<QPair<QString, QString>>{{u"A"_s, u"1"_s}, {u"B"_s, u"2"_s}}));
    QCOMPARE(rest, QStringList{u"list"_s});
}

void SettingsTest::separatesTheRest()
{
    QStringList rest;
    QVERIFY(read(managerSettings(), {u"check"_s, u"--wait"_s, u"-"_s, u"--"_s, u"--url"_s}, {}, &rest).has_value());
    QCOMPARE(rest, (QStringList{u"check"_s, u"-"_s, u"--url"_s}));
}

void SettingsTest::tellsFault_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<Environment>("variables");
    QTest::addColumn<QString>("message");
    const Environment none;
    QTest::newRow("unknown, near") << QStringList{u"--adress=x"_s} << none << u"“--adress”; “--address”"_s;
    QTest::newRow("unknown, far") << QStringList{u"--frobnicate"_s} << none << u"--help"_s;
    QTest::newRow("value missing") << QStringList{u"--project"_s} << none
                                   << u"--project: its value is missing; write --project FILE"_s;
    QTest::newRow("flag for value") << QStringList{u"--project"_s, u"--no-api"_s} << none << u"its value is missing"_s;
    QTest::newRow("value too many") << QStringList{u"--no-api=1"_s} << none << u"--no-api: takes no value"_s;
    QTest::newRow("no number") << QStringList{u"--workers=many"_s} << none
                               << u"--workers: “many” cannot be used; write a whole number from 1 to 1000"_s;
    QTest::newRow("too small") << QStringList{u"--workers=0"_s} << none << u"“0” cannot be used"_s;
    QTest::newRow("too large") << QStringList{u"--workers=99999999999999999999"_s} << none << u"cannot be used"_s;
    QTest::newRow("level") << QStringList{u"--log-level=loud"_s} << none
                           << u"--log-level: “loud” is not known; write one of debug, info"_s;
    QTest::newRow("level, variable") << QStringList() << Environment{{u"DRAGONSCALES_LOGGER_LEVEL"_s, u"loud"_s}}
                                     << u"DRAGONSCALES_LOGGER_LEVEL: “loud”"_s;
    QTest::newRow("number, variable")
        << QStringList() << Environment{{u"DRAGONSCALES_LOGGER_MAX_BYTES"_s, u"1M"_s}}
        << u"DRAGONSCALES_LOGGER_MAX_BYTES: “1M” cannot be used; write a whole number from 0 up"_s;
    QTest::newRow("one dash") << QStringList{u"-p"_s} << none << u"two dashes"_s;
    QTest::newRow("a word") << QStringList{u"start"_s} << none << u"“start” is not understood"_s;
}

void SettingsTest::tellsFault()
{
    QFETCH(QStringList, arguments);
    QFETCH(Environment, variables);
    QFETCH(QString, message);
    const auto settings = read(serviceSettings(), arguments, variables);
    QVERIFY(!settings.has_value());
    QCOMPARE(settings.error().code, ErrorCode::InvalidArgument);
    QVERIFY2(settings.error().message.contains(message), qPrintable(settings.error().message));
}

void SettingsTest::tellsAllFaultsAtOnce()
{
    const auto settings = read(serviceSettings(), {u"--adress=x"_s, u"--lease=1"_s, u"--project"_s},
                               {{u"DRAGONSCALES_LOGGER_LEVEL"_s, u"loud"_s}});
    QCOMPARE(settings.error().message.count(u'\n'), 3);
}

void SettingsTest::everySettingIsInTheHelp_data()
{
    QTest::addColumn<bool>("service");
    QTest::newRow("service") << true;
    QTest::newRow("manager") << false;
}

void SettingsTest::everySettingIsInTheHelp()
{
    QFETCH(bool, service);
    const auto &table = service ? serviceSettings() : managerSettings();
    const QString help = helpText(u"program"_s, u"Does things."_s, table);
    for (const Setting &setting : table) {
        if (!setting.flag.isEmpty()) {
            QVERIFY2(help.contains(u"--"_s + setting.flag), qPrintable(setting.flag));
        }
        for (const QString &variable : setting.environment) {
            QVERIFY2(help.contains(variable), qPrintable(variable));
        }
    }
    for (const QString &line : help.split(u'\n')) {
        QVERIFY2(line.size() <= 100 || line.startsWith(u"A flag"_s), qPrintable(line));
    }
}

// A table that contradicts itself would make a program that does not start.
void SettingsTest::tablesAreSound()
{
    QFETCH(bool, service);
    const auto &table = service ? serviceSettings() : managerSettings();
    QSet<QString> seen;
    for (const Setting &setting : table) {
        QVERIFY(!setting.name().isEmpty());
        for (const QString &name : setting.environment + QStringList{setting.flag}) {
            QVERIFY2(name.isEmpty() || !seen.contains(name), qPrintable(name));
            seen.insert(name);
        }
        QVERIFY2(setting.help.endsWith(u'.'), qPrintable(setting.help));
        QCOMPARE(setting.placeholder.isEmpty(), setting.type == Setting::Type::Flag);
        if (!setting.fallback.isEmpty()) {
            QVERIFY(!setting.flag.isEmpty()
                        ? read(table, {u"--%1=%2"_s.arg(setting.flag, setting.fallback)}).has_value()
                        : read(table, {}, {{setting.name(), setting.fallback}}).has_value());
        }
    }
}

void SettingsTest::helpAndVersionAreSeenBesideFaults()
{
    QVERIFY(asksForHelp({u"--bogus"_s, u"-h"_s}));
    QVERIFY(asksForHelp({u"--help"_s}));
    QVERIFY(!asksForHelp({u"--"_s, u"--help"_s}));
    QVERIFY(asksForVersion({u"--version"_s}));
    QVERIFY(!asksForVersion({u"-h"_s}));
}

void SettingsTest::nearMisses_data()
{
    QTest::addColumn<QString>("wrong");
    QTest::addColumn<QString>("near");
    QTest::newRow("swapped") << u"imagse"_s << u"images"_s;
    QTest::newRow("one less") << u"image"_s << u"images"_s;
    QTest::newRow("case") << u"IMAGES"_s << u"images"_s;
    QTest::newRow("short") << u"q"_s << u"a"_s;
    QTest::newRow("nothing like it") << u"thumbnails"_s << QString();
    QTest::newRow("nothing") << QString() << QString();
    QTest::newRow("endless") << QString(100'000, u'x') << QString();
}

void SettingsTest::nearMisses()
{
    QFETCH(QString, wrong);
    QFETCH(QString, near);
    QCOMPARE(nearMiss(wrong, {u"images"_s, u"a"_s, u"documents"_s}), near);
}

QTEST_GUILESS_MAIN(SettingsTest)
#include "tst_settings.moc"
