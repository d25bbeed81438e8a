// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/openapi_operation.h"

namespace dragonscales::api::openapi {

using core::json::ObjectWriter;
using core::json::quoted;

QByteArray reference(const QByteArray &component)
{
    return R"({"$ref":"#/components/schemas/)" + component + "\"}";
}

QByteArray answer(const char *description, const QByteArray &schema, const QByteArray &headers, const char *contentType)
{
    ObjectWriter writer;
    writer.addText("description", QString::fromUtf8(description));
    if (!headers.isEmpty()) {
        writer.add("headers", headers);
    }
    if (!schema.isEmpty()) {
        writer.add("content", ObjectWriter().add(contentType, R"({"schema":)" + schema + '}').text());
    }
    return writer.text();
}

QByteArray operationJson(const Operation &operation)
{
    ObjectWriter writer;
    writer.add("tags", '[' + quoted(QByteArrayView(operation.tag)) + ']')
        .addText("summary", QString::fromUtf8(operation.summary))
        .addText("operationId", QString::fromUtf8(operation.id));
    if (!operation.parameters.isEmpty()) {
        writer.add("parameters", operation.parameters);
    }
    if (!operation.body.isEmpty()) {
        writer.add("requestBody", operation.body);
    }
    return writer.add("responses", operation.answers).text();
}

QByteArray idParameter()
{
    return R"([{"name":"id","in":"path","required":true,"description":"The job's id.",)"
           R"("schema":{"type":"string","format":"uuid"}}])";
}

} // namespace dragonscales::api::openapi
