// SPDX-License-Identifier: LGPL-3.0-or-later
#include "argv_template.h"

#include <QRegularExpression>

namespace dragonscales::plugins::command {

using namespace Qt::Literals::StringLiterals;

namespace {

const QRegularExpression &placePattern()
{
    static const QRegularExpression kPattern(u"\\A(|[A-Za-z0-9_.-]+=)\\{([A-Za-z_][A-Za-z0-9_]*)\\}\\z"_s);
    return kPattern;
}

const QRegularExpression &strayPattern()
{
    static const QRegularExpression kPattern(u"(?<!\\{)\\{[A-Za-z_][A-Za-z0-9_]*\\}(?!\\})"_s);
    return kPattern;
}

QString unescaped(QString text)
{
    static const QRegularExpression kPattern(u"\\{\\{([A-Za-z_][A-Za-z0-9_]*)\\}\\}"_s);
    return text.replace(kPattern, u"{\\1}"_s);
}

} // namespace

sdk::Outcome<ArgvTemplate> ArgvTemplate::make(const QStringList &argv)
{
    if (argv.isEmpty() || argv.first().isEmpty()) {
        return sdk::fail(u"\"argv\" must begin with the program to run"_s);
    }
    ArgvTemplate made;
    for (const QString &argument : argv) {
        const auto place = placePattern().match(argument);
        if (place.hasMatch() && made.m_pieces.isEmpty()) {
            return sdk::fail(u"argv[0] is the program: \"%1\" would let a client choose it"_s.arg(argument));
        }
        if (!place.hasMatch() && strayPattern().match(argument).hasMatch()) {
            return sdk::fail(
                u"\"%1\" in argv: a value is a whole argument, {name}, or the end of one, --option={name}; write {{name}} for braces that stay"_s
                    .arg(argument));
        }
        if (argument.contains(QChar(u'\0'))) {
            return sdk::fail(u"an argument in argv holds a zero character"_s);
        }
        if (!argument.isValidUtf16()) {
            return sdk::fail(u"an argument in argv holds one half of a surrogate pair"_s);
        }
        made.m_pieces.append(place.hasMatch() ? Piece{place.captured(1), place.captured(2)}
                                              : Piece{unescaped(argument), {}});
    }
    return made;
}

sdk::Outcome<QStringList> ArgvTemplate::filled(const QJsonObject &values) const
{
    QStringList argv;
    bool optionsEnded = false;
    for (const Piece &piece : m_pieces) {
        if (piece.place.isEmpty()) {
            argv.append(piece.prefix);
            optionsEnded = optionsEnded || piece.prefix == "--"_L1;
            continue;
        }
        const QJsonValue value = values.value(piece.place);
        const QString text = value.toString();
        if (!value.isString()) {
            return sdk::fail(u"\"values\" must give a text for \"%1\""_s.arg(piece.place));
        }
        if (text.contains(QChar(u'\0'))) {
            return sdk::fail(u"the value of \"%1\" holds a zero character"_s.arg(piece.place));
        }
        if (!text.isValidUtf16()) {
            return sdk::fail(u"the value of \"%1\" holds one half of a surrogate pair"_s.arg(piece.place));
        }
        if (piece.prefix.isEmpty() && text.startsWith(u'-') && !optionsEnded) {
            return sdk::fail(u"the value of \"%1\" begins with '-' and would be read as an option"_s.arg(piece.place));
        }
        argv.append(piece.prefix + text);
    }
    return argv;
}

} // namespace dragonscales::plugins::command
