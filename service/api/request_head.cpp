// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/request_head.h"

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::api {

namespace {

constexpr qsizetype kMethodBytes = 32; // longer than any registered one

std::array<bool, 256> tokenTable()
{
    std::array<bool, 256> table{};
    for (const char c :
         QByteArrayView("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}

bool isToken(QByteArrayView text)
{
    static const std::array<bool, 256> kTable = tokenTable();
    return !text.empty() && std::ranges::all_of(text, [](char c) { return kTable[static_cast<unsigned char>(c)]; });
}

bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}
bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
bool isHex(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

QByteArrayView trimBlanks(QByteArrayView text)
{
    while (!text.empty() && isBlank(text.front())) {
        text = text.sliced(1);
    }
    while (!text.empty() && isBlank(text.back())) {
        text.chop(1);
    }
    return text;
}

bool equals(QByteArrayView a, QByteArrayView b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

Refusal bad(const QString &sentence)
{
    return {400, sentence};
}

std::optional<Refusal> parseVersion(QByteArrayView version, RequestHead &head)
{
    if (version.size() != 8 || !version.startsWith("HTTP/") || !isDigit(version[5]) || version[6] != '.' ||
        !isDigit(version[7])) {
        return bad(u"The request line must end in \"HTTP/1.1\" or \"HTTP/1.0\"."_s);
    }
    if (version[5] != '1') {
        return Refusal{505, u"This server speaks HTTP/1.1 and HTTP/1.0, not HTTP/%1.%2."_s.arg(QLatin1Char(version[5]))
                                .arg(QLatin1Char(version[7]))};
    }
    head.http11 = version[7] != '0'; // a higher minor version is answered as 1.1
    return std::nullopt;
}

// A scheme, an authority, the rest: what a client sends to a proxy. The authority stands for the Host field.
std::optional<Refusal> parseAbsoluteForm(QByteArrayView target, QByteArrayView &path, QByteArray &authority)
{
    const qsizetype schemeEnd = target.indexOf("://");
    const QByteArrayView scheme = schemeEnd < 0 ? QByteArrayView() : target.first(schemeEnd);
    if (!equals(scheme, "http") && !equals(scheme, "https")) {
        return bad(u"The request target must begin with \"/\" or be an http address."_s);
    }
    const QByteArrayView rest = target.sliced(schemeEnd + 3);
    const auto end = std::ranges::find_if(rest, [](char c) { return c == '/' || c == '?'; });
    authority = QByteArrayView(rest.begin(), end).toByteArray();
    path = QByteArrayView(end, rest.end());
    if (authority.isEmpty() || authority.contains('@')) {
        return bad(u"The request target must name a host, without user or password."_s);
    }
    return std::nullopt;
}

std::optional<Refusal> splitTarget(QByteArrayView path, Request &request)
{
    for (qsizetype i = 0; i < path.size(); ++i) {
        if (path[i] != '%') {
            continue;
        }
        if (i + 2 >= path.size() || !isHex(path[i + 1]) || !isHex(path[i + 2])) {
            return bad(u"The request target has a \"%\" that is not followed by two hex digits."_s);
        }
        if (path[i + 1] == '0' && path[i + 2] == '0') {
            return bad(u"The request target has a NUL in it (%00)."_s);
        }
    }
    const qsizetype question = path.indexOf('?');
    const QByteArrayView plain = question < 0 ? path : path.first(question);
    request.path = plain.contains('%') ? QString::fromUtf8(QByteArray::fromPercentEncoding(plain.toByteArray()))
                                       : QString::fromLatin1(plain);
    if (request.path.isEmpty()) {
        request.path = u"/"_s; // "http://host" and "http://host?query"
    }
    if (question >= 0) {
        request.query = QUrlQuery(QString::fromLatin1(path.sliced(question + 1)));
    }
    return std::nullopt;
}

std::optional<Refusal> parseTarget(QByteArrayView target, const Limits &limits, RequestHead &head)
{
    if (target.size() > limits.urlBytes) {
        return Refusal{414, u"The address is longer than %1 bytes."_s.arg(limits.urlBytes)};
    }
    const bool visible = std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
    if (target.empty() || !visible) {
        return bad(u"The request target has a character that must be percent-encoded."_s);
    }
    head.request.target = target.toByteArray();
    if (head.request.method == "CONNECT") {
        return Refusal{501, u"CONNECT is not available: this is no proxy."_s};
    }
    if (target == QByteArrayView("*")) {
        head.request.path = u"*"_s;
        return head.request.method == "OPTIONS" ? std::nullopt
                                                : std::optional(bad(u"The target \"*\" is only for OPTIONS."_s));
    }
    QByteArrayView path = target;
    if (target.front() != '/') {
        QByteArray authority;
        if (const auto refusal = parseAbsoluteForm(target, path, authority)) {
            return refusal;
        }
        head.request.headers.emplaceBack(QByteArray(), authority); // judgeHead() puts it in Host's place
    }
    return splitTarget(path, head.request);
}

// A host by name or number, a port behind a colon.
bool isAuthority(QByteArrayView host)
{
    return std::ranges::all_of(host, [](char c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               QByteArrayView("-._~%!$&'()*+;=:[]").contains(c);
    });
}

std::optional<Refusal> judgeHost(RequestHead &head)
{
    Headers &headers = head.request.headers;
    QByteArray fromTarget;
    if (!headers.isEmpty() && headers.first().first.isEmpty()) {
        fromTarget = headers.takeFirst().second;
    }
    qsizetype at = -1;
    for (qsizetype i = 0; i < headers.size(); ++i) {
        if (!equals(headers[i].first, "host")) {
            continue;
        }
        if (at >= 0) {
            return bad(u"The request has two Host fields; send one."_s);
        }
        at = i;
    }
    if (at < 0 && head.http11) {
        return bad(u"The request has no Host field, which HTTP/1.1 requires."_s);
    }
    if (at >= 0 && !isAuthority(headers[at].second)) {
        return bad(u"The Host field is not a host and a port."_s);
    }
    if (!fromTarget.isEmpty() && !isAuthority(fromTarget)) {
        return bad(u"The request target does not name a host and a port."_s);
    }
    if (!fromTarget.isEmpty()) {
        if (at < 0) {
            at = headers.size();
            headers.emplaceBack("Host", QByteArray());
        }
        headers[at].second = fromTarget;
    }
    return std::nullopt;
}

// What decides where a body ends and what follows it, gathered in one pass.
struct Framing
{
    QList<QByteArray> lengths;
    QList<QByteArray> codings;
    QList<QByteArray> connection;
    QList<QByteArray> expectations;
    bool hasCoding = false;
};

void appendList(QList<QByteArray> &list, QByteArrayView value)
{
    for (const QByteArray &part : value.toByteArray().split(',')) {
        if (const QByteArrayView item = trimBlanks(part); !item.empty()) {
            list.append(item.toByteArray().toLower());
        }
    }
}

Framing gather(const Headers &headers)
{
    Framing framing;
    for (const auto &[name, value] : headers) {
        switch (name.size()) {
        case 6:
            if (equals(name, "expect")) {
                appendList(framing.expectations, value);
            }
            break;
        case 10:
            if (equals(name, "connection")) {
                appendList(framing.connection, value);
            }
            break;
        case 14:
            if (equals(name, "content-length")) {
                framing.lengths.append(value);
            }
            break;
        case 17:
            if (equals(name, "transfer-encoding")) {
                framing.hasCoding = true;
                appendList(framing.codings, value);
            }
            break;
        default:
            break;
        }
    }
    return framing;
}

std::optional<Refusal> judgeCoding(const Framing &framing, RequestHead &head)
{
    if (!framing.lengths.isEmpty()) {
        return bad(u"The request has both Content-Length and Transfer-Encoding; send one of them."_s);
    }
    if (!head.http11) {
        return bad(u"Transfer-Encoding is not for HTTP/1.0."_s);
    }
    if (framing.codings.isEmpty() || framing.codings.count("chunked") > 1) {
        return bad(u"Transfer-Encoding must be \"chunked\", once."_s);
    }
    if (framing.codings.size() != 1 || framing.codings.first() != "chunked") {
        return Refusal{501, u"The only transfer coding that is understood here is \"chunked\"."_s};
    }
    head.chunked = true;
    return std::nullopt;
}

std::optional<Refusal> judgeLength(const Framing &framing, const Limits &limits, RequestHead &head)
{
    if (framing.lengths.size() > 1) {
        return bad(u"The request has two Content-Length fields; send one."_s);
    }
    if (framing.lengths.isEmpty()) {
        return std::nullopt;
    }
    const QByteArray &text = framing.lengths.first();
    if (text.isEmpty() || !std::ranges::all_of(text, isDigit)) {
        return bad(u"Content-Length is not a number of bytes."_s);
    }
    bool fits = false;
    head.contentLength = text.toLongLong(&fits);
    if (!fits || head.contentLength > limits.bodyBytes) {
        return Refusal{413, u"The body is longer than %1 bytes."_s.arg(limits.bodyBytes)};
    }
    return std::nullopt;
}

std::optional<Refusal> judgeExpectation(const Framing &framing, RequestHead &head)
{
    for (const QByteArray &expectation : framing.expectations) {
        if (expectation != "100-continue") {
            return Refusal{417, u"The only expectation that is met here is \"100-continue\"."_s};
        }
    }
    head.expectsContinue = head.http11 && !framing.expectations.isEmpty();
    return std::nullopt;
}

} // namespace

std::optional<Refusal> parseRequestLine(QByteArrayView line, const Limits &limits, RequestHead &head)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype last = line.lastIndexOf(' ');
    if (first < 0 || first > kMethodBytes || !isToken(line.first(first))) {
        return bad(u"This is not an HTTP request: it must begin with a method, an address and a version."_s);
    }
    if (first == last) {
        return bad(u"The request line must be a method, an address and a version, with one space between them."_s);
    }
    head.request.method = line.first(first).toByteArray();
    if (const auto refusal = parseVersion(line.sliced(last + 1), head)) {
        return refusal;
    }
    return parseTarget(line.sliced(first + 1, last - first - 1), limits, head);
}

std::optional<Refusal> parseField(QByteArrayView line, Headers &headers)
{
    if (isBlank(line.front())) {
        return bad(u"A header field goes on in a second line, which is obsolete; send it in one line."_s);
    }
    const qsizetype colon = line.indexOf(':');
    if (colon < 0 || !isToken(line.first(colon))) {
        return bad(u"A header field must be a name, a colon right behind it, and a value."_s);
    }
    const QByteArrayView value = trimBlanks(line.sliced(colon + 1));
    const bool clean = std::ranges::none_of(value, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && byte != '\t') || byte == 0x7f;
    });
    if (!clean) {
        return bad(u"A header field has a control character in its value."_s);
    }
    headers.emplaceBack(line.first(colon).toByteArray(), value.toByteArray());
    return std::nullopt;
}

std::optional<Refusal> judgeHead(const Limits &limits, RequestHead &head)
{
    if (const auto refusal = judgeHost(head)) {
        return refusal;
    }
    const Framing framing = gather(head.request.headers);
    const auto length = framing.hasCoding ? judgeCoding(framing, head) : judgeLength(framing, limits, head);
    if (length) {
        return length;
    }
    if (const auto refusal = judgeExpectation(framing, head)) {
        return refusal;
    }
    head.keepAlive =
        !framing.connection.contains("close") && (head.http11 || framing.connection.contains("keep-alive"));
    return std::nullopt;
}

} // namespace dragonscales::api
