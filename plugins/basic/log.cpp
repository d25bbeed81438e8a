// SPDX-License-Identifier: LGPL-3.0-or-later
#include "modules.h"

namespace dragonscales::plugins::basic {

using namespace Qt::Literals::StringLiterals;

namespace {
constexpr qsizetype kMaxLine = 4096; // a status may carry a trace of megabytes
}

sdk::Outcome<sdk::CallbackResult> Log::call(const sdk::Json &status, const sdk::Json &, sdk::Context &context)
{
    const QByteArray &text = status.text();
    QString line = QString::fromUtf8(QByteArrayView(text).first(qMin(text.size(), kMaxLine)));
    if (text.size() > kMaxLine) {
        line += u"…"_s;
    }
    line.replace(u'\n', u' ');
    context.log(sdk::LogLevel::Info, line);
    return sdk::CallbackResult{};
}

} // namespace dragonscales::plugins::basic
