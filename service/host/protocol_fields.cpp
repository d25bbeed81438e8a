// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/protocol_fields.h"

namespace dragonscales::host::protocol {

using core::json::quoted;
using core::json::Value;

QByteArray pairsText(const QList<QPair<QByteArray, QByteArray>> &pairs)
{
    QByteArrayList texts;
    for (const auto &[name, value] : pairs) {
        texts.append('[' + quoted(QString::fromLatin1(name)) + ',' + quoted(QString::fromLatin1(value)) + ']');
    }
    return '[' + texts.join(',') + ']';
}

QList<QPair<QByteArray, QByteArray>> pairsOf(const Value *value)
{
    QList<QPair<QByteArray, QByteArray>> pairs;
    if (value == nullptr || !value->isArray()) {
        return pairs;
    }
    for (const Value &pair : value->items()) {
        if (pair.isArray() && pair.items().size() == 2) {
            pairs.append({QString::fromUtf8(pair.items()[0].text()).toLatin1(),
                          QString::fromUtf8(pair.items()[1].text()).toLatin1()});
        }
    }
    return pairs;
}

void writePassed(const PassedResult &result, core::json::ObjectWriter *writer)
{
    if (!result.file.isEmpty()) {
        writer->addText("file", result.file).addText("media_type", result.mediaType);
    } else if (!result.jsonPath.isEmpty()) {
        writer->addText("result_path", result.jsonPath);
    } else {
        writer->add("result", quoted(result.json));
    }
}

PassedResult passedIn(const Value &object)
{
    return {bytesIn(object, "result"), textIn(object, "result_path"), textIn(object, "file"),
            textIn(object, "media_type")};
}

} // namespace dragonscales::host::protocol
