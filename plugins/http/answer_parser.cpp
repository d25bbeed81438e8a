// SPDX-License-Identifier: LGPL-3.0-or-later
#include "answer_parser.h"

#include <algorithm>

namespace dragonscales::plugins::http {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kMaxHead = 32LL * 1024;
constexpr qsizetype kMaxFields = 100;
constexpr qsizetype kMaxChunkLine = 1024;
constexpr int kMaxInterim = 10;

bool isDigits(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Whoever sends two lengths is understood in two ways.
bool lengthsAgree(const Headers &headers, const QByteArray &length)
{
    return std::all_of(headers.begin(), headers.end(), [&](const auto &field) {
        return field.first.compare("Content-Length", Qt::CaseInsensitive) != 0 || field.second == length;
    });
}

} // namespace

AnswerParser::AnswerParser(bool toHead, qint64 maxBody, Overflow overflow)
    : m_toHead(toHead)
    , m_maxBody(maxBody)
    , m_overflow(overflow)
{
}

void AnswerParser::feed(QByteArrayView bytes)
{
    if (!over()) {
        m_buffer.append(bytes);
        advance();
    }
}

void AnswerParser::closed()
{
    if (over()) {
        return;
    }
    if (m_state == State::Body && m_framing == Framing::UntilClose) {
        m_state = State::Done;
        return;
    }
    fail(m_state == State::Head ? u"the connection was closed before an answer came"_s
                                : u"the connection was closed in the middle of the answer"_s);
}

void AnswerParser::fail(const QString &why)
{
    m_state = State::Failed;
    m_error = why;
    m_buffer.clear();
}

void AnswerParser::advance()
{
    while (!over() && (m_state == State::Head ? takeHead() : takeBody())) {
    }
}

bool AnswerParser::takeHead()
{
    constexpr QByteArrayView kStart("HTTP/1.");
    const qsizetype compared = std::min(m_buffer.size(), kStart.size());
    if (QByteArrayView(m_buffer).first(compared) != kStart.first(compared)) {
        fail(u"what came back is not an HTTP answer"_s);
        return false;
    }
    const qsizetype end = m_buffer.indexOf("\r\n\r\n");
    if (end > kMaxHead || (end < 0 && m_buffer.size() > kMaxHead)) {
        fail(u"the head of the answer is longer than %1 bytes"_s.arg(kMaxHead));
        return false;
    }
    if (end < 0) {
        return false;
    }
    const QByteArray head = m_buffer.first(end);
    m_buffer.remove(0, end + 4);
    return readHead(head);
}

bool AnswerParser::readHead(const QByteArray &head)
{
    QList<QByteArray> lines = head.split('\n');
    const QByteArray first = lines.takeFirst().trimmed();
    const QByteArray code = first.mid(9, 3);
    if (first.size() < 12 || first.at(8) != ' ' || !isDigits(code) || (first.size() > 12 && first.at(12) != ' ') ||
        code < "100") {
        fail(u"the answer's status line makes no sense"_s);
        return false;
    }
    m_answer = {};
    m_answer.status = code.toInt();
    if (!readFields(lines)) {
        return false;
    }
    if (m_answer.status >= 200) {
        return chooseFraming();
    }
    if (m_answer.status == 101 || ++m_interim > kMaxInterim) {
        fail(u"the answer never came to an end"_s);
        return false;
    }
    return true;
}

bool AnswerParser::readFields(const QList<QByteArray> &lines)
{
    if (lines.size() > kMaxFields) {
        fail(u"the answer has more than %1 header fields"_s.arg(kMaxFields));
        return false;
    }
    for (const QByteArray &line : lines) {
        const qsizetype colon = line.indexOf(':');
        if (colon <= 0) {
            fail(u"a header field of the answer makes no sense"_s);
            return false;
        }
        m_answer.headers.append({line.first(colon).trimmed(), line.mid(colon + 1).trimmed()});
    }
    return true;
}

bool AnswerParser::chooseFraming()
{
    const QByteArray coding = fieldOf(m_answer.headers, "Transfer-Encoding").toLower();
    const QByteArray length = fieldOf(m_answer.headers, "Content-Length");
    if (m_toHead || m_answer.status == 204 || m_answer.status == 304) {
        m_state = State::Done;
        m_hasHead = true;
        return false;
    }
    m_state = State::Body;
    if (coding == "chunked") {
        m_framing = Framing::Chunked;
    } else if (!coding.isEmpty()) {
        fail(u"the answer has an unknown transfer coding"_s);
    } else if (!lengthsAgree(m_answer.headers, length)) {
        fail(u"the answer has two lengths"_s);
    } else if (length.isEmpty()) {
        m_framing = Framing::UntilClose;
    } else if (!isDigits(length) || length.size() > 18) {
        fail(u"the answer's Content-Length makes no sense"_s);
    } else {
        m_framing = Framing::Length;
        m_left = length.toLongLong();
    }
    m_hasHead = m_state == State::Body;
    return m_hasHead;
}

bool AnswerParser::takeBody()
{
    if (m_framing == Framing::Chunked) {
        return takeChunk();
    }
    const bool bounded = m_framing == Framing::Length;
    const qsizetype take = bounded ? std::min<qint64>(m_buffer.size(), m_left) : m_buffer.size();
    append(take);
    if (bounded && !over()) {
        m_left -= take;
        if (m_left == 0) {
            m_state = State::Done;
        }
    }
    return false;
}

void AnswerParser::append(qsizetype bytes)
{
    const qsizetype room = m_maxBody - m_answer.body.size();
    m_answer.body.append(QByteArrayView(m_buffer).first(std::min(bytes, room)));
    m_buffer.remove(0, bytes);
    if (bytes > room && m_overflow == Overflow::Fail) {
        fail(u"the body of the answer is longer than %1 bytes"_s.arg(m_maxBody));
    } else if (bytes > room) {
        m_state = State::Done;
    }
}

bool AnswerParser::takeChunk()
{
    if (!m_chunkOpen) {
        return takeChunkSize();
    }
    const qsizetype take = std::min<qint64>(m_buffer.size(), m_left);
    append(take);
    if (over()) {
        return false;
    }
    m_left -= take;
    if (m_left > 0 || m_buffer.size() < 2) {
        return false;
    }
    if (!m_buffer.startsWith("\r\n")) {
        fail(u"a chunk of the answer is longer than it said"_s);
        return false;
    }
    m_buffer.remove(0, 2);
    m_chunkOpen = false;
    return true;
}

bool AnswerParser::takeChunkSize()
{
    const qsizetype end = m_buffer.indexOf("\r\n");
    if (end > kMaxChunkLine || (end < 0 && m_buffer.size() > kMaxChunkLine)) {
        fail(u"a chunk line of the answer is too long"_s);
        return false;
    }
    if (end < 0) {
        return false;
    }
    const QByteArray line = m_buffer.first(end);
    m_buffer.remove(0, end + 2);
    if (m_inTrailer) {
        if (line.isEmpty()) {
            m_state = State::Done;
        } else if (++m_interim > kMaxFields) {
            fail(u"the answer's trailer is too long"_s);
        }
        return true;
    }
    const QByteArray digits = line.split(';').first().trimmed();
    bool ok = false;
    m_left = digits.toLongLong(&ok, 16);
    if (!ok || digits.size() > 15 || m_left < 0 || digits.startsWith('+') || digits.startsWith("0x")) {
        fail(u"a chunk size of the answer makes no sense"_s);
        return false;
    }
    m_inTrailer = m_left == 0;
    m_chunkOpen = m_left > 0;
    return true;
}

} // namespace dragonscales::plugins::http
