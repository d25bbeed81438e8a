// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/tag_reader.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

namespace {

constexpr std::size_t kMostTags = 20;
constexpr int kMostTagLetters = 100;

bool isTag(const json::Value &value)
{
    const QString tag = value.isText() ? QString::fromUtf8(value.text()) : QString();
    return !tag.trimmed().isEmpty() && tag.size() <= kMostTagLetters &&
           std::all_of(tag.begin(), tag.end(), [](QChar c) { return c.category() != QChar::Other_Control; });
}

} // namespace

QStringList readTags(const Place &tags, ProblemList &problems)
{
    QStringList read;
    const std::vector<json::Value> &items = tags.value->items();
    if (items.size() > kMostTags) {
        problems.error(tags, u"These are %1 tags; a job has at most %2."_s.arg(items.size()).arg(kMostTags),
                       u"Leave some out."_s);
        return read;
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
        const QString text = QString::fromUtf8(items[i].text());
        if (!isTag(items[i])) {
            problems.error(tags.item(i), u"A tag must be a text of 1 to %1 visible characters."_s.arg(kMostTagLetters),
                           u"Write such a text."_s);
        } else if (!read.contains(text)) {
            read.append(text);
        }
    }
    return read;
}

} // namespace dragonscales::core
