// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/docs_page.h"

#include "api/openapi.h"

#include <QCryptographicHash>
#include <QFile>

static void initPages()
{
    Q_INIT_RESOURCE(pages); // of a static library, so it does not come by itself
}

namespace dragonscales::api {

using namespace Qt::Literals::StringLiterals;

namespace {

QByteArray asset(const QString &name)
{
    QFile file(u":/dragonscales/pages/"_s + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// The page's one script; the first file begins it and the last starts it.
QByteArray wholeScript()
{
    QByteArray script;
    for (const QString &name : {u"docs.js"_s, u"schemas.js"_s, u"form.js"_s, u"faults.js"_s, u"jobs.js"_s,
                                u"reference.js"_s, u"start.js"_s}) {
        script += asset(name);
    }
    return script;
}

QByteArray sourceHash(const QByteArray &text)
{
    return "'sha256-" + QCryptographicHash::hash(text, QCryptographicHash::Sha256).toBase64() + '\'';
}

} // namespace

DocsPage::DocsPage(const core::LoadedProject &project)
    : m_document(openApiDocument(project))
{
    initPages();
    const QByteArray style = asset(u"docs.css"_s);
    const QByteArray script = wholeScript();
    m_page = asset(u"docs.html"_s).replace("/*style*/", style).replace("/*script*/", script);
    // Runs our own script and style, by their hashes, and speaks to this service alone.
    m_policy = "default-src 'none'; script-src " + sourceHash(script) + "; style-src " + sourceHash(style) +
               "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

std::vector<Route> DocsPage::routes() const
{
    Response document = Response::json(200, m_document);
    document.headers.emplaceBack("Cache-Control", "no-cache");
    Response page = Response::json(200, m_page);
    page.contentType = "text/html; charset=utf-8";
    page.headers = {{"Content-Security-Policy", m_policy},
                    {"X-Content-Type-Options", "nosniff"},
                    {"Referrer-Policy", "no-referrer"},
                    {"Cache-Control", "no-cache"}};
    return {
        {"GET", u"/openapi.json"_s, Role::Nobody, [document](const Call &) { return ready(document); }},
        {"GET", u"/docs"_s, Role::Nobody, [page](const Call &) { return ready(page); }},
    };
}

} // namespace dragonscales::api
