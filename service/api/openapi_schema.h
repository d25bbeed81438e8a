// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QPair>

namespace dragonscales::api {

// A JSON Schema in the words of OpenAPI 3.0.3.
struct OpenApiSchema
{
    QByteArray schema;                               // JSON object
    QList<QPair<QByteArray, QByteArray>> components; // its definitions: component name and JSON object
};

// Converts a draft 4 to 7 schema. What 3.0.3 cannot say is left out, so the result allows what the schema allows and
// perhaps more. `component` is the name that the result will have among the components.
OpenApiSchema toOpenApi(const QByteArray &schemaText, const QByteArray &component);

// A value that fits the schema as far as that can be told from defaults, examples and limits.
QByteArray exampleOf(const QByteArray &schemaText);

// A name that a component may have: [A-Za-z0-9._-]+.
QByteArray componentName(const QByteArray &prefix, const QString &name);

} // namespace dragonscales::api
