// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/id_list_stream.h"

#include "core/ids.h"

namespace dragonscales::api {

namespace {

constexpr qsizetype kPiece = 256;    // ids
constexpr qint64 kQuotedId = 36 + 2; // characters

} // namespace

IdListStream::IdListStream(QList<QUuid> ids)
    : m_ids(std::move(ids))
{
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

bool IdListStream::atEnd() const
{
    return bytesAvailable() == 0;
}

qint64 IdListStream::bytesAvailable() const
{
    return QIODevice::bytesAvailable() + remaining();
}

qint64 IdListStream::remaining() const
{
    const qint64 left = m_ids.size() - m_next;
    const qint64 commas = left - (m_next == 0 && left > 0 ? 1 : 0);
    return (m_buffer.size() - m_at) + left * kQuotedId + commas + (m_closed ? 0 : 1);
}

bool IdListStream::refill()
{
    if (m_closed) {
        return false;
    }
    m_buffer.clear();
    m_at = 0;
    const qsizetype until = qMin(m_next + kPiece, m_ids.size());
    for (; m_next < until; ++m_next) {
        m_buffer += m_next == 0 ? "\"" : ",\"";
        m_buffer += core::idText(m_ids.at(m_next));
        m_buffer += '"';
    }
    if (m_next == m_ids.size()) {
        m_buffer += ']';
        m_closed = true;
    }
    return true;
}

qint64 IdListStream::readData(char *data, qint64 most)
{
    qint64 done = 0;
    while (done < most && (m_at < m_buffer.size() || refill())) {
        const qsizetype n = qMin<qsizetype>(most - done, m_buffer.size() - m_at);
        std::copy_n(m_buffer.constData() + m_at, n, data + done);
        m_at += n;
        done += n;
    }
    return done;
}

} // namespace dragonscales::api
