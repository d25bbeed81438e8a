// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QPalette>

class QApplication;

namespace dragonscales::ui {

enum class Scheme : quint8 { Light, Dark };

// The colours of every page, as roles of one palette: what a widget paints, it reads from there.
QPalette palette(Scheme scheme);
// Fusion with that palette.
void applyTheme(QApplication &application, Scheme scheme);

// Of navigation, menu and status bar, for which there is no role.
QColor navColour(Scheme scheme);

enum class StateColour : quint8 { Ok, Bad, Warn, Run, Mute };
QColor foreground(StateColour colour, Scheme scheme);

// Which one a palette is: that of the desktop before a theme is applied, or one of ours.
Scheme schemeOf(const QPalette &palette);

} // namespace dragonscales::ui
