// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/gate_answer.h"

#include "api/reason.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <ctime>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::api {

namespace {

// IMF-fixdate, made once a second and thread.
const QByteArray &dateNow()
{
    thread_local std::time_t madeAt = 0;
    thread_local QByteArray text;
    const std::time_t now = std::time(nullptr);
    if (now != madeAt) {
        madeAt = now;
        text = QLocale::c().toString(QDateTime::currentDateTimeUtc(), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s).toLatin1();
    }
    return text;
}

// A field that would end its line early could make a second answer out of one.
bool isClean(const QByteArray &text)
{
    return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void appendFraming(Headers &fields, const Response &response, const AnswerForm &form)
{
    if (response.stream) {
        if (form.http11) {
            fields.emplaceBack("Transfer-Encoding", "chunked");
        }
    } else if (mayHaveBody(response.status)) {
        fields.emplaceBack("Content-Length", QByteArray::number(response.body.size()));
    }
}

bool staysOpen(const Response &response, const AnswerForm &form)
{
    return form.keepAlive && (!response.stream || form.http11);
}

} // namespace

bool mayHaveBody(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

Headers answerFields(const Response &response, const AnswerForm &form)
{
    Headers fields;
    fields.reserve(response.headers.size() + 4);
    fields.emplaceBack("Date", dateNow());
    if (mayHaveBody(response.status) && !response.contentType.isEmpty() && isClean(response.contentType)) {
        fields.emplaceBack("Content-Type", response.contentType);
    }
    for (const auto &[name, value] : response.headers) {
        if (isClean(name) && isClean(value)) {
            fields.emplaceBack(name, value);
        }
    }
    appendFraming(fields, response, form);
    if (!staysOpen(response, form)) {
        fields.emplaceBack("Connection", "close");
    } else if (!form.http11) {
        fields.emplaceBack("Connection", "keep-alive");
    }
    return fields;
}

Answer makeAnswer(const Response &response, const AnswerForm &form)
{
    Answer answer;
    const bool withBody = !form.headOnly && mayHaveBody(response.status);
    answer.keepAlive = staysOpen(response, form);
    answer.bytes.reserve(256 + (response.stream ? 0 : response.body.size()));
    answer.bytes += "HTTP/1.1 ";
    answer.bytes += QByteArray::number(response.status);
    answer.bytes += ' ';
    answer.bytes += reasonOf(response.status);
    answer.bytes += "\r\n";
    for (const auto &[name, value] : answerFields(response, form)) {
        answer.bytes += name;
        answer.bytes += ": ";
        answer.bytes += value;
        answer.bytes += "\r\n";
    }
    answer.bytes += "\r\n";
    if (withBody && response.stream) {
        answer.stream = response.stream;
    } else if (withBody) {
        answer.bytes += response.body;
    }
    return answer;
}

} // namespace dragonscales::api
