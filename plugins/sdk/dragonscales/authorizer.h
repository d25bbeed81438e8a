// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/result.h>

#include <QList>
#include <QPair>

#include <chrono>

namespace dragonscales::sdk {

// A request as an authorizer sees it. Header names compare in any case.
struct Request
{
    QByteArray method;
    QString path;                                 // decoded, without query
    QByteArray query;                             // as it came, without '?'
    QList<QPair<QByteArray, QByteArray>> headers; // in their order
    QString clientAddress;

    QByteArray header(QByteArrayView name) const // the first of this name; empty when there is none
    {
        for (const auto &[key, value] : headers) {
            if (QByteArrayView(key).compare(name, Qt::CaseInsensitive) == 0) {
                return value;
            }
        }
        return {};
    }
};

// Who the caller is, or why not.
struct Verdict
{
    bool allowed = false;
    int status = 401;  // of a refusal: 401 or 403
    QString detail;    // of a refusal: the sentence that the client gets
    QList<QPair<QByteArray, QByteArray>> headers; // of a refusal: what its answer carries besides
    QString principal; // who it is; may be empty
    QString role;      // "viewer", "submitter", "operator", "admin"; empty: submitter
    std::chrono::milliseconds maxAge{
        0}; // how long the service may reuse the verdict for equal headers; it may ask again
};

// Decides on every request but the public ones. Must be thread-safe: one instance serves all threads at once.
class BaseAuthorizer
{
public:
    virtual ~BaseAuthorizer() = default;
    // A Failure or an exception refuses with 500: nobody gets in by an error.
    virtual Outcome<Verdict> authorize(const Request &request) = 0;
    // True when everybody is let in, which counts as no authorizer for the bind rule.
    virtual bool open() const { return false; }
};

} // namespace dragonscales::sdk
