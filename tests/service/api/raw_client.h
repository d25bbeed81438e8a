// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <chrono>
#include <optional>

namespace dragonscales::tests {

// One answer as it came.
struct RawAnswer
{
    int status = 0;
    QByteArray head; // all of it, with the empty line
    QByteArray body; // chunks joined

    QByteArray field(const QByteArray &name) const; // small letters
};

// A TCP client that sends what it is told, byte by byte, and reads what comes, with a time limit on everything.
class RawClient final
{
public:
    explicit RawClient(quint16 port, int receiveBuffer = 0); // 0: the system's
    ~RawClient();
    Q_DISABLE_COPY_MOVE(RawClient)

    bool isConnected() const { return m_descriptor >= 0; }
    // False when the server has closed.
    bool send(const QByteArray &bytes);
    void endOutput();
    void close();
    // Nothing: closed or too late before it was whole. `headOnly`: the answer to HEAD.
    std::optional<RawAnswer> answer(bool headOnly = false);
    // Waits for more; false: closed, or nothing within the limit.
    bool readMore();
    // Waits until the server closes; false: it did not within the limit.
    bool waitForClose();
    // What has come and is not read as an answer.
    const QByteArray &input() const { return m_input; }
    bool closedByServer() const { return m_ended; }

    std::chrono::milliseconds limit{10'000};

private:
    bool readBody(RawAnswer &answer);
    std::optional<QByteArray> takeLine();
    std::optional<QByteArray> take(qsizetype bytes);

    int m_descriptor = -1;
    bool m_ended = false;
    QByteArray m_input;
};

} // namespace dragonscales::tests
