// SPDX-License-Identifier: LGPL-3.0-or-later
#include "ui/service_monitor.h"

#include "client/api_client.h"
#include "core/json/reader.h"

namespace dragonscales::ui {

using namespace std::chrono_literals;

namespace {

// /readyz says "ready" or "not ready"; refusals have a detail.
bool isDragonscales(const client::Answer &answer)
{
    const auto body = core::json::read(answer.body);
    const core::json::Value *status = body ? body->find("status") : nullptr;
    if (status != nullptr) {
        return status->text() == "ready" || status->text() == "not ready";
    }
    return body && answer.status != 404 && body->find("detail") != nullptr;
}

} // namespace

ServiceMonitor::ServiceMonitor(QObject *parent)
    : QObject(parent)
{
    m_timer.setInterval(2s);
    connect(&m_timer, &QTimer::timeout, this, &ServiceMonitor::ask);
}

ServiceMonitor::~ServiceMonitor() = default;

void ServiceMonitor::watch(const QUrl &url)
{
    client::ClientOptions options;
    options.url = url;
    options.timeout = 5s;
    m_client = std::make_unique<client::ApiClient>(options);
    m_view.url = url;
    m_reached = false;
    Q_EMIT changed(m_view);
    m_timer.start();
    ask();
}

void ServiceMonitor::setFailed(QStringList lines)
{
    m_timer.stop();
    if (!lines.isEmpty()) {
        lines.prepend(lines.takeLast());
    }
    show(ServiceView::State::Failed, lines.join(u'\n'));
}

void ServiceMonitor::setNoProject(const QString &folder)
{
    m_timer.stop();
    show(ServiceView::State::NoProject,
         tr("There is no project.json in %1. Name another one: dragonscales --project FILE.").arg(folder));
}

namespace {

// Of an answer of /readyz: one sentence a line.
QString reasonsIn(const QByteArray &answer)
{
    QStringList reasons;
    const auto body = core::json::read(answer);
    if (const core::json::Value *list = body ? body->find("reasons") : nullptr) {
        for (const core::json::Value &reason : list->items()) {
            reasons << QString::fromUtf8(reason.text());
        }
    }
    return reasons.join(u'\n');
}

} // namespace

void ServiceMonitor::ask()
{
    m_client->get(QStringLiteral("/readyz")).then(this, [this](const core::Result<client::Answer> &answer) {
        if (!answer) {
            showUnreachable(answer.error().message);
        } else if (!isDragonscales(*answer)) {
            showUnreachable(tr("What answers there is no dragonscales service (%1).").arg(answer->status));
        } else if (m_reached = true; answer->status == 200) {
            show(ServiceView::State::Running, {});
        } else {
            const QString reasons = reasonsIn(answer->body);
            show(ServiceView::State::NotReady,
                 reasons.isEmpty() ? tr("The service answers %1.").arg(answer->status) : reasons);
        }
    });
}

void ServiceMonitor::showUnreachable(const QString &sentence)
{
    show(m_reached ? ServiceView::State::Lost : ServiceView::State::Unreachable, sentence);
}

void ServiceMonitor::show(ServiceView::State state, const QString &sentence)
{
    if (m_view.state == state && m_view.sentence == sentence) {
        return;
    }
    m_view.state = state;
    m_view.sentence = sentence;
    Q_EMIT changed(m_view);
}

} // namespace dragonscales::ui
