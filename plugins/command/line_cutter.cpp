// SPDX-License-Identifier: LGPL-3.0-or-later
#include "line_cutter.h"

namespace dragonscales::plugins::command {

namespace {

// The most that a piece of a long line may hold without cutting a character in two.
qsizetype pieceLength(QByteArrayView text)
{
    constexpr int kLongestCharacter = 4;
    qsizetype length = LineCutter::kMaxLine;
    for (int step = 1; step < kLongestCharacter && (static_cast<uchar>(text[length]) & 0xC0U) == 0x80U; ++step) {
        --length;
    }
    return length;
}

} // namespace

LineCutter::LineCutter(Sink sink)
    : m_sink(std::move(sink))
{
}

void LineCutter::add(QByteArrayView bytes)
{
    m_begun.append(bytes);
    QByteArrayView left(m_begun);
    while (true) {
        const qsizetype end = left.first(qMin(left.size(), kMaxLine + 1)).indexOf('\n');
        if (end >= 0) {
            pass(left.first(end));
            left = left.sliced(end + 1);
        } else if (left.size() > kMaxLine) {
            const qsizetype length = pieceLength(left);
            pass(left.first(length));
            left = left.sliced(length);
        } else {
            break;
        }
    }
    m_begun = left.toByteArray();
}

void LineCutter::finish()
{
    if (!m_begun.isEmpty()) {
        pass(m_begun);
        m_begun.clear();
    }
}

void LineCutter::pass(QByteArrayView line) const
{
    m_sink(QString::fromUtf8(line.endsWith('\r') ? line.chopped(1) : line));
}

} // namespace dragonscales::plugins::command
