// SPDX-License-Identifier: LGPL-3.0-or-later
#include "ui/style.h"

#include "ui/theme.h"

#include <QPainter>
#include <QStyleOption>

namespace dragonscales::ui {

namespace {

constexpr double kButtonRadius = 5;
constexpr double kFocusRing = 2;

bool has(const QStyleOption &option, QStyle::State state)
{
    return (option.state & state) == state;
}

void drawButton(const QStyleOption &option, QPainter &painter)
{
    const QPalette &colours = option.palette;
    const bool lit = has(option, QStyle::State_Sunken) || has(option, QStyle::State_Enabled | QStyle::State_MouseOver);
    const QRectF rect(option.rect);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(colours.color(QPalette::Shadow));
    painter.setBrush(colours.color(lit ? QPalette::Midlight : QPalette::Button));
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), kButtonRadius, kButtonRadius);
    // Only after use of the keyboard: the mouse shows where it is.
    if (has(option, QStyle::State_HasFocus | QStyle::State_KeyboardFocusChange)) {
        painter.setPen(QPen(colours.color(QPalette::Link), kFocusRing));
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), kButtonRadius, kButtonRadius);
    }
}

void drawStatusBar(const QStyleOption &option, QPainter &painter)
{
    painter.fillRect(option.rect, navColour(schemeOf(option.palette)));
    painter.fillRect(option.rect.x(), option.rect.y(), option.rect.width(), 1, option.palette.color(QPalette::Mid));
}

} // namespace

Style::Style()
    : QProxyStyle(QStringLiteral("Fusion"))
{
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                          const QWidget *widget) const
{
    const bool onButton = widget != nullptr && widget->inherits("QPushButton");
    painter->save();
    if (element == PE_PanelButtonCommand) {
        drawButton(*option, *painter);
    } else if (element == PE_PanelStatusBar) {
        drawStatusBar(*option, *painter);
    } else if (element != PE_FrameFocusRect || !onButton) { // the button has drawn its own
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
    painter->restore();
}

} // namespace dragonscales::ui
