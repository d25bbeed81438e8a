// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/health.h"

#include "api/errors.h"
#include "core/continuation.h"
#include "core/json/writer.h"

namespace dragonscales::api {

using namespace Qt::Literals::StringLiterals;

namespace {

QStringList reasonsOf(const engine::EngineState &state)
{
    if (state.draining) {
        return {u"The service is stopping."_s};
    }
    return state.running ? QStringList() : QStringList{u"The engine is not running."_s};
}

Response answer(const QStringList &reasons)
{
    QList<QByteArray> texts;
    for (const QString &reason : reasons) {
        texts << core::json::quoted(reason);
    }
    const bool works = reasons.isEmpty();
    Response response =
        Response::json(works ? 200 : 503, (works ? R"({"status":"ready")" : R"({"status":"not ready")") +
                                              (",\"reasons\":[" + texts.join(',') + "]}"));
    if (!works) {
        response.headers.emplaceBack("Retry-After", "2");
    }
    return response;
}

} // namespace

Health::Health(broker::Broker &broker, const engine::Engine *engine)
    : m_broker(broker)
    , m_engine(engine)
    , m_writable(std::make_shared<std::atomic<bool>>(true))
{
    // In the broker's thread: no event loop is needed here.
    connect(
        &m_broker, &broker::Broker::writable, this, [writable = m_writable](bool works) { *writable = works; },
        Qt::DirectConnection);
}

std::vector<Route> Health::routes()
{
    return {
        {"GET", u"/healthz"_s, Role::Nobody,
         [](const Call &) { return ready(Response::json(200, R"({"status":"ok"})")); }},
        {"GET", u"/readyz"_s, Role::Nobody, [this](const Call &) { return readyz(); }},
    };
}

QFuture<Response> Health::readyz()
{
    QStringList reasons = m_engine ? reasonsOf(m_engine->state()) : QStringList();
    if (!*m_writable) {
        reasons << u"The store cannot write."_s;
    }
    return core::followedBy(m_broker.counts(), [reasons](const core::Result<QList<broker::QueueCounts>> &counts) {
        return answer(counts ? reasons : reasons + QStringList{u"The store cannot be read."_s});
    });
}

} // namespace dragonscales::api
