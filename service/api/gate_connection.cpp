// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/gate_connection.h"

#include <QScopedValueRollback>

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace dragonscales::api {

namespace {

constexpr qsizetype kReadPart = 64 * 1024;
constexpr qsizetype kReadAhead = 64 * 1024; // of pipelined requests while one is answered
constexpr qint64 kOwnShare = 64 * 1024;     // of a request: is taken whatever the others hold
constexpr int kReadsPerTurn = 16;           // then the others have their turn
constexpr std::chrono::milliseconds kLinger = 2s;

} // namespace

Connection::Connection(quint64 id, Owner &owner)
    : m_id(id)
    , m_owner(owner)
    , m_framer(owner.limits())
{
}

Connection::~Connection() = default;

void Connection::start(std::unique_ptr<Transport> transport)
{
    m_transport = std::move(transport);
    m_peer = m_transport->peerAddress();
    m_local = m_transport->localAddress();
    enter(Phase::Idle, m_owner.limits().idleTime);
}

void Connection::enter(Phase phase, std::chrono::milliseconds limit)
{
    m_phase = phase;
    m_deadline = Clock::now() + limit;
}

void Connection::onReadable()
{
    readInput();
    if (!accountInput() && wantsRequest()) {
        refuse({503, u"The service is receiving as much as it may hold; try again later."_s});
    }
    advance();
    accountInput();
}

bool Connection::accountInput()
{
    const qint64 held = m_phase == Phase::Closed || m_phase == Phase::Lingering ? 0 : m_framer.held();
    const bool fits = m_owner.hold(held - m_held);
    m_held = held;
    return fits || held <= kOwnShare;
}

void Connection::readInput()
{
    std::array<char, kReadPart> part;
    for (int turn = 0; turn < kReadsPerTurn && m_phase != Phase::Closed; ++turn) {
        const qint64 n = m_transport->read(part.data(), kReadPart);
        if (n < 0) {
            m_inputEnded = true;
        } else if (n > 0 && m_phase != Phase::Lingering) {
            m_framer.feed(QByteArrayView(part.data(), n));
        }
        const bool tooFarAhead = !wantsRequest() && m_phase != Phase::Lingering && m_framer.buffered() > kReadAhead;
        if (tooFarAhead && m_phase != Phase::Closed) {
            m_transport->wantInput(false);
        }
        if (n < kReadPart || tooFarAhead) {
            break;
        }
    }
}

void Connection::advance()
{
    if (m_phase == Phase::Lingering && m_inputEnded) {
        close();
    }
    if (m_phase == Phase::Streaming && m_inputEnded) {
        pumpStream(); // ends it where nothing can be sent that would show if the client is still there
    }
    if (m_advancing) {
        return; // called from within: the loop below goes on
    }
    const QScopedValueRollback<bool> guard(m_advancing, true);
    while (wantsRequest() && advanceOnce()) {
    }
}

bool Connection::advanceOnce()
{
    switch (m_framer.advance()) {
    case RequestFramer::Status::Ready:
        dispatch(m_framer.take());
        return true;
    case RequestFramer::Status::Refused:
        refuse(m_framer.refusal());
        return false;
    case RequestFramer::Status::Continue:
        m_transport->write("HTTP/1.1 100 Continue\r\n\r\n");
        break;
    case RequestFramer::Status::Incomplete:
        break;
    }
    if (m_phase != Phase::Closed) {
        waitForMore();
    }
    return false;
}

void Connection::waitForMore()
{
    const bool midRequest = m_framer.midRequest();
    if (m_inputEnded && midRequest) {
        refuse({400, u"The request ended before it was whole."_s});
    } else if (m_inputEnded || (m_owner.draining() && !midRequest)) {
        close();
    } else if (midRequest && m_phase == Phase::Idle) {
        enter(Phase::Receiving, m_owner.limits().sendTime);
    } else if (!midRequest && m_phase == Phase::Receiving) {
        enter(Phase::Idle, m_owner.limits().idleTime);
    }
}

void Connection::dispatch(FramedRequest framed)
{
    AnswerForm form;
    form.headOnly = framed.request.method == "HEAD";
    form.http11 = framed.http11;
    form.keepAlive = framed.keepAlive && !m_owner.draining();
    framed.request.clientAddress = m_peer;
    m_http11 = framed.http11;
    m_phase = Phase::Asking;
    if (m_owner.allowsHost(framed.request, m_local)) {
        m_owner.ask(m_id, framed.request, form);
        return;
    }
    const QString host = QString::fromUtf8(framed.request.header("host"));
    const QString sentence = host.isEmpty()
                                 ? u"The request names no host in its Host field."_s
                                 : u"This service is not \"%1\"; use its own address, or have the name added to "
                                   u"--allowed-hosts."_s.arg(host);
    answer(makeAnswer(Response::detail(421, sentence), form));
}

void Connection::refuse(const Refusal &refusal)
{
    AnswerForm form;
    form.headOnly = m_framer.headOnly();
    form.keepAlive = false;
    m_phase = Phase::Asking;
    answer(makeAnswer(Response::detail(refusal.status, refusal.sentence), form));
}

void Connection::answer(const Answer &answer)
{
    if (m_phase != Phase::Asking) {
        return; // it has gone meanwhile
    }
    m_keepAlive = answer.keepAlive;
    m_phase = answer.stream ? Phase::Streaming : Phase::Writing;
    m_progress = Clock::now();
    m_transport->write(answer.bytes);
    m_lastPending = m_transport->pending();
    if (m_phase == Phase::Streaming) {
        m_stream = std::make_unique<StreamPump>(answer.stream, m_http11, [this] { pumpStream(); });
        pumpStream();
    } else if (m_phase == Phase::Writing && m_transport->pending() == 0) {
        finishAnswer();
    }
}

void Connection::pumpStream()
{
    if (m_phase != Phase::Streaming || m_pumping) {
        return;
    }
    const QScopedValueRollback<bool> guard(m_pumping, true);
    const StreamPump::State state = m_stream->pump(*m_transport);
    if (m_phase != Phase::Streaming) {
        return;
    }
    if (state == StreamPump::State::Broken || (state == StreamPump::State::Starved && m_inputEnded)) {
        close();
    } else if (state == StreamPump::State::Ended) {
        m_stream.release()->deleteLater(); // the device may be calling
        m_phase = Phase::Writing;
        if (m_transport->pending() == 0) {
            finishAnswer();
        }
    }
}

void Connection::onDrained()
{
    m_progress = Clock::now();
    if (m_phase == Phase::Writing) {
        finishAnswer();
    } else if (m_phase == Phase::Streaming) {
        pumpStream();
    }
}

void Connection::finishAnswer()
{
    if (!m_keepAlive || m_owner.draining()) {
        linger();
        return;
    }
    enter(Phase::Idle, m_owner.limits().idleTime);
    m_transport->wantInput(true);
    advance();
}

// A close with input unread would reset the connection, and the client might lose the answer.
void Connection::linger()
{
    if (m_inputEnded || (m_owner.draining() && m_framer.buffered() == 0)) {
        close();
        return;
    }
    enter(Phase::Lingering, kLinger);
    m_transport->wantInput(true);
    m_transport->endOutput();
}

void Connection::drain()
{
    if (wantsRequest()) {
        close();
    }
}

void Connection::close()
{
    if (m_phase == Phase::Closed) {
        return;
    }
    m_phase = Phase::Closed;
    accountInput();
    m_transport->close();
    if (m_stream) {
        m_stream.release()->deleteLater();
    }
    m_owner.retire(m_id);
}

void Connection::keepTime(Clock::time_point now)
{
    switch (m_phase) {
    case Phase::Receiving:
        if (now >= m_deadline) {
            refuse({408, u"The request was not sent within %1 seconds."_s.arg(
                             std::chrono::ceil<std::chrono::seconds>(m_owner.limits().sendTime).count())});
        }
        break;
    case Phase::Idle:
    case Phase::Lingering:
        if (now >= m_deadline) {
            close();
        }
        break;
    case Phase::Writing:
    case Phase::Streaming:
        if (const qint64 pending = m_transport->pending(); pending == 0 || pending != m_lastPending) {
            m_lastPending = pending;
            m_progress = now;
        } else if (now - m_progress >= m_owner.limits().sendTime) {
            close();
        }
        break;
    case Phase::Asking:
    case Phase::Closed:
        break;
    }
}

} // namespace dragonscales::api
