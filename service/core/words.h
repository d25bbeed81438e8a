// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QStringView>

#include <array>
#include <optional>

namespace dragonscales::core {

// One row of a table that names the values of an enum.
template <typename Enum>
struct Word
{
    Enum value;
    const char *text;
};

template <typename Enum, std::size_t N>
const char *wordOf(const std::array<Word<Enum>, N> &words, Enum value)
{
    for (const auto &word : words) {
        if (word.value == value)
            return word.text;
    }
    return "";
}

// `text` is a view that compares with QLatin1StringView.
template <typename Enum, std::size_t N, typename View>
std::optional<Enum> valueOf(const std::array<Word<Enum>, N> &words, View text)
{
    for (const auto &word : words) {
        if (text == QLatin1StringView(word.text))
            return word.value;
    }
    return {};
}

} // namespace dragonscales::core
