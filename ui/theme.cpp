// SPDX-License-Identifier: LGPL-3.0-or-later
#include "ui/theme.h"

#include "ui/style.h"

#include <QApplication>

namespace dragonscales::ui {

namespace {

struct Token
{
    QList<QPalette::ColorRole> roles;
    QRgb light;
    QRgb dark;
};

const QList<Token> &tokens()
{
    static const QList<Token> list{
        {{QPalette::Window}, 0xf5f6f8, 0x16181b},
        {{QPalette::Base}, 0xffffff, 0x1d2024},
        {{QPalette::AlternateBase, QPalette::Light}, 0xf8f9fb, 0x212529},
        {{QPalette::Midlight}, 0xeceef2, 0x272b31},
        {{QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText}, 0x1a1d21, 0xe7e9ec},
        {{QPalette::PlaceholderText}, 0x565d68, 0xa3abb6},
        {{QPalette::Mid}, 0xdcdfe5, 0x31363d},
        {{QPalette::Dark}, 0x838a95, 0x757e8a},
        {{QPalette::Shadow}, 0xb4bac4, 0x4a515b}, // edge of buttons
        {{QPalette::Button}, 0xffffff, 0x272b31},
        {{QPalette::Link}, 0x0b6e66, 0x45bdb0},
        {{QPalette::Highlight}, 0xd9eeeb, 0x173d3a},
    };
    return list;
}

} // namespace

QPalette palette(Scheme scheme)
{
    QPalette result;
    for (const Token &token : tokens()) {
        for (const QPalette::ColorRole role : token.roles) {
            result.setColor(role, QColor::fromRgb(scheme == Scheme::Light ? token.light : token.dark));
        }
    }
    const QColor disabled = QColor::fromRgb(scheme == Scheme::Light ? 0x9aa1ab : 0x6a727d);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        result.setColor(QPalette::Disabled, role, disabled);
    }
    return result;
}

void applyTheme(QApplication &application, Scheme scheme)
{
    QApplication::setStyle(new Style);
    application.setPalette(palette(scheme));
}

QColor navColour(Scheme scheme)
{
    return QColor::fromRgb(scheme == Scheme::Light ? 0xeaecf0 : 0x101214);
}

QColor foreground(StateColour colour, Scheme scheme)
{
    const bool light = scheme == Scheme::Light;
    switch (colour) {
    case StateColour::Ok:
        return QColor::fromRgb(light ? 0x1a7033 : 0x62c77c);
    case StateColour::Bad:
        return QColor::fromRgb(light ? 0xb3232b : 0xff8a87);
    case StateColour::Warn:
        return QColor::fromRgb(light ? 0x835500 : 0xe5b252);
    case StateColour::Run:
        return QColor::fromRgb(light ? 0x1259b8 : 0x78b4ff);
    case StateColour::Mute:
        break;
    }
    return QColor::fromRgb(light ? 0x565d68 : 0xa3abb6);
}

Scheme schemeOf(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < 128 ? Scheme::Dark : Scheme::Light;
}

} // namespace dragonscales::ui
