// SPDX-License-Identifier: LGPL-3.0-or-later
#include "app/window_options.h"

#include "client/service_address.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::app {

const QList<core::Setting> &windowSettings()
{
    static const QList<core::Setting> table = [] {
        QList<core::Setting> made{{u"url"_s,
                                   {},
                                   core::Setting::Type::Text,
                                   {},
                                   0,
                                   0,
                                   u"URL"_s,
                                   u"Show the service at this address instead of running one."_s,
                                   {}}};
        for (const core::Setting &setting : core::serviceSettings()) {
            const bool logs = setting.flag.startsWith(u"log-"_s) || setting.name().contains(u"_LOGGER_"_s);
            if (!logs && setting.flag != u"no-api"_s) {
                made.append(setting);
            }
        }
        return made;
    }();
    return table;
}

core::Result<WindowOptions> WindowOptions::from(const core::Settings &settings)
{
    WindowOptions options;
    options.projectNamed = settings.isSet(u"project"_s);
    if (settings.isSet(u"url"_s)) {
        const auto url = client::serviceAddress(settings.text(u"url"_s));
        if (!url) {
            return tl::unexpected(url.error());
        }
        options.url = *url;
    }
    auto service = assembly::ServiceOptions::from(settings);
    if (!service) {
        return tl::unexpected(service.error());
    }
    options.service = std::move(*service);
    return options;
}

} // namespace dragonscales::app
