// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "api/router.h"
#include "core/project.h"

namespace dragonscales::api {

// /openapi.json of the loaded project, and /docs, a page that shows it and can send requests. Both are made once.
class DocsPage
{
public:
    explicit DocsPage(const core::LoadedProject &project);

    std::vector<Route> routes() const;

private:
    QByteArray m_document;
    QByteArray m_page;
    QByteArray m_policy; // Content-Security-Policy of the page
};

} // namespace dragonscales::api
