// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/ended_text.h"

#include <csignal>
#include <cstring>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

QString whoIn(const protocol::Ended &ended)
{
    switch (ended.phase) {
    case Phase::Task:
        return u"The task"_s;
    case Phase::Storage:
        return u"The storage"_s;
    case Phase::Callback:
        return u"The callback"_s;
    case Phase::Authorizer:
        return u"The authorizer"_s;
    case Phase::Loading:
        return ended.loading.isEmpty() ? u"A module that was being loaded"_s
                                       : u"“%1”, while it was being loaded,"_s.arg(ended.loading);
    case Phase::Idle:
        break;
    }
    return u"The runner"_s;
}

} // namespace

QString signalText(int signal)
{
    const char *name = ::sigabbrev_np(signal);
    const char *words = ::sigdescr_np(signal);
    const QString abbreviation = name == nullptr ? u"signal %1"_s.arg(signal) : u"SIG"_s + QString::fromLatin1(name);
    return words == nullptr ? abbreviation : u"%1 (%2)"_s.arg(abbreviation, QString::fromLatin1(words).toLower());
}

QString endedText(const protocol::Ended &ended)
{
    const QString who = whoIn(ended);
    if (ended.signal == SIGKILL) {
        return u"%1 was killed: SIGKILL, by somebody or by the kernel because memory ran out."_s.arg(who);
    }
    if (ended.signal != 0) {
        return u"%1 crashed: %2."_s.arg(who, signalText(ended.signal));
    }
    if (ended.status == kExitChannelLost) {
        return u"The code closed or replaced descriptors of its runner, which could not reach the service any more."_s;
    }
    return u"%1 ended its process: exited with status %2. Code must return instead."_s.arg(who).arg(ended.status);
}

} // namespace dragonscales::host
