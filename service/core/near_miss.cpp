// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/near_miss.h"

#include <algorithm>
#include <vector>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

// Of what is compared: the work grows with the square of the one and with the other.
constexpr qsizetype kLongestName = 200;
constexpr qsizetype kMostNames = 1000;

// Edit distance in which swapping two neighbours is one slip.
int distance(const QString &a, const QString &b)
{
    const auto width = static_cast<std::size_t>(b.size()) + 1;
    std::vector<int> before(width);
    std::vector<int> above(width);
    std::vector<int> row(width);
    for (std::size_t j = 0; j < width; ++j) {
        above[j] = static_cast<int>(j);
    }
    for (qsizetype i = 1; i <= a.size(); ++i) {
        row[0] = static_cast<int>(i);
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const auto at = static_cast<std::size_t>(j);
            const int change = above[at - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[at] = std::min({above[at] + 1, row[at - 1] + 1, change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[at] = std::min(row[at], before[at - 2] + 1);
            }
        }
        before.swap(above);
        above.swap(row);
    }
    return above[width - 1];
}

} // namespace

QString nearMiss(const QString &wrong, const QStringList &names)
{
    const QString folded = wrong.toCaseFolded();
    if (folded.isEmpty() || folded.size() > kLongestName) {
        return {};
    }
    // A third of the letters may differ: more would suggest names that have nothing to do with each other.
    int best = static_cast<int>(std::max<qsizetype>(1, folded.size() / 3)) + 1;
    QString found;
    for (const QString &name : names.first(std::min(names.size(), kMostNames))) {
        if (name.size() > kLongestName || std::abs(name.size() - folded.size()) >= best) {
            continue;
        }
        const int slips = distance(folded, name.toCaseFolded());
        if (slips < best) {
            best = slips;
            found = name;
        }
    }
    return found;
}

QString quotedList(const QStringList &names, int most)
{
    QStringList quoted;
    for (const QString &name : names.first(std::min<qsizetype>(names.size(), most))) {
        quoted.append(u"“%1”"_s.arg(name));
    }
    if (names.size() > most) {
        return u"%1 and %2 more"_s.arg(quoted.join(u", "_s)).arg(names.size() - most);
    }
    if (quoted.size() < 2) {
        return quoted.join(QString());
    }
    const QString last = quoted.takeLast();
    return u"%1 and %2"_s.arg(quoted.join(u", "_s), last);
}

} // namespace dragonscales::core
