// SPDX-License-Identifier: LGPL-3.0-or-later
#include <dragonscales/plugin.h>

#include <algorithm>

namespace sdk = dragonscales::sdk;

class Reverse final : public sdk::BaseTask
{
public:
    sdk::Outcome<sdk::TaskResult> run(const sdk::Json &params, sdk::Context &context) override
    {
        QString text = params.object().value(QStringLiteral("text")).toString();
        if (text.isEmpty()) {
            return sdk::fail(QStringLiteral("there is nothing to turn round"));
        }
        std::reverse(text.begin(), text.end());
        context.progress(1);
        return sdk::TaskResult(sdk::Json::of(text));
    }
};

class ReversePlugin final : public QObject, public sdk::Plugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID DRAGONSCALES_PLUGIN_IID FILE "reverse.json")
    Q_INTERFACES(dragonscales::sdk::Plugin)

public:
    ReversePlugin() { add<Reverse>(QStringLiteral("reverse")); }
};

#include "reverse.moc"
