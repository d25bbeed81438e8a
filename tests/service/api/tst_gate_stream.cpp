// SPDX-License-Identifier: LGPL-3.0-or-later
#include "gate_fixture.h"

#include <QBuffer>
#include <QTest>

using namespace dragonscales;
using namespace dragonscales::tests;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

// A device that the test feeds, and that says when it is destroyed.
class Tap final : public QIODevice
{
public:
    explicit Tap(std::shared_ptr<QSemaphore> destroyed)
        : m_destroyed(std::move(destroyed))
    {
        QIODevice::open(ReadOnly | Unbuffered);
    }
    ~Tap() override { m_destroyed->release(); }
    Q_DISABLE_COPY_MOVE(Tap)

    // From any thread.
    void give(const QByteArray &bytes, bool last = false)
    {
        QMetaObject::invokeMethod(
            this,
            [this, bytes, last] {
                m_bytes += bytes;
                m_last = last;
                Q_EMIT readyRead();
            },
            Qt::QueuedConnection);
    }
    void fail()
    {
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_failed = true;
                Q_EMIT readyRead();
            },
            Qt::QueuedConnection);
    }

    bool isSequential() const override { return true; }
    bool atEnd() const override { return m_last && m_bytes.isEmpty(); }
    qint64 bytesAvailable() const override { return m_bytes.size(); }

protected:
    qint64 readData(char *data, qint64 most) override
    {
        const qint64 n = std::min<qint64>(most, m_bytes.size());
        if (n == 0 && m_failed) {
            return -1;
        }
        std::copy_n(m_bytes.constData(), n, data);
        m_bytes.remove(0, n);
        return n;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    std::shared_ptr<QSemaphore> m_destroyed;
    QByteArray m_bytes;
    bool m_last = false;
    bool m_failed = false;
};

// 40 MB, counting what was taken.
class Flood final : public QIODevice
{
public:
    explicit Flood(QAtomicInteger<qint64> &taken)
        : m_taken(taken)
    {
        QIODevice::open(ReadOnly | Unbuffered);
    }

    static constexpr qint64 kSize = 40'000'000;

    bool isSequential() const override { return true; }
    bool atEnd() const override { return m_taken.loadAcquire() == kSize; }

protected:
    qint64 readData(char *data, qint64 most) override
    {
        const qint64 n = std::min(most, kSize - m_taken.loadAcquire());
        std::fill_n(data, n, 'x');
        m_taken.fetchAndAddRelease(n);
        return n;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QAtomicInteger<qint64> &m_taken;
};

} // namespace

class TestGateStream final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void sendsChunksUntilTheEnd();
    void endsWithTheConnectionForHttp10();
    void sendsWhatComesWhenItComes();
    void takesTheNextRequestAfterwards();
    void isPacedByTheClient();
    void closesOnAClientThatStopsReading();
    void destroysTheDeviceWhenTheClientLeaves();
    void givesAHalfClosedClientTheWhole();
    void endsUnfinishedWhenTheDeviceFails();
    void endsWhenTheServiceStops();

private:
    std::shared_ptr<QSemaphore> m_destroyed;
    QSemaphore m_made;
    std::weak_ptr<Tap> m_tap;

    std::function<std::shared_ptr<QIODevice>()> tapMaker()
    {
        return [this] {
            auto tap = std::make_shared<Tap>(m_destroyed);
            m_tap = tap;
            m_made.release();
            return tap;
        };
    }
};

void TestGateStream::init()
{
    m_destroyed = std::make_shared<QSemaphore>();
    m_made.tryAcquire(m_made.available());
}

void TestGateStream::sendsChunksUntilTheEnd()
{
    GateFixture gate;
    const QByteArray content = QByteArray("0123456789").repeated(50'000);
    gate.makeStream = [content] {
        auto buffer = std::make_shared<QBuffer>();
        buffer->setData(content);
        return buffer; // the gate opens it
    };
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/stream")));
    const auto answer = client.answer();
    QVERIFY(answer);
    QCOMPARE(answer->field("transfer-encoding"), "chunked");
    QCOMPARE(answer->field("content-length"), QByteArray());
    QVERIFY(answer->body == content);
}

void TestGateStream::endsWithTheConnectionForHttp10()
{
    GateFixture gate;
    gate.makeStream = tapMaker();
    RawClient client(gate.port());
    QVERIFY(client.send("GET /stream HTTP/1.0\r\nHost: " + gate.host() + "\r\nConnection: keep-alive\r\n\r\n"));
    QVERIFY(m_made.tryAcquire(1, 10'000));
    m_tap.lock()->give("hello", true);
    const auto answer = client.answer();
    QVERIFY(answer);
    QCOMPARE(answer->field("transfer-encoding"), QByteArray());
    QCOMPARE(answer->field("connection"), "close");
    QCOMPARE(answer->body, "hello");
}

void TestGateStream::sendsWhatComesWhenItComes()
{
    GateFixture gate;
    gate.makeStream = tapMaker();
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/stream")));
    QVERIFY(m_made.tryAcquire(1, 10'000));
    for (const QByteArray &part : {"one"_ba, "two"_ba, "three"_ba}) {
        m_tap.lock()->give(part);
        while (!client.input().contains(part)) {
            QVERIFY(client.readMore());
        }
    }
    m_tap.lock()->give({}, true);
    const auto answer = client.answer();
    QVERIFY(answer);
    QCOMPARE(answer->body, "onetwothree");
    QVERIFY(m_destroyed->tryAcquire(1, 10'000));
}

void TestGateStream::takesTheNextRequestAfterwards()
{
    GateFixture gate;
    gate.makeStream = tapMaker();
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/stream") + gate.request("GET", "/echo")));
    QVERIFY(m_made.tryAcquire(1, 10'000));
    QCOMPARE(gate.asked(), 1);
    m_tap.lock()->give("x", true);
    QCOMPARE(client.answer().value_or(RawAnswer()).body, "x");
    QCOMPARE(client.answer().value_or(RawAnswer()).body, "GET /echo ");
}

void TestGateStream::isPacedByTheClient()
{
    QAtomicInteger<qint64> taken = 0;
    GateFixture gate;
    gate.makeStream = [&taken] { return std::make_shared<Flood>(taken); };
    RawClient client(gate.port(), 4096);
    QVERIFY(client.send(gate.request("GET", "/stream")));
    QVERIFY(client.readMore());
    for (int i = 0; i < 20; ++i) { // turns of the gate's loop, in which it could take more
        RawClient other(gate.port());
        QVERIFY(other.send(gate.request("GET", "/echo")) && other.answer());
    }
    QVERIFY2(taken.loadAcquire() < Flood::kSize / 4, QByteArray::number(taken.loadAcquire()));
    const auto answer = client.answer();
    QVERIFY(answer);
    QCOMPARE(answer->body.size(), Flood::kSize);
}

void TestGateStream::closesOnAClientThatStopsReading()
{
    QAtomicInteger<qint64> taken = 0;
    api::GateOptions options;
    options.limits.sendTime = 200ms;
    options.limits.idleTime = 1500ms;
    GateFixture gate(options);
    gate.makeStream = [&taken] { return std::make_shared<Flood>(taken); };
    RawClient client(gate.port(), 4096);
    QVERIFY(client.send(gate.request("GET", "/stream")));
    RawClient idle(gate.port());
    QVERIFY(idle.waitForClose()); // more than the limit has passed
    QVERIFY(!client.answer());
    QVERIFY(client.closedByServer());
    QVERIFY(taken.loadAcquire() < Flood::kSize);
}

void TestGateStream::destroysTheDeviceWhenTheClientLeaves()
{
    GateFixture gate;
    gate.makeStream = tapMaker();
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/stream")));
    QVERIFY(m_made.tryAcquire(1, 10'000));
    m_tap.lock()->give("hello");
    while (!client.input().contains("hello")) {
        QVERIFY(client.readMore());
    }
    QVERIFY(!m_destroyed->tryAcquire(1));
    client.close();
    QVERIFY(m_destroyed->tryAcquire(1, 10'000));
}

void TestGateStream::givesAHalfClosedClientTheWhole()
{
    QAtomicInteger<qint64> taken = 0;
    GateFixture gate;
    gate.makeStream = [&taken] { return std::make_shared<Flood>(taken); };
    RawClient client(gate.port(), 4096);
    QVERIFY(client.send(gate.request("GET", "/stream")));
    client.endOutput();
    const auto answer = client.answer();
    QVERIFY(answer);
    QCOMPARE(answer->body.size(), Flood::kSize);
}

void TestGateStream::endsUnfinishedWhenTheDeviceFails()
{
    GateFixture gate;
    gate.makeStream = tapMaker();
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/stream")));
    QVERIFY(m_made.tryAcquire(1, 10'000));
    m_tap.lock()->give("hello");
    m_tap.lock()->fail();
    QVERIFY(!client.answer()); // no last chunk
    QVERIFY(client.closedByServer());
}

void TestGateStream::endsWhenTheServiceStops()
{
    GateFixture gate;
    gate.makeStream = tapMaker();
    RawClient client(gate.port());
    QVERIFY(client.send(gate.request("GET", "/stream")));
    QVERIFY(m_made.tryAcquire(1, 10'000));
    gate.stop(50ms);
    QVERIFY(m_destroyed->tryAcquire(1, 10'000));
    QVERIFY(client.waitForClose());
}

QTEST_GUILESS_MAIN(TestGateStream)
#include "tst_gate_stream.moc"
