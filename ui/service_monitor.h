// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <QUrl>

#include <memory>

namespace dragonscales::client {
class ApiClient;
}

namespace dragonscales::ui {

// How a service does, as a window shows it.
struct ServiceView
{
    // Unreachable: it has not answered yet; Lost: it did, and does no more.
    enum class State : quint8 { Starting, Running, NotReady, Unreachable, Lost, NoProject, Failed };

    State state = State::Starting;
    QUrl url;
    QString sentence; // what is wrong and what to do, unless running
};

// Asks a service every two seconds how it does, for ever. Lives in the GUI thread and never blocks it.
class ServiceMonitor final : public QObject
{
    Q_OBJECT

public:
    explicit ServiceMonitor(QObject *parent = nullptr);
    ~ServiceMonitor() override;
    Q_DISABLE_COPY_MOVE(ServiceMonitor)

    void watch(const QUrl &url);
    // There is no service to ask, and why. The last line sums the others up, and is shown first.
    void setFailed(QStringList lines);
    // There is none because this folder has no project.
    void setNoProject(const QString &folder);

    const ServiceView &view() const { return m_view; }

Q_SIGNALS:
    void changed(const dragonscales::ui::ServiceView &view);

private:
    void ask();
    void showUnreachable(const QString &sentence);
    void show(ServiceView::State state, const QString &sentence);

    std::unique_ptr<client::ApiClient> m_client;
    QTimer m_timer;
    ServiceView m_view;
    bool m_reached = false;
};

} // namespace dragonscales::ui
