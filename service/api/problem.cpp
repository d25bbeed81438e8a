// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/problem.h"

#include "api/reason.h"
#include "core/json/reader.h"
#include "core/json/writer.h"

namespace dragonscales::api {

using core::json::ObjectWriter;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kMostFaults = 100; // of which an answer tells

QByteArray listOf(const QList<core::Problem> &faults)
{
    QByteArrayList each;
    for (const core::Problem &fault : faults.first(std::min(faults.size(), kMostFaults))) {
        const QString sentences = fault.remedy.isEmpty() ? fault.message : fault.message + u' ' + fault.remedy;
        each.append(ObjectWriter()
                        .addText("pointer", QString::fromUtf8(fault.pointer))
                        .addText("detail", sentences)
                        .addNumber("line", fault.position.line)
                        .addNumber("column", fault.position.column)
                        .text());
    }
    return '[' + each.join(',') + ']';
}

} // namespace

Response problem(int status, const QString &detail, const QList<core::Problem> &faults)
{
    ObjectWriter body;
    body.addText("title", QString::fromLatin1(reasonOf(status))).addNumber("status", status).addText("detail", detail);
    if (!faults.isEmpty()) {
        body.add("errors", listOf(faults));
    }
    Response response = Response::json(status, body.text());
    response.contentType = "application/problem+json";
    return response;
}

Response problemOfBody(const QList<core::Problem> &faults)
{
    if (faults.size() == 1) {
        return problem(422, faults.first().message, faults);
    }
    const QString told = faults.size() > kMostFaults ? u"the first %1 of them"_s.arg(kMostFaults) : u"them"_s;
    return problem(422, u"The request has %1 faults; “errors” tells %2."_s.arg(faults.size()).arg(told), faults);
}

Response asProblem(Response response)
{
    if (response.status < 400 || response.contentType != "application/json") {
        return response;
    }
    const auto value = core::json::read(response.body);
    const core::json::Value *detail = value ? value->find("detail") : nullptr;
    if (detail == nullptr || !detail->isText()) {
        return response;
    }
    Response made = problem(response.status, QString::fromUtf8(detail->text()));
    made.headers = std::move(response.headers);
    return made;
}

} // namespace dragonscales::api
