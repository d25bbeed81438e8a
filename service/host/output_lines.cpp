// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/output_lines.h"

namespace dragonscales::host {

namespace {
constexpr qsizetype kTail = 4096; // bytes
}

// Where a line that is too long is cut: not within a character.
qsizetype OutputLines::cutAt(QByteArrayView text)
{
    qsizetype at = kMaxLine;
    while (at > kMaxLine - 4 && (static_cast<uchar>(text[at]) & 0xC0U) == 0x80U) {
        --at;
    }
    return at;
}

void OutputLines::add(QByteArrayView bytes, const Sink &sink)
{
    m_bytes += bytes.size();
    m_tail.append(bytes.last(qMin(bytes.size(), kTail)));
    if (m_tail.size() > 2 * kTail) {
        m_tail = m_tail.right(kTail);
    }
    m_rest.append(bytes);
    qsizetype begin = 0;
    while (begin < m_rest.size()) {
        const QByteArrayView left = QByteArrayView(m_rest).sliced(begin);
        const qsizetype end = left.first(qMin(left.size(), kMaxLine + 1)).indexOf('\n');
        if (end < 0 && left.size() <= kMaxLine) {
            break;
        }
        const qsizetype length = end < 0 ? cutAt(left) : end;
        sink(QString::fromUtf8(left.first(length)));
        begin += length + (end < 0 ? 0 : 1);
    }
    m_rest.remove(0, begin);
}

void OutputLines::flush(const Sink &sink)
{
    if (!m_rest.isEmpty()) {
        sink(QString::fromUtf8(m_rest));
        m_rest.clear();
    }
}

void OutputLines::clear()
{
    m_rest.clear();
    m_tail.clear();
    m_bytes = 0;
}

QString OutputLines::tail() const
{
    QByteArrayView text(m_tail);
    if (text.size() > kTail) {
        text = text.last(kTail);
        if (const qsizetype lineEnd = text.indexOf('\n'); lineEnd >= 0) {
            text = text.sliced(lineEnd + 1);
        }
    }
    return QString::fromUtf8(text).trimmed();
}

} // namespace dragonscales::host
