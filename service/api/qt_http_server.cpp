// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/qt_http_server.h"

#include "api/gate_mailbox.h"

#include <QHttpServer>
#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QPointer>
#include <QTcpSocket>

#include <algorithm>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <vector>

#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
#include <QHttpHeaders>
#endif

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::api {

namespace {

// What Qt's server takes for a client's socket.
class Lane final : public QTcpSocket
{
public:
    Lane()
    {
        setSocketState(ConnectedState);
        QIODevice::open(ReadWrite | Unbuffered);
    }

    void send(const QByteArray &request)
    {
        m_in = request;
        m_read = 0;
        Q_EMIT readyRead();
    }
    QByteArray takeOutput() { return std::exchange(m_out, {}); }
    bool works() const { return state() == ConnectedState; }

    qint64 bytesAvailable() const override { return m_in.size() - m_read + QTcpSocket::bytesAvailable(); }
    void close() override { setSocketState(UnconnectedState); }
    void disconnectFromHost() override { close(); }

    bool busy = false;

protected:
    qint64 readData(char *data, qint64 most) override
    {
        const qint64 n = std::min<qint64>(most, m_in.size() - m_read);
        std::memcpy(data, m_in.constData() + m_read, static_cast<size_t>(n));
        m_read += n;
        return n;
    }
    qint64 writeData(const char *data, qint64 size) override
    {
        m_out.append(data, size);
        return size;
    }

private:
    QByteArray m_in;
    qint64 m_read = 0;
    QByteArray m_out;
};

void respond(QHttpServerResponder &responder, const Response &response, const AnswerForm &form)
{
    const auto status = static_cast<QHttpServerResponder::StatusCode>(response.status);
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    QHttpHeaders headers;
    for (const auto &[name, value] : answerFields(response, form)) {
        if (name != "Content-Length") { // the responder's own
            headers.append(name, value);
        }
    }
    responder.write(response.body, headers, status);
#else
    responder.writeStatusLine(status);
    for (const auto &[name, value] : answerFields(response, form)) {
        responder.writeHeader(name, value);
    }
    responder.writeBody(response.body);
#endif
}

} // namespace

struct QtHttpServer::Private
{
    // A request on its way.
    struct Exchange
    {
        const Request *request = nullptr; // until the handler has seen it
        AnswerForm form;
        Lane *lane = nullptr;
        QHttpServerResponder *responder = nullptr; // Qt's, while its handler is being called
        std::optional<QHttpServerResponder> kept;  // afterwards
    };

    Private(QtHttpServer &owner, RequestHandler &&take)
        : q(owner)
        , handler(std::move(take))
        , mailbox([this](quint64 ticket, const Response &response) { deliver(ticket, response); })
    {
    }

    Lane *freeLane();
    void onRequest(const QHttpServerRequest &request, QHttpServerResponder &responder);
    void deliver(quint64 ticket, const Response &response);

    QtHttpServer &q;
    RequestHandler handler;
    Mailbox mailbox;
    Listener *listener = nullptr;
    std::unique_ptr<QHttpServer> server;
    std::vector<QPointer<Lane>> lanes;
    std::vector<Lane *> freeLanes;
    std::unordered_map<quint64, Exchange> exchanges;
};

Lane *QtHttpServer::Private::freeLane()
{
    while (!freeLanes.empty()) {
        Lane *lane = freeLanes.back();
        freeLanes.pop_back();
        if (lane->works()) {
            return lane;
        }
    }
    auto *lane = new Lane;
    lanes.emplace_back(lane);
    listener->handOver(lane);
    return lane;
}

// Called by Qt from within Lane::send().
void QtHttpServer::Private::onRequest(const QHttpServerRequest &request, QHttpServerResponder &responder)
{
    bool isNumber = false;
    const quint64 ticket = QStringView(request.url().path()).mid(1).toULongLong(&isNumber);
    const auto it = exchanges.find(ticket);
    if (!isNumber || it == exchanges.end() || !it->second.request) {
        return;
    }
    it->second.responder = &responder;
    const Request *asked = std::exchange(it->second.request, nullptr);
    mailbox.ask(ticket, handler, *asked);
    if (const auto later = exchanges.find(ticket); later != exchanges.end()) {
        later->second.responder = nullptr;
        later->second.kept.emplace(std::move(responder));
    }
}

void QtHttpServer::Private::deliver(quint64 ticket, const Response &response)
{
    const auto it = exchanges.find(ticket);
    if (it == exchanges.end()) {
        return;
    }
    // Before its time is over, the lane must not take another request: hence out of the map first, free last.
    Exchange exchange = std::move(it->second);
    exchanges.erase(it);
    const bool withinHandler = exchange.responder != nullptr;
    QHttpServerResponder &responder = withinHandler ? *exchange.responder : *exchange.kept;
    Answer answer;
    if (response.stream || !mayHaveBody(response.status)) {
        answer = makeAnswer(response, exchange.form); // Qt knows neither pace nor HTTP/1.0
    } else {
        respond(responder, response, exchange.form);
        answer.bytes = exchange.lane->takeOutput();
        answer.keepAlive = exchange.form.keepAlive;
        if (exchange.form.headOnly) {
            answer.bytes.truncate(answer.bytes.indexOf("\r\n\r\n") + 4);
        }
    }
    exchange.kept.reset();
    if (!withinHandler) {
        freeLanes.push_back(exchange.lane);
    }
    q.m_onAnswer(ticket, answer);
}

QtHttpServer::QtHttpServer(RequestHandler handler, Listener *listener)
    : d(std::make_unique<Private>(*this, std::move(handler)))
{
    d->listener = listener;
    d->server = std::make_unique<QHttpServer>();
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    d->server->setMissingHandler(d->server.get(),
                                 [this](const QHttpServerRequest &request, QHttpServerResponder &responder) {
                                     d->onRequest(request, responder);
                                 });
#else
    d->server->setMissingHandler([this](const QHttpServerRequest &request, QHttpServerResponder &&responder) {
        d->onRequest(request, responder);
    });
#endif
    d->server->bind(listener);
}

QtHttpServer::~QtHttpServer()
{
    d->exchanges.clear(); // responders speak to lanes, lanes to the server
    d->server.reset();
    for (const QPointer<Lane> &lane : d->lanes) {
        delete lane.data();
    }
}

void QtHttpServer::ask(quint64 ticket, const Request &request, const AnswerForm &form)
{
    Lane *lane = d->freeLane();
    Private::Exchange &exchange = d->exchanges[ticket];
    exchange.request = &request;
    exchange.form = form;
    exchange.lane = lane;
    lane->send("GET /" + QByteArray::number(ticket) + " HTTP/1.1\r\nHost: gate\r\n\r\n");
    const auto it = d->exchanges.find(ticket);
    if (it == d->exchanges.end()) {
        d->freeLanes.push_back(lane); // answered within
    } else if (it->second.request) {  // Qt did not take it: an answer all the same
        d->exchanges.erase(it);
        lane->close();
        m_onAnswer(ticket, makeAnswer(Response::detail(500, u"The request got lost inside the service."_s), form));
    }
}

} // namespace dragonscales::api
