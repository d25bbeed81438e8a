// SPDX-License-Identifier: LGPL-3.0-or-later
#include "ui/main_window.h"

#include "ui/theme.h"

#include <QAction>
#include <QDesktopServices>
#include <QEvent>
#include <QFormLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QStatusBar>
#include <QVBoxLayout>

namespace dragonscales::ui {

namespace {

constexpr int kPageEdge = 20;
constexpr int kCardPadding = 16;
constexpr double kCardRadius = 8;
constexpr int kButtonHeight = 30;
constexpr int kStatusBarHeight = 28;

struct StateRow
{
    ServiceView::State state;
    StateColour colour;
    QChar glyph;
    const char *word;
};

// Colour, glyph and word say the same.
const StateRow kStates[] = {
    {ServiceView::State::Starting, StateColour::Mute, u'○', QT_TRANSLATE_NOOP("MainWindow", "Starting")},
    {ServiceView::State::Running, StateColour::Ok, u'●', QT_TRANSLATE_NOOP("MainWindow", "Running")},
    {ServiceView::State::NotReady, StateColour::Warn, u'▲', QT_TRANSLATE_NOOP("MainWindow", "Not ready")},
    {ServiceView::State::Unreachable, StateColour::Bad, u'✕', QT_TRANSLATE_NOOP("MainWindow", "Not reachable")},
    {ServiceView::State::Lost, StateColour::Bad, u'✕', QT_TRANSLATE_NOOP("MainWindow", "Connection lost")},
    {ServiceView::State::NoProject, StateColour::Mute, u'○', QT_TRANSLATE_NOOP("MainWindow", "No project here")},
    {ServiceView::State::Failed, StateColour::Bad, u'✕', QT_TRANSLATE_NOOP("MainWindow", "Not started")},
};

const StateRow &rowOf(ServiceView::State state)
{
    return *std::ranges::find(kStates, state, &StateRow::state);
}

// Holds what belongs together, within a hairline.
class Card final : public QWidget
{
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent * /*event*/) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(palette().color(QPalette::Mid));
        painter.setBrush(palette().base());
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kCardRadius, kCardRadius);
    }
};

// Text that may take several lines. A label asks for the height that it would have in some other, narrow width.
class Paragraph final : public QLabel
{
public:
    using QLabel::QLabel;

    QSize sizeHint() const override { return {QLabel::sizeHint().width(), fontMetrics().height()}; }
    QSize minimumSizeHint() const override { return {0, fontMetrics().height()}; }
};

QLabel *selectableLabel(const QString &text, QWidget *parent)
{
    auto *label = new Paragraph(text, parent);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setWordWrap(true);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    label->setSizePolicy(policy);
    return label;
}

QLabel *secondaryLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

// A label whose text can be selected paints with Text.
void setColour(QLabel *label, const QColor &colour)
{
    QPalette colours = label->palette();
    colours.setColor(QPalette::WindowText, colour);
    colours.setColor(QPalette::Text, colour);
    label->setPalette(colours);
}

QString authorityOf(const QUrl &url)
{
    return url.adjusted(QUrl::RemoveUserInfo).authority();
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
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(makePage());
    setCentralWidget(scroll);
    makeStatusBar();

    auto *quit = new QAction(tr("Quit"), this);
    quit->setShortcut(Qt::CTRL | Qt::Key_Q); // QKeySequence::Quit is none where Qt knows no desktop
    connect(quit, &QAction::triggered, this, &QWidget::close);
    addAction(quit);

    connect(&monitor, &ServiceMonitor::changed, this, &MainWindow::showView);
    showFacts({});
}

void MainWindow::showFacts(const ServiceFacts &facts)
{
    m_facts = facts;
    m_project->setText(facts.file);
    m_store->setText(facts.store);
    for (QLabel *label : {m_project, m_store}) {
        m_rows->setRowVisible(label, !label->text().isEmpty());
    }
    showView(m_monitor.view());
}

QWidget *MainWindow::makePage()
{
    auto *page = new QWidget(this);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(kPageEdge, kPageEdge, kPageEdge, kPageEdge);
    layout->setSpacing(12);
    layout->addWidget(makeHeader());
    layout->addWidget(makeCard());
    layout->addStretch();
    return page;
}

void MainWindow::makeStatusBar()
{
    m_statusGlyph = new QLabel(this);
    m_statusGlyph->setObjectName(QStringLiteral("statusGlyph"));
    m_status = new QLabel(this);
    m_status->setObjectName(QStringLiteral("status"));
    statusBar()->addWidget(m_statusGlyph);
    statusBar()->addWidget(m_status);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setMinimumHeight(kStatusBarHeight);
    statusBar()->setContentsMargins(kPageEdge, 0, kPageEdge, 0);
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
    auto *card = new Card(this);
    auto *layout = new QFormLayout(card);
    layout->setContentsMargins(kCardPadding, kCardPadding, kCardPadding, kCardPadding);
    layout->setHorizontalSpacing(24);
    layout->setVerticalSpacing(8);
    layout->setLabelAlignment(Qt::AlignLeading | Qt::AlignTop);
    layout->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);

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
    const QColor colour = foreground(row.colour, schemeOf(palette()));
    setColour(m_state, colour);
    m_sentence->setText(view.sentence);
    m_rows->setRowVisible(m_sentence, !view.sentence.isEmpty());
    m_address->setText(view.url.toDisplayString());
    m_rows->setRowVisible(m_address, !view.url.isEmpty());
    m_docs->setEnabled(view.state == ServiceView::State::Running);

    const QString where = authorityOf(view.url);
    QString text = word;
    if (view.state == ServiceView::State::Running) {
        text = m_facts.embedded ? tr("Running in this window, %1").arg(where) : tr("Connected to %1").arg(where);
    }
    m_statusGlyph->setText(row.glyph);
    setColour(m_statusGlyph, colour);
    m_status->setText(text);
    showName(view);
}

// The project, or where a service elsewhere is.
void MainWindow::showName(const ServiceView &view)
{
    const QString name = m_facts.embedded ? m_facts.project : authorityOf(view.url);
    setWindowTitle(name.isEmpty() ? tr("dragonscales") : tr("%1 – dragonscales").arg(name));
    m_title->setText(name.isEmpty() ? tr("Service") : name);
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_state) {
        showView(m_monitor.view());
    }
}

} // namespace dragonscales::ui
