// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/writer.h"

// Parts of an OpenAPI 3.0.3 document, as JSON.
namespace dragonscales::api::openapi {

QByteArray reference(const QByteArray &component);

// One answer of an operation; `schema` may be empty: it has no body.
QByteArray answer(const char *description, const QByteArray &schema, const QByteArray &headers = {},
                  const char *contentType = "application/json");

struct Operation
{
    const char *tag;
    const char *summary;
    const char *id;
    QByteArray parameters = {}; // an array; may be empty
    QByteArray body = {};       // a request body object; may be empty
    QByteArray answers = {};
};
QByteArray operationJson(const Operation &operation);

// The parameter "id" of a path.
QByteArray idParameter();

} // namespace dragonscales::api::openapi
