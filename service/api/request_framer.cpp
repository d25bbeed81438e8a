// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/request_framer.h"

#include <algorithm>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::api {

namespace {

constexpr qsizetype kLineExtra = 64;     // method, spaces and version around an address
constexpr qint64 kChunkLineBytes = 1024; // size and extensions
constexpr qint64 kEmptyLines = 16;       // bytes of them in front of a request
constexpr char kTlsHandshake = 0x16;
constexpr qsizetype kCompact = 64 * 1024; // consumed bytes worth a move of the rest

int hexValue(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The size in front of a chunk; -1 when it is none. Stops counting at `most` + 1, so that it never overflows.
qint64 chunkSize(QByteArrayView line, qint64 most)
{
    qint64 size = 0;
    qsizetype digits = 0;
    while (digits < line.size() && hexValue(line[digits]) >= 0) {
        size = std::min(size * 16 + hexValue(line[digits]), most + 1);
        ++digits;
    }
    const QByteArrayView extension = line.sliced(digits);
    const bool clean = std::ranges::none_of(
        extension, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
    return digits > 0 && clean && (extension.empty() || extension.front() == ';') ? size : -1;
}

Refusal urlTooLong(const Limits &limits)
{
    return {414, u"The address is longer than %1 bytes."_s.arg(limits.urlBytes)};
}

Refusal headTooLong(const Limits &limits)
{
    return {431, u"The head of the request is longer than %1 bytes."_s.arg(limits.headBytes)};
}

Refusal trailersTooLong(const Limits &limits)
{
    return {431, u"The trailer fields are longer than %1 bytes."_s.arg(limits.headBytes)};
}

Refusal chunkLineTooLong(const Limits &)
{
    return {400, u"The line in front of a chunk is too long."_s};
}

} // namespace

RequestFramer::RequestFramer(const Limits &limits)
    : m_limits(limits)
{
}

void RequestFramer::feed(QByteArrayView bytes)
{
    if (m_phase == Phase::Refused) {
        return;
    }
    m_buffer.append(bytes);
}

RequestFramer::Status RequestFramer::advance()
{
    while (step()) {
    }
    switch (m_phase) {
    case Phase::Ready:
        return Status::Ready;
    case Phase::Refused:
        return Status::Refused;
    default:
        // Who has sent part of the body already does not wait.
        if (std::exchange(m_askContinue, false) && buffered() == 0 && m_body.isEmpty()) {
            return Status::Continue;
        }
        return Status::Incomplete;
    }
}

FramedRequest RequestFramer::take()
{
    Q_ASSERT(m_phase == Phase::Ready);
    FramedRequest framed{std::move(m_head.request), m_head.http11, m_head.keepAlive};
    framed.request.body = std::move(m_body);
    m_body = {};
    m_head = {};
    m_headUsed = 0;
    m_fields = 0;
    m_askContinue = false;
    m_phase = Phase::RequestLine;
    return framed;
}

bool RequestFramer::step()
{
    switch (m_phase) {
    case Phase::RequestLine:
        return stepRequestLine();
    case Phase::Fields:
        return stepFields();
    case Phase::Body:
        return stepBody();
    case Phase::ChunkSize:
        return stepChunkSize();
    case Phase::ChunkData:
        return stepChunkData();
    case Phase::ChunkEnd:
        return stepChunkEnd();
    case Phase::Trailers:
        return stepTrailers();
    case Phase::Ready:
    case Phase::Refused:
        break;
    }
    return false;
}

bool RequestFramer::stepRequestLine()
{
    if (buffered() > 0 && m_buffer[m_begin] == kTlsHandshake) {
        return refuse({400, u"This is TLS, but the service speaks plain HTTP here; use an address with http://."_s});
    }
    QByteArrayView line;
    if (!takeLine(m_limits.urlBytes + kLineExtra, urlTooLong, line)) {
        return false;
    }
    if (line.empty()) { // old clients send one behind a body
        return m_headUsed > kEmptyLines ? refuse({400, u"The request begins with too many empty lines."_s}) : true;
    }
    if (const auto refusal = parseRequestLine(line, m_limits, m_head)) {
        return refuse(*refusal);
    }
    m_phase = Phase::Fields;
    return true;
}

bool RequestFramer::stepFields()
{
    QByteArrayView line;
    if (!takeLine(m_limits.headBytes - m_headUsed, headTooLong, line)) {
        return false;
    }
    if (line.empty()) {
        beginBody();
        return true;
    }
    if (++m_fields > m_limits.headFields) {
        return refuse({431, u"The request has more than %1 header fields."_s.arg(m_limits.headFields)});
    }
    const auto refusal = parseField(line, m_head.request.headers);
    return refusal ? refuse(*refusal) : true;
}

void RequestFramer::beginBody()
{
    if (const auto refusal = judgeHead(m_limits, m_head)) {
        refuse(*refusal);
        return;
    }
    m_phase = m_head.chunked ? Phase::ChunkSize : Phase::Body;
    m_askContinue = m_head.expectsContinue && (m_head.chunked || m_head.contentLength > 0);
}

bool RequestFramer::stepBody()
{
    if (buffered() < m_head.contentLength) {
        return false;
    }
    m_body = m_buffer.mid(m_begin, m_head.contentLength);
    consume(m_head.contentLength);
    m_phase = Phase::Ready;
    return false;
}

bool RequestFramer::stepChunkSize()
{
    QByteArrayView line;
    if (!takeLine(kChunkLineBytes, chunkLineTooLong, line)) {
        return false;
    }
    const qint64 left = m_limits.bodyBytes - m_body.size();
    m_chunkLeft = chunkSize(line, left);
    if (m_chunkLeft < 0) {
        return refuse({400, u"A chunk must begin with its size in hexadecimal digits."_s});
    }
    if (m_chunkLeft > left) {
        return refuse({413, u"The body is longer than %1 bytes."_s.arg(m_limits.bodyBytes)});
    }
    m_phase = m_chunkLeft > 0 ? Phase::ChunkData : Phase::Trailers;
    return true;
}

bool RequestFramer::stepChunkData()
{
    const qint64 part = std::min<qint64>(m_chunkLeft, buffered());
    m_body.append(QByteArrayView(m_buffer).sliced(m_begin, part));
    consume(part);
    m_chunkLeft -= part;
    if (m_chunkLeft > 0) {
        return false;
    }
    m_phase = Phase::ChunkEnd;
    return true;
}

bool RequestFramer::stepChunkEnd()
{
    const QByteArrayView rest = QByteArrayView(m_buffer).sliced(m_begin);
    if (!QByteArrayView("\r\n").startsWith(rest.first(std::min<qsizetype>(2, rest.size())))) {
        return refuse({400, u"A chunk is longer than its size says."_s});
    }
    if (rest.size() < 2) {
        return false;
    }
    consume(2);
    m_phase = Phase::ChunkSize;
    return true;
}

// Checked and counted like the head's fields, then dropped: nobody here wants any.
bool RequestFramer::stepTrailers()
{
    QByteArrayView line;
    if (!takeLine(m_limits.headBytes - m_headUsed, trailersTooLong, line)) {
        return false;
    }
    if (line.empty()) {
        m_phase = Phase::Ready;
        return false;
    }
    if (++m_fields > m_limits.headFields) {
        return refuse({431, u"The request has more than %1 header and trailer fields."_s.arg(m_limits.headFields)});
    }
    Headers dropped;
    const auto refusal = parseField(line, dropped);
    return refusal ? refuse(*refusal) : true;
}

// The view is good until the next feed(), though the line is consumed.
bool RequestFramer::takeLine(qint64 limit, MakeRefusal tooLong, QByteArrayView &line)
{
    m_scan = std::max(m_scan, m_begin);
    const qsizetype end = m_buffer.indexOf('\n', m_scan);
    const qsizetype length = (end < 0 ? m_buffer.size() : end + 1) - m_begin;
    if (length > limit) {
        return refuse(tooLong(m_limits));
    }
    if (end < 0) {
        m_scan = m_buffer.size();
        return false;
    }
    if (end == m_begin || m_buffer[end - 1] != '\r') {
        return refuse({400, u"A line of the request ends in a line feed alone; lines end in CR LF."_s});
    }
    line = QByteArrayView(m_buffer).sliced(m_begin, length - 2);
    m_begin += length;
    if (m_phase <= Phase::Fields || m_phase == Phase::Trailers) {
        m_headUsed += length;
    }
    return true;
}

bool RequestFramer::refuse(const Refusal &refusal)
{
    m_refusal = refusal;
    m_phase = Phase::Refused;
    m_buffer.clear();
    m_begin = 0;
    m_scan = 0;
    return false;
}

void RequestFramer::consume(qsizetype bytes)
{
    m_begin += bytes;
    if (m_begin == m_buffer.size()) {
        if (m_buffer.capacity() > kCompact) {
            m_buffer = {};
        } else {
            m_buffer.resize(0); // keeps what it has allocated
        }
        m_begin = 0;
        m_scan = 0;
    } else if (m_begin > kCompact) {
        m_buffer.remove(0, m_begin);
        m_begin = 0;
        m_scan = 0;
    }
}

} // namespace dragonscales::api
