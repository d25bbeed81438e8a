// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/request_head.h"

namespace dragonscales::api {

struct FramedRequest
{
    Request request;
    bool http11 = true;
    bool keepAlive = true; // as the client wishes
};

// Cuts a stream of bytes into requests by RFC 9112, strictly: whatever two readers could understand in two ways is
// refused, and a refusal is final, since what follows it cannot be told apart. Pure: no socket, no clock.
class RequestFramer final
{
public:
    enum class Status : quint8 {
        Incomplete, // feed() more
        Continue,   // the client waits for "100 Continue" before it sends the body; said once a request
        Ready,      // take() it
        Refused,    // answer refusal() and close
    };

    explicit RequestFramer(const Limits &limits);

    void feed(QByteArrayView bytes);
    // How far it goes with what was fed.
    Status advance();
    FramedRequest take();
    const Refusal &refusal() const { return m_refusal; }

    // Part of a request has come, the rest has not.
    bool midRequest() const { return m_phase != Phase::RequestLine || buffered() > 0; }
    qsizetype buffered() const { return m_buffer.size() - m_begin; }
    // Bytes of memory that what has come so far takes.
    qsizetype held() const { return m_buffer.size() + m_body.size(); }
    // Of a refused request: whether it asked for HEAD, so that the refusal has no body.
    bool headOnly() const { return m_head.request.method == "HEAD"; }

private:
    enum class Phase : quint8 { RequestLine, Fields, Body, ChunkSize, ChunkData, ChunkEnd, Trailers, Ready, Refused };

    // Each false when it cannot go on: more bytes are needed, the request is whole, or it was refused.
    bool step();
    bool stepRequestLine();
    bool stepFields();
    bool stepBody();
    bool stepChunkSize();
    bool stepChunkData();
    bool stepChunkEnd();
    bool stepTrailers();

    // Made only when it is needed: nearly all lines are fine.
    using MakeRefusal = Refusal (*)(const Limits &);
    bool takeLine(qint64 limit, MakeRefusal tooLong, QByteArrayView &line);
    bool refuse(const Refusal &refusal);
    void beginBody();
    void consume(qsizetype bytes);

    Limits m_limits;
    Phase m_phase = Phase::RequestLine;
    RequestHead m_head;
    Refusal m_refusal;
    QByteArray m_buffer;
    qsizetype m_begin = 0; // of what is not consumed
    qsizetype m_scan = 0;  // from here on no line end has been looked for
    qint64 m_headUsed = 0; // bytes of this request's head and of its trailers
    int m_fields = 0;
    qint64 m_chunkLeft = 0;
    QByteArray m_body;
    bool m_askContinue = false;
};

} // namespace dragonscales::api
