// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/gate_answer.h"

namespace dragonscales::api {

// Carries framed requests to the handler and makes answers of its responses. Lives in the gate's thread.
class Backend
{
public:
    // Called once for each ask(), maybe from within it.
    using OnAnswer = std::function<void(quint64 ticket, const Answer &answer)>;

    virtual ~Backend() = default;
    virtual void ask(quint64 ticket, const Request &request, const AnswerForm &form) = 0;

    void setOnAnswer(OnAnswer onAnswer) { m_onAnswer = std::move(onAnswer); }

protected:
    OnAnswer m_onAnswer;
};

} // namespace dragonscales::api
