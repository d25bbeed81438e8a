// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/result.h>

#include <QStringList>

namespace dragonscales::plugins::command {

// The arguments of a program with places for a client's values. A place is a whole argument, "{name}", or the end of
// one after '=', "--size={name}": a value never becomes a part of other text, so not of a shell's script either, and
// never more than one argument. "{{name}}" stands for a literal "{name}".
class ArgvTemplate final
{
public:
    // Fails on a place in the program itself or within other text.
    static sdk::Outcome<ArgvTemplate> make(const QStringList &argv);

    // Fails when a value is missing, is no text, or would be read as an option: one that begins with '-' may be a whole
    // argument only behind a "--" in the template.
    sdk::Outcome<QStringList> filled(const QJsonObject &values) const;

private:
    struct Piece
    {
        QString prefix; // literal
        QString place;  // name of the value behind it; empty: none
    };

    QList<Piece> m_pieces;
};

} // namespace dragonscales::plugins::command
