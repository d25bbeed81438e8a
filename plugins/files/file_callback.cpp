// SPDX-License-Identifier: LGPL-3.0-or-later
#include "atomic_file.h"
#include "modules.h"
#include "names.h"

namespace dragonscales::plugins::files {

using namespace Qt::Literals::StringLiterals;
using sdk::CallbackResult;

FileCallback::FileCallback(const sdk::Args &args)
    : m_directory(directoryOf(args))
{
}

sdk::Outcome<CallbackResult> FileCallback::call(const sdk::Json &status, const sdk::Json &params, sdk::Context &context)
{
    const QJsonValue wanted = params.object().value("name"_L1);
    const auto name = checkedName(wanted.isString() ? wanted.toString() : context.jobId() + u".json"_s);
    CallbackResult answer;
    if (!name) {
        answer.kind = CallbackResult::Kind::GiveUp; // another try would have the same name
        answer.error = name.error().message;
        return answer;
    }
    const auto bytes = writeAtomically(m_directory, *name, status.text());
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    answer.answer = (m_directory + u'/' + *name).toUtf8();
    return answer;
}

} // namespace dragonscales::plugins::files
