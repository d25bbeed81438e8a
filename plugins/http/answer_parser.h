// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "headers.h"

namespace dragonscales::plugins::http {

struct Answer
{
    int status = 0;
    Headers headers;
    QByteArray body;
};

// Reads one HTTP/1 answer from bytes as they come, and takes no more of it than was agreed: a head of 32 KiB and 100
// fields, a body of `maxBody` bytes.
class AnswerParser final
{
public:
    enum class Overflow : quint8 { Cut, Fail }; // what a longer body means
    enum class State : quint8 { Head, Body, Done, Failed };

    // `toHead`: the request was a HEAD, so that no body follows whatever the head says.
    AnswerParser(bool toHead, qint64 maxBody, Overflow overflow);

    void feed(QByteArrayView bytes);
    void closed(); // the peer sends no more

    State state() const { return m_state; }
    bool over() const { return m_state == State::Done || m_state == State::Failed; }
    bool hasHead() const { return m_hasHead; } // a sound one, whatever became of the body
    const QString &error() const { return m_error; }
    const Answer &answer() const { return m_answer; }

private:
    enum class Framing : quint8 { None, Length, Chunked, UntilClose };

    void fail(const QString &why);
    void advance();
    bool takeHead();
    bool readHead(const QByteArray &head);
    bool readFields(const QList<QByteArray> &lines);
    bool chooseFraming();
    bool takeBody();
    bool takeChunk();
    bool takeChunkSize();
    void append(qsizetype bytes); // from the buffer to the body

    const bool m_toHead;
    const qint64 m_maxBody;
    const Overflow m_overflow;
    State m_state = State::Head;
    Framing m_framing = Framing::None;
    QByteArray m_buffer;
    qint64 m_left = 0; // of the body or the chunk
    bool m_hasHead = false;
    bool m_inTrailer = false;
    bool m_chunkOpen = false; // its data, or the line end behind it, is still to come
    int m_interim = 0;
    QString m_error;
    Answer m_answer;
};

} // namespace dragonscales::plugins::http
