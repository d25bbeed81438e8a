// SPDX-License-Identifier: LGPL-3.0-or-later
#include "plugins/plugin_fixture.h"

#include <QDir>
#include <QImage>
#include <QTest>

#include <sys/stat.h>

using namespace dragonscales;
using namespace Qt::Literals::StringLiterals;

class TestImagePlugin : public QObject
{
    Q_OBJECT

private:
    sdk::Plugin &m_plugin = tests::bundledPlugin(u"image"_s);
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<tests::FakeContext> m_context;

    QString picture(const QString &name) const { return m_folder->filePath(u"in/"_s + name); }
    void write(const QString &name, const QByteArray &bytes) const
    {
        QFile file(picture(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    sdk::Outcome<sdk::TaskResult> run(const QJsonObject &params, const QByteArray &args = R"({"directory":"in"})")
    {
        return m_plugin.task(u"image.thumbnail"_s, tests::argsOf(args, m_folder->path()))->run(params, *m_context);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_context = std::make_unique<tests::FakeContext>();
        QVERIFY(QDir(m_folder->path()).mkdir(u"in"_s));
        QImage image(640, 400, QImage::Format_RGB32);
        image.fill(Qt::red);
        for (const auto &name : {u"wide.png"_s, u"wide.jpg"_s, u"wide.bmp"_s}) {
            QVERIFY(image.save(picture(name)));
        }
        QVERIFY(image.save(picture(u"lies.jpg"_s), "png"));
        QVERIFY(image.scaled(5, 3000, Qt::IgnoreAspectRatio).save(picture(u"thin.png"_s)));
    }

    void theThumbnailFitsAndKeepsItsAspect_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QJsonObject>("box");
        QTest::addColumn<QSize>("size");
        const QJsonObject square{{u"width"_s, 64}, {u"height"_s, 64}};
        QTest::newRow("png") << u"wide.png"_s << square << QSize(64, 40);
        QTest::newRow("jpeg") << u"wide.jpg"_s << square << QSize(64, 40);
        QTest::newRow("bmp") << u"wide.bmp"_s << square << QSize(64, 40);
        QTest::newRow("by its content") << u"lies.jpg"_s << square << QSize(64, 40);
        QTest::newRow("height decides") << u"wide.png"_s << QJsonObject{{u"width"_s, 300}, {u"height"_s, 20}}
                                        << QSize(32, 20);
        QTest::newRow("defaults") << u"wide.png"_s << QJsonObject{} << QSize(256, 160);
        QTest::newRow("never enlarged") << u"wide.png"_s << QJsonObject{{u"width"_s, 4096}, {u"height"_s, 4096}}
                                        << QSize(640, 400);
        QTest::newRow("never empty") << u"thin.png"_s << QJsonObject{{u"width"_s, 10}, {u"height"_s, 10}}
                                     << QSize(1, 10);
    }
    void theThumbnailFitsAndKeepsItsAspect()
    {
        QFETCH(QString, path);
        QFETCH(QJsonObject, box);
        box.insert(u"path"_s, path);
        const auto outcome = run(box);
        QVERIFY2(outcome.has_value(), outcome ? "" : qPrintable(outcome.error().message));
        const auto *file = std::get_if<sdk::File>(&*outcome);
        QVERIFY(file);
        QCOMPARE(file->mediaType, u"image/png"_s);
        QVERIFY(file->path.startsWith(m_context->scratchFolder() + u'/'));
        const QImage thumbnail(file->path, "png");
        QTEST(thumbnail.size(), "size");
        const QColor colour = thumbnail.pixelColor(0, 0);
        QVERIFY(colour.red() > 240 && colour.green() < 20 && colour.blue() < 20);
    }

    void theFormatIsThatOfTheArgs()
    {
        const auto outcome = run({{u"path"_s, u"wide.png"_s}}, R"({"directory":"in","format":"jpeg"})");
        QVERIFY(outcome.has_value());
        const auto file = std::get<sdk::File>(*outcome);
        QCOMPARE(file.mediaType, u"image/jpeg"_s);
        QVERIFY(!QImage(file.path, "jpeg").isNull());
        QVERIFY_THROWS_EXCEPTION(std::exception, run({}, R"({"directory":"in","format":"svg"})"));
    }

    void whatIsNoPictureFails_data()
    {
        QTest::addColumn<QString>("path");
        for (const char *path : {"text.png", "cut.png", "empty.png", "drawing.svg", "fifo.png", "missing.png",
                                 "../outside.png", "link.png", "bomb.ppm"}) {
            QTest::newRow(path) << QString::fromLatin1(path);
        }
    }
    void whatIsNoPictureFails()
    {
        QFETCH(QString, path);
        write(u"text.png"_s, "no picture");
        write(u"empty.png"_s, "");
        write(u"drawing.svg"_s, "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>");
        write(u"bomb.ppm"_s, "P6 60000 60000 255\n" + QByteArray(1000, 'x'));
        QFile whole(picture(u"wide.png"_s));
        QVERIFY(whole.open(QIODevice::ReadOnly));
        write(u"cut.png"_s, whole.read(60));
        QVERIFY(QFile::copy(picture(u"wide.png"_s), m_folder->filePath(u"outside.png"_s)));
        QVERIFY(QFile::link(m_folder->filePath(u"outside.png"_s), picture(u"link.png"_s)));
        QCOMPARE(::mkfifo(picture(u"fifo.png"_s).toLocal8Bit().constData(), 0600), 0);
        const auto outcome = run({{u"path"_s, path}});
        QVERIFY(!outcome.has_value());
        QVERIFY(!outcome.error().message.isEmpty());
        QVERIFY(QDir(m_context->scratchFolder()).isEmpty());
    }

    void sizesOutOfRangeFail_data()
    {
        QTest::addColumn<QJsonObject>("box");
        QTest::newRow("zero") << QJsonObject{{u"width"_s, 0}};
        QTest::newRow("negative") << QJsonObject{{u"height"_s, -1}};
        QTest::newRow("huge") << QJsonObject{{u"width"_s, 4097}};
    }
    void sizesOutOfRangeFail()
    {
        QFETCH(QJsonObject, box);
        box.insert(u"path"_s, u"wide.png"_s);
        QVERIFY(!run(box).has_value());
    }
};

QTEST_GUILESS_MAIN(TestImagePlugin)
#include "tst_image_plugin.moc"
