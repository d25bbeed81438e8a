// SPDX-License-Identifier: LGPL-3.0-or-later
//
// Requests a second through the gate on one thread: small POSTs of 32 connections, with and without 1,000 idle ones,
// once by way of Qt's HTTP server as in the service, once with answers written straight from the gate. Beside what the
// clock says stands what the gate's thread could do if it never had to wait for a core, by its CPU time.
#include "api/gate_backend.h"
#include "api/gate_mailbox.h"
#include "api/gate_thread.h"
#include "api/listener.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QPromise>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <ctime>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace dragonscales::api;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kBusy = 32;
constexpr int kIdle = 1000;
constexpr int kSeconds = 2;

// What Qt's HTTP server is compared with.
class DirectBackend final : public Backend
{
public:
    DirectBackend(RequestHandler handler, Listener *listener)
        : m_handler(std::move(handler))
        , m_listener(listener)
        , m_mailbox([this](quint64 ticket, const Response &response) {
            m_onAnswer(ticket, makeAnswer(response, m_forms.take(ticket)));
        })
    {
    }

    void ask(quint64 ticket, const Request &request, const AnswerForm &form) override
    {
        m_forms.insert(ticket, form);
        m_mailbox.ask(ticket, m_handler, request);
    }

private:
    RequestHandler m_handler;
    std::unique_ptr<Listener> m_listener;
    QHash<quint64, AnswerForm> m_forms;
    Mailbox m_mailbox;
};

int connectTo(quint16 port)
{
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(descriptor, reinterpret_cast<sockaddr *>(&address), sizeof(address)) != 0) {
        qFatal("cannot connect to the gate");
    }
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return descriptor;
}

// CPU time of the gate's thread, taken by the handler, which runs there.
std::atomic<qint64> gateCpuNs{0};

void takeCpuTime()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    gateCpuNs.store(time.tv_sec * 1'000'000'000LL + time.tv_nsec, std::memory_order_relaxed);
}

struct Rate
{
    long long wall = 0; // requests a second
    long long cpu = 0;  // requests in a second of the gate's CPU time
};

// Answers come whole, since they are small. One thread; each connection has one request under way.
Rate requestsIn(quint16 port, std::chrono::seconds time)
{
    const QByteArray body =
        R"({"task":{"name":"echo","params":{"a":1}},"storage":{"name":"discard"},"callback":{"name":"log"}})";
    const QByteArray request = "POST /api/v1/jobs/ HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(port) +
                               "\r\nUser-Agent: bench\r\nAccept: */*\r\nContent-Type: application/json\r\n"
                               "Content-Length: " +
                               QByteArray::number(body.size()) + "\r\n\r\n" + body;
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    std::vector<int> descriptors;
    for (int i = 0; i < kBusy; ++i) {
        descriptors.push_back(connectTo(port));
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = descriptors.back();
        epoll_ctl(poll, EPOLL_CTL_ADD, descriptors.back(), &event);
        send(descriptors.back(), request.constData(), static_cast<size_t>(request.size()), MSG_NOSIGNAL);
    }
    qint64 answers = 0;
    const qint64 cpuBefore = gateCpuNs;
    std::array<char, 4096> input;
    std::array<epoll_event, kBusy> events;
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < std::chrono::milliseconds(time).count()) {
        const int n = epoll_wait(poll, events.data(), kBusy, 1000);
        for (int i = 0; i < n; ++i) {
            const int descriptor = events[i].data.fd;
            if (recv(descriptor, input.data(), input.size(), 0) <= 0) {
                qFatal("the gate closed a connection");
            }
            ++answers;
            send(descriptor, request.constData(), static_cast<size_t>(request.size()), MSG_NOSIGNAL);
        }
    }
    const qint64 cpuNs = std::max<qint64>(gateCpuNs - cpuBefore, 1);
    for (const int descriptor : descriptors) {
        close(descriptor);
    }
    close(poll);
    return {answers / time.count(), answers * 1'000'000'000 / cpuNs};
}

void measure(const char *name, const Gate::MakeBackend &makeBackend)
{
    GateOptions options;
    options.limits.connections = kBusy * 2 + kIdle;
    const QByteArray answer =
        R"({"id":"01890a5d-ac96-774b-bcce-b302099a8057","status":"queued","result":{},"info":null})";
    GateThread gate;
    const auto port = gate.start(
        options,
        [answer](const Request &) {
            takeCpuTime();
            QPromise<Response> promise;
            promise.start();
            promise.addResult(Response::json(200, answer));
            promise.finish();
            return promise.future();
        },
        makeBackend);
    if (!port) {
        qFatal("%s", qUtf8Printable(port.error().message));
    }
    requestsIn(*port, std::chrono::seconds(1)); // warm up
    const Rate alone = requestsIn(*port, std::chrono::seconds(kSeconds));
    std::vector<int> idle;
    for (int i = 0; i < kIdle; ++i) {
        idle.push_back(connectTo(*port));
    }
    const Rate among = requestsIn(*port, std::chrono::seconds(kSeconds));
    for (const int descriptor : idle) {
        close(descriptor);
    }
    std::printf("%-24s %8lld /s (%lld /CPU s)   among %d idle ones %8lld /s (%lld /CPU s)\n", name, alone.wall,
                alone.cpu, kIdle, among.wall, among.cpu);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    std::printf("small POSTs, %d connections, one gate thread, %u cores\n", kBusy, std::thread::hardware_concurrency());
    measure("by Qt's HTTP server", {});
    measure("straight from the gate", [](RequestHandler handler, Listener *listener) -> std::unique_ptr<Backend> {
        return std::make_unique<DirectBackend>(std::move(handler), listener);
    });
    return 0;
}
