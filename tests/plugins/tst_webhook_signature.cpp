// SPDX-License-Identifier: LGPL-3.0-or-later
#include "plugins/http/retry_after.h"
#include "plugins/http/signature.h"

#include <QTest>
#include <QTimeZone>

using namespace dragonscales::plugins::http;
using namespace Qt::Literals::StringLiterals;

class TestWebhookSignature : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The example of the specification, which its reference libraries test against too.
    void signsAsTheSpecificationsExample()
    {
        const auto signer = Signer::make({u"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"_s});
        QVERIFY(signer.has_value());
        QCOMPARE(signer->sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
                 "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    void eachSecretSigns()
    {
        const QString one = u"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"_s;
        const QString two = u"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"_s;
        const QByteArray both = Signer::make({one, two})->sign("id", 1, "{}");
        QCOMPARE(both, Signer::make({one})->sign("id", 1, "{}") + ' ' + Signer::make({two})->sign("id", 1, "{}"));
        QVERIFY(Signer::make({})->sign("id", 1, "{}").isEmpty());
    }

    void badSecretsAreRefusedAndNotRepeated_data()
    {
        QTest::addColumn<QString>("secret");
        QTest::newRow("no prefix") << u"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"_s;
        QTest::newRow("not base64") << u"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2L*****"_s;
        QTest::newRow("short") << u"whsec_c2hvcnQ="_s;
        QTest::newRow("empty") << QString();
        QTest::newRow("prefix only") << u"whsec_"_s;
        QTest::newRow("reference that nobody replaced") << u"${HOOK_SECRET}"_s;
    }
    void badSecretsAreRefusedAndNotRepeated()
    {
        QFETCH(QString, secret);
        const auto signer = Signer::make({u"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"_s, secret});
        QVERIFY(!signer.has_value());
        QVERIFY(signer.error().message.contains(u"secrets[1]"_s));
        QVERIFY(secret.size() < 8 || !signer.error().message.contains(secret));
    }

    void retryAfterIsSecondsOrADate_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<qint64>("seconds"); // -1: none
        QTest::newRow("seconds") << QByteArray("120") << qint64(120);
        QTest::newRow("zero") << QByteArray("0") << qint64(0);
        QTest::newRow("spaces") << QByteArray(" 5 ") << qint64(5);
        QTest::newRow("a year") << QByteArray("31536000") << qint64(86400);
        QTest::newRow("beyond numbers") << QByteArray("99999999999999999999999") << qint64(86400);
        QTest::newRow("date") << QByteArray("Sun, 06 Nov 1994 08:50:37 GMT") << qint64(60);
        QTest::newRow("old date") << QByteArray("Sunday, 06-Nov-94 08:50:37 GMT") << qint64(60);
        QTest::newRow("asctime") << QByteArray("Sun Nov  6 08:50:37 1994") << qint64(60);
        QTest::newRow("past date") << QByteArray("Sun, 06 Nov 1994 08:00:00 GMT") << qint64(0);
        QTest::newRow("far date") << QByteArray("Sun, 06 Nov 2044 08:00:00 GMT") << qint64(86400);
        QTest::newRow("negative") << QByteArray("-1") << qint64(-1);
        QTest::newRow("fraction") << QByteArray("1.5") << qint64(-1);
        QTest::newRow("text") << QByteArray("soon") << qint64(-1);
        QTest::newRow("empty") << QByteArray() << qint64(-1);
    }
    void retryAfterIsSecondsOrADate()
    {
        QFETCH(QByteArray, value);
        QFETCH(qint64, seconds);
        const QDateTime now(QDate(1994, 11, 6), QTime(8, 49, 37), QTimeZone::utc());
        const auto wait = retryAfter(value, now);
        QCOMPARE(wait ? wait->count() : -1000, seconds * 1000);
    }
};

QTEST_GUILESS_MAIN(TestWebhookSignature)
#include "tst_webhook_signature.moc"
