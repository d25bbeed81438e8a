// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/gate_answer.h"
#include "api/gate_stream.h"
#include "api/gate_transport.h"
#include "api/request_framer.h"

#include <QObject>

namespace dragonscales::api {

// One client's connection: frames its requests, has them answered one at a time and in order, keeps the time limits,
// and ends so that the last answer arrives. Lives in the gate's thread.
class Connection final : public QObject, private Transport::Listener
{
    Q_OBJECT

public:
    using Clock = std::chrono::steady_clock;

    // What the gate does for it.
    class Owner
    {
    public:
        virtual const Limits &limits() const = 0;
        // answer() follows, maybe from within.
        virtual void ask(quint64 id, const Request &request, const AnswerForm &form) = 0;
        virtual bool allowsHost(const Request &request, const QString &localAddress) const = 0;
        virtual bool draining() const = 0;
        // It holds so many more (or fewer) bytes of a request that is not whole; false: these are too many.
        virtual bool hold(qint64 bytes) = 0;
        // It has closed; delete it later.
        virtual void retire(quint64 id) = 0;

    protected:
        ~Owner() = default;
    };

    Connection(quint64 id, Owner &owner);
    ~Connection() override;
    Q_DISABLE_COPY_MOVE(Connection)

    Transport::Listener &listener() { return *this; }
    void start(std::unique_ptr<Transport> transport);
    void refuse(const Refusal &refusal);
    void answer(const Answer &answer);
    // Closes it if it waits for a request; else it closes after the answer under way.
    void drain();
    void close();
    // Called now and then.
    void keepTime(Clock::time_point now);

private:
    enum class Phase : quint8 { Idle, Receiving, Asking, Writing, Streaming, Lingering, Closed };

    void onReadable() override;
    void onDrained() override;
    void onGone() override { close(); }

    void readInput();
    void advance();
    bool advanceOnce();
    void waitForMore();
    bool accountInput();
    void dispatch(FramedRequest framed);
    void pumpStream();
    void finishAnswer();
    void linger();
    bool wantsRequest() const { return m_phase == Phase::Idle || m_phase == Phase::Receiving; }
    void enter(Phase phase, std::chrono::milliseconds limit);

    const quint64 m_id;
    Owner &m_owner;
    std::unique_ptr<Transport> m_transport;
    RequestFramer m_framer;
    std::unique_ptr<StreamPump> m_stream;
    Phase m_phase = Phase::Idle;
    bool m_keepAlive = true;
    bool m_inputEnded = false;
    bool m_advancing = false;
    bool m_pumping = false;
    bool m_http11 = true;
    Clock::time_point m_deadline; // of Idle, Receiving and Lingering
    Clock::time_point m_progress; // last time that the client took bytes
    qint64 m_lastPending = 0;
    qint64 m_held = 0; // what the owner knows of
    QString m_peer;
    QString m_local;
};

} // namespace dragonscales::api
