// SPDX-License-Identifier: LGPL-3.0-or-later
#include "ui/main_window.h"

#include "ui/theme.h"

#include <QDesktopServices>
#include <QEvent>
#include <QFormLayout>
#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QStatusBar>
#include <QVBoxLayout>

namespace dragonscales::ui {

namespace {

constexpr int kPageEdge = 20;
constexpr int kCardPadding = 16;
constexpr int kButtonHeight = 30;
constexpr int kStatusBarHeight = 28;

struct StateRow
{
    ServiceView::State state;
    const char *word;
    QChar glyph;
    StateColour colour;
};

// Word, glyph and colour say the same.
const StateRow kStates[] = {
    {ServiceView::State::Starting, QT_TRANSLATE_NOOP("MainWindow", "Starting"), u'○', StateColour::Mute},
    {ServiceView::State::Running, QT_TRANSLATE_NOOP("MainWindow", "Running"), u'●', StateColour::Ok},
    {ServiceView::State::NotReady, QT_TRANSLATE_NOOP("MainWindow", "Not ready"), u'▲', StateColour::Warn},
    {ServiceView::State::Lost, QT_TRANSLATE_NOOP("MainWindow", "Connection lost"), u'✕', StateColour::Bad},
    {ServiceView::State::Failed, QT_TRANSLATE_NOOP("MainWindow", "Not started"), u'✕', StateColour::Bad},
};

const StateRow &rowOf(ServiceView::State state)
{
    return *std::ranges::find(kStates, state, &StateRow::state);
}

QLabel *selectableLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setWordWrap(true);
    return label;
}

QLabel *secondaryLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

void setFontSize(QLabel *label, double factor)
{
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * factor);
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
}

} // namespace

MainWindow::MainWindow(ServiceMonitor &monitor, QWidget *parent)
    : QMainWindow(parent)
    , m_monitor(monitor)
{
    setMinimumSize(960, 600);

    auto *page = new QWidget(this);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(kPageEdge, kPageEdge, kPageEdge, kPageEdge);
    layout->setSpacing(12);
    layout->addWidget(makeHeader());
    layout->addWidget(makeCard());
    layout->addStretch();
    setCentralWidget(page);

    m_status = new QLabel(this);
    m_status->setObjectName(QStringLiteral("status"));
    statusBar()->addWidget(m_status);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setMinimumHeight(kStatusBarHeight);
    statusBar()->setContentsMargins(kPageEdge, 0, kPageEdge, 0);

    connect(&monitor, &ServiceMonitor::changed, this, &MainWindow::showView);
    showFacts({});
}

void MainWindow::showFacts(const ServiceFacts &facts)
{
    m_facts = facts;
    setWindowTitle(facts.project.isEmpty() ? tr("dragonscales") : tr("%1 – dragonscales").arg(facts.project));
    m_title->setText(facts.project.isEmpty() ? tr("Service") : facts.project);
    m_project->setText(facts.file);
    m_store->setText(facts.store);
    for (QLabel *label : {m_project, m_store}) {
        m_rows->setRowVisible(label, !label->text().isEmpty());
    }
    showView(m_monitor.view());
}

QWidget *MainWindow::makeHeader()
{
    auto *header = new QWidget(this);
    auto *layout = new QHBoxLayout(header);
    layout->setContentsMargins(0, 0, 0, 0);
    m_title = new QLabel(header);
    m_title->setObjectName(QStringLiteral("title"));
    setFontSize(m_title, 18.0 / 13);
    layout->addWidget(m_title);
    layout->addStretch();
    m_docs = new QPushButton(tr("Open API pages"), header);
    m_docs->setObjectName(QStringLiteral("docs"));
    m_docs->setMinimumSize(140, kButtonHeight);
    m_docs->setToolTip(tr("Opens the service's documentation in the browser"));
    connect(m_docs, &QPushButton::clicked, this, [this] {
        QUrl docs = m_monitor.view().url;
        docs.setPath(QStringLiteral("/docs"));
        QDesktopServices::openUrl(docs);
    });
    layout->addWidget(m_docs);
    return header;
}

QWidget *MainWindow::makeCard()
{
    auto *card = new QFrame(this);
    card->setFrameShape(QFrame::StyledPanel);
    card->setAutoFillBackground(true);
    card->setBackgroundRole(QPalette::Base);
    auto *layout = new QFormLayout(card);
    layout->setContentsMargins(kCardPadding, kCardPadding, kCardPadding, kCardPadding);
    layout->setHorizontalSpacing(24);
    layout->setVerticalSpacing(8);
    layout->setLabelAlignment(Qt::AlignLeading);

    m_state = selectableLabel({}, card);
    m_state->setObjectName(QStringLiteral("state"));
    layout->addRow(secondaryLabel(tr("State"), card), m_state);
    m_sentence = selectableLabel({}, card);
    m_sentence->setObjectName(QStringLiteral("sentence"));
    layout->addRow(QString(), m_sentence);
    m_address = selectableLabel({}, card);
    m_address->setObjectName(QStringLiteral("address"));
    layout->addRow(secondaryLabel(tr("Address"), card), m_address);
    m_project = selectableLabel({}, card);
    m_project->setObjectName(QStringLiteral("project"));
    layout->addRow(secondaryLabel(tr("Project"), card), m_project);
    m_store = selectableLabel({}, card);
    m_store->setObjectName(QStringLiteral("store"));
    layout->addRow(secondaryLabel(tr("Store"), card), m_store);
    m_rows = layout;
    return card;
}

void MainWindow::showView(const ServiceView &view)
{
    const StateRow &row = rowOf(view.state);
    const QString word = tr(row.word);
    m_state->setText(QStringLiteral("%1 %2").arg(row.glyph).arg(word));
    m_state->setAccessibleName(word);
    QPalette colours = palette();
    // A label whose text can be selected paints with Text.
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text}) {
        colours.setColor(role, foreground(row.colour, schemeOf(palette())));
    }
    m_state->setPalette(colours);
    m_sentence->setText(view.sentence);
    m_rows->setRowVisible(m_sentence, !view.sentence.isEmpty());
    m_address->setText(view.url.isEmpty() ? tr("none") : view.url.toString());
    m_docs->setEnabled(view.state == ServiceView::State::Running);

    const QString where = view.url.isEmpty() ? QString() : view.url.authority();
    QString text = word;
    if (view.state == ServiceView::State::Running) {
        text = m_facts.embedded ? tr("Running in this window, %1").arg(where) : tr("Connected to %1").arg(where);
    }
    m_status->setText(QStringLiteral("%1 %2").arg(row.glyph).arg(text));
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_state) {
        showView(m_monitor.view());
    }
}

} // namespace dragonscales::ui
