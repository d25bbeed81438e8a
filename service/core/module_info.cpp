// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/module_info.h"

#include "core/words.h"

namespace dragonscales::core {

namespace {

constexpr std::array<Word<ModuleKind>, 4> kKinds{{{ModuleKind::Task, "task"},
                                                  {ModuleKind::Storage, "storage"},
                                                  {ModuleKind::Callback, "callback"},
                                                  {ModuleKind::Authorizer, "authorizer"}}};

constexpr std::array<Word<Isolation>, 3> kIsolations{
    {{Isolation::Auto, "auto"}, {Isolation::Thread, "thread"}, {Isolation::Process, "process"}}};

} // namespace

QString kindWord(ModuleKind kind)
{
    return QString::fromLatin1(wordOf(kKinds, kind));
}

std::optional<ModuleKind> kindFromWord(QStringView word)
{
    return valueOf(kKinds, word);
}

QString isolationWord(Isolation isolation)
{
    return QString::fromLatin1(wordOf(kIsolations, isolation));
}

std::optional<Isolation> isolationFromWord(QStringView word)
{
    return valueOf(kIsolations, word);
}

} // namespace dragonscales::core
