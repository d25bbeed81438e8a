// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "ui/service_monitor.h"

#include <QMainWindow>

class QFormLayout;
class QLabel;
class QPushButton;

namespace dragonscales::ui {

// What the window says of the service besides its state.
struct ServiceFacts
{
    QString project; // the project's id
    QString file;    // path of its file; empty for a service elsewhere
    QString store;   // where its jobs are kept; empty for a service elsewhere
    bool embedded = true;
};

// The window: which service this is and how it does.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(ServiceMonitor &monitor, QWidget *parent = nullptr);
    Q_DISABLE_COPY_MOVE(MainWindow)

    void showFacts(const ServiceFacts &facts);

protected:
    void changeEvent(QEvent *event) override;

private:
    QWidget *makePage();
    QWidget *makeHeader();
    QWidget *makeCard();
    void makeStatusBar();
    void showView(const ServiceView &view);
    void showName(const ServiceView &view);

    ServiceMonitor &m_monitor;
    ServiceFacts m_facts;
    QLabel *m_title = nullptr;
    QLabel *m_project = nullptr;
    QLabel *m_store = nullptr;
    QLabel *m_state = nullptr;
    QLabel *m_sentence = nullptr;
    QLabel *m_address = nullptr;
    QFormLayout *m_rows = nullptr;
    QPushButton *m_docs = nullptr;
    QLabel *m_statusGlyph = nullptr;
    QLabel *m_status = nullptr;
};

} // namespace dragonscales::ui
