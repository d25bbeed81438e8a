// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/json/value.h"

#include <QHash>
#include <QUrl>

namespace dragonscales::core::schema {

enum class Draft : quint8 { Draft4, Draft7 };

// What the references within one JSON text mean: "$id" makes any schema in it a document with an address of its own,
// to which "$ref" is relative. Nothing outside of the text is ever looked up.
class Documents
{
public:
    // `root` outlives this.
    explicit Documents(const json::Value &root);

    Draft draft() const { return m_draft; }

    // The schema that a "$ref" inside of `schema` names; null when it is not in this text.
    const json::Value *resolve(const json::Value &schema, const QByteArray &reference) const;

private:
    struct Place
    {
        const json::Value *document;
        QUrl base;
    };

    void collect(const json::Value &schema, Place place);
    void collectKeyword(const json::Value::Member &member, const Place &place);
    void collectAll(const json::Value &container, const Place &place);
    const json::Value *inDocument(const json::Value &document, const QString &fragment) const;

    const json::Value &m_root;
    Draft m_draft;
    QHash<QUrl, Place> m_byAddress; // documents, and schemas with a name in a fragment
    QHash<const json::Value *, Place> m_places;
};

} // namespace dragonscales::core::schema
