// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/job.h"

#include <QCryptographicHash>
#include <QRegularExpression>

#include <array>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

// More of a message than this tells causes apart no better, and patterns run on it.
constexpr qsizetype kMessageMax = 1000;

struct Variable
{
    QRegularExpression pattern;
    QString name;
};

// What changes from one failure to the next of the same cause. Order matters: the wider ones go first.
const std::array<Variable, 7> &variables()
{
    static const std::array<Variable, 7> list{{
        {QRegularExpression(uR"([A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s'"<>]+)"_s), u"<url>"_s},
        {QRegularExpression(uR"('[^']*'|"[^"]*"|`[^`]*`|‘[^’]*’|“[^”]*”|«[^»]*»)"_s), u"<text>"_s},
        {QRegularExpression(uR"([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})"_s), u"<id>"_s},
        {QRegularExpression(uR"(0[xX][0-9a-fA-F]+)"_s), u"<n>"_s},
        {QRegularExpression(uR"((?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{1,4})"_s), u"<n>"_s},
        {QRegularExpression(uR"(\b(?=[a-fA-F]*[0-9])[0-9a-fA-F]{8,}\b)"_s), u"<id>"_s},
        {QRegularExpression(uR"([-+]?[0-9]+(?:[.:,][0-9]+)*(?:[eE][-+]?[0-9]+)?)"_s), u"<n>"_s},
    }};
    return list;
}

QString withoutVariables(QString message)
{
    message.truncate(kMessageMax);
    for (const Variable &variable : variables())
        message.replace(variable.pattern, variable.name);
    return message.simplified();
}

} // namespace

QString fingerprintOf(const QString &task, const JobError &error)
{
    const QString cause = QStringList{task, error.type, withoutVariables(error.message)}.join(QChar(u'\0'));
    const QByteArray hash = QCryptographicHash::hash(cause.toUtf8(), QCryptographicHash::Sha256);
    return QString::fromLatin1(hash.left(8).toHex());
}

} // namespace dragonscales::core
