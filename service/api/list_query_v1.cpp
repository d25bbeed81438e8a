// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/list_query_v1.h"

#include "api/id_list_stream.h"
#include "core/ids.h"
#include "core/pydantic_fault.h"

namespace dragonscales::api {

using namespace Qt::Literals::StringLiterals;
using core::JobStatus;

namespace {

constexpr qsizetype kStreamFrom = 1000; // ids

struct Word
{
    QStringView word;
    QList<JobStatus> statuses;
};

// "queued" is what version 1 calls all that has not begun.
const QList<Word> &words()
{
    static const QList<Word> list{
        {u"queued", {JobStatus::Queued, JobStatus::Scheduled, JobStatus::Waiting}},
        {u"started", {JobStatus::Started}},
        {u"finished", {JobStatus::Finished}},
        {u"canceled", {JobStatus::Canceled}},
        {u"failed", {JobStatus::Failed}},
    };
    return list;
}

// Reads the values of one query.
class Reading
{
public:
    Reading(const QUrlQuery &query, ListRequestV1 *request)
        : m_query(query)
        , m_request(*request)
        , m_faults(&request->faults)
    {
    }

    void status()
    {
        const QStringList given = m_query.allQueryItemValues(u"status"_s, QUrl::FullyDecoded);
        for (const QString &word : given.join(u',').split(u',', Qt::SkipEmptyParts)) {
            const auto it = std::find_if(words().begin(), words().end(),
                                         [&](const Word &known) { return known.word == word.trimmed(); });
            if (it == words().end()) {
                m_faults.add(place("status"),
                             "value is not a valid enumeration member; permitted: 'queued', 'started', 'finished', "
                             "'canceled', 'failed'",
                             "type_error.enum",
                             R"({"enum_values":["queued","started","finished","canceled","failed"]})");
                return;
            }
            for (const core::JobStatus status : it->statuses) {
                if (!m_request.query.statuses.contains(status)) {
                    m_request.query.statuses << status;
                }
            }
        }
    }

    void limit()
    {
        const QString text = value("limit");
        if (text.isEmpty()) {
            return;
        }
        bool ok = false;
        const int limit = text.toInt(&ok);
        if (!ok) {
            m_faults.add(place("limit"), "value is not a valid integer", "type_error.integer");
        } else if (limit < 1) {
            m_faults.limit(place("limit"), "ensure this value is greater than or equal to", "1",
                           "value_error.number.not_ge");
        } else {
            m_request.query.limit = limit;
        }
    }

    void cursor()
    {
        const QString text = value("cursor");
        if (text.isEmpty()) {
            return;
        }
        m_request.query.before = core::idFromText(text.toUtf8());
        if (m_request.query.before.isNull()) {
            m_faults.add(place("cursor"), "value is not a valid uuid", "type_error.uuid");
        }
    }

    QString value(const char *name) const { return m_query.queryItemValue(QLatin1String(name), QUrl::FullyDecoded); }

private:
    core::pydantic::Place place(const char *name) const { return {&m_root, name}; }

    const QUrlQuery &m_query;
    ListRequestV1 &m_request;
    core::pydantic::FaultList m_faults;
    core::pydantic::Place m_root{nullptr, "query"};
};

// Where the page behind this one lies: the same question, from its last id on.
QByteArray nextLink(const QUrlQuery &query, const QUuid &last)
{
    QByteArray link = "</api/v1/jobs/";
    char separator = '?';
    for (const QString &name : {u"status"_s, u"queue"_s, u"limit"_s}) {
        for (const QString &value : query.allQueryItemValues(name, QUrl::FullyDecoded)) {
            link += separator + name.toLatin1() + '=' + QUrl::toPercentEncoding(value);
            separator = '&';
        }
    }
    return link + separator + "cursor=" + core::idText(last) + R"(>; rel="next")";
}

} // namespace

ListRequestV1 readListQuery(const QUrlQuery &query)
{
    ListRequestV1 request;
    Reading reading(query, &request);
    reading.status();
    reading.limit();
    reading.cursor();
    request.query.queue = reading.value("queue");
    return request;
}

Response listed(const index::IdPage &page, const QUrlQuery &query)
{
    Response response;
    if (page.ids.size() > kStreamFrom) {
        response.stream = std::make_shared<IdListStream>(page.ids);
    } else {
        response.body = IdListStream(page.ids).readAll();
    }
    if (page.more && !page.ids.isEmpty()) {
        response.headers.emplaceBack("Link", nextLink(query, page.ids.last()));
    }
    return response;
}

Response refused(const QList<core::RequestFault> &faults)
{
    QByteArray body = "{\"detail\":[";
    for (const core::RequestFault &fault : faults) {
        body += (&fault == &faults.first() ? "" : ",") + fault.json;
    }
    return Response::json(422, body + "]}");
}

} // namespace dragonscales::api
