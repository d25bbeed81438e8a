// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema_documents.h"

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core::schema {

namespace {

// Where schemas are found in a schema: as the value itself or in a list, or as the members of an object. Elsewhere
// ("enum", "default", unknown keywords) the same words mean nothing.
constexpr std::array<const char *, 13> kWithSchemas{"items",         "additionalItems",
                                                    "contains",      "additionalProperties",
                                                    "propertyNames", "allOf",
                                                    "anyOf",         "oneOf",
                                                    "not",           "if",
                                                    "then",          "else",
                                                    "$ref"};
constexpr std::array<const char *, 5> kWithNamedSchemas{"properties", "patternProperties", "dependencies",
                                                        "definitions", "$defs"};

// The address of the text itself; relative references need one.
const QUrl kTextAddress(u"schema:///"_s);

template <typename List>
bool contains(const List &list, const QByteArray &name)
{
    return std::ranges::any_of(list, [&name](const char *each) { return name == each; });
}

Draft draftOf(const json::Value &root)
{
    const json::Value *schema = root.find("$schema");
    return schema && schema->text().contains("/draft-04/") ? Draft::Draft4 : Draft::Draft7;
}

} // namespace

Documents::Documents(const json::Value &root)
    : m_root(root)
    , m_draft(draftOf(root))
{
    m_byAddress.insert(kTextAddress, {&root, kTextAddress});
    collect(root, {&root, kTextAddress});
}

void Documents::collect(const json::Value &schema, Place place)
{
    const json::Value *id = schema.find(m_draft == Draft::Draft4 ? "id" : "$id");
    // Members beside a "$ref" do not count.
    if (id && id->isText() && !schema.find("$ref")) {
        const QUrl address = place.base.resolved(QUrl(QString::fromUtf8(id->text())));
        const QUrl document = address.adjusted(QUrl::RemoveFragment);
        if (document != place.base)
            place = {&schema, document};
        m_byAddress.insert(address.hasFragment() && !address.fragment().isEmpty() ? address : document,
                           {&schema, place.base});
    }
    m_places.insert(&schema, place);
    for (const json::Value::Member &member : schema.members())
        collectKeyword(member, place);
}

void Documents::collectKeyword(const json::Value::Member &member, const Place &place)
{
    if (contains(kWithNamedSchemas, member.name)) {
        for (const json::Value::Member &named : member.value.members())
            collect(named.value, place);
    } else if (contains(kWithSchemas, member.name)) {
        collectAll(member.value, place);
    }
}

void Documents::collectAll(const json::Value &container, const Place &place)
{
    if (container.isObject())
        collect(container, place);
    for (const json::Value &item : container.items())
        collect(item, place);
}

const json::Value *Documents::resolve(const json::Value &schema, const QByteArray &reference) const
{
    const Place from = m_places.value(&schema, {&m_root, kTextAddress});
    const QUrl target = from.base.resolved(QUrl(QString::fromUtf8(reference)));
    if (const auto named = m_byAddress.constFind(target); named != m_byAddress.cend() && target.hasFragment())
        return named->document;
    const auto document = m_byAddress.constFind(target.adjusted(QUrl::RemoveFragment));
    if (document == m_byAddress.cend())
        return nullptr;
    return inDocument(*document->document, target.fragment(QUrl::FullyDecoded));
}

const json::Value *Documents::inDocument(const json::Value &document, const QString &fragment) const
{
    return document.at(fragment.toUtf8());
}

} // namespace dragonscales::core::schema
