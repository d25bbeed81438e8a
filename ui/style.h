// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace dragonscales::ui {

// Fusion, except for what it draws in colours that vanish in the dark: edges, the focus and the status bar.
class Style final : public QProxyStyle
{
    Q_OBJECT

public:
    Style();

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
};

} // namespace dragonscales::ui
