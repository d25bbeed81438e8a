// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/openapi_schema.h"

#include "core/json/reader.h"
#include "core/json/writer.h"

#include <QSet>
#include <QString>

namespace dragonscales::api {

using core::json::ObjectWriter;
using core::json::Value;

namespace {

// Keywords whose value means the same in OpenAPI.
const QSet<QByteArray> &kept()
{
    static const QSet<QByteArray> words{
        "title",   "description", "multipleOf", "maximum",     "minimum",       "maxLength",     "minLength",
        "pattern", "maxItems",    "minItems",   "uniqueItems", "maxProperties", "minProperties", "format",
        "default", "readOnly",    "writeOnly",  "deprecated",  "example",
    };
    return words;
}

bool isNullSchema(const Value &schema)
{
    const Value *type = schema.find("type");
    return type && type->text() == "null";
}

bool namesNull(const Value *type)
{
    return type && std::any_of(type->items().begin(), type->items().end(),
                               [](const Value &word) { return word.text() == "null"; });
}

// Converts one schema and, on its way, the definitions that it refers to.
class Converter
{
public:
    Converter(const Value &root, QByteArray component, QList<QPair<QByteArray, QByteArray>> *components)
        : m_root(root)
        , m_component(std::move(component))
        , m_components(*components)
    {
    }

    QByteArray convert(const Value &schema)
    {
        if (!schema.isObject()) {
            return schema.isBool() && !schema.boolean() ? R"({"not":{}})" : "{}";
        }
        if (const Value *reference = schema.find("$ref")) {
            return referred(reference->text());
        }
        ObjectWriter writer;
        for (const Value::Member &member : schema.members()) {
            if (kept().contains(member.name) && &member.value == schema.find(member.name)) {
                writer.add(member.name, core::json::compact(member.value));
            }
        }
        types(schema, &writer);
        limits(schema, &writer);
        values(schema, &writer);
        members(schema, &writer);
        items(schema, &writer);
        branches(schema, &writer);
        return writer.text();
    }

private:
    QByteArray referred(const QByteArray &reference)
    {
        if (reference == "#") {
            return referenceTo(m_component);
        }
        const Value *target =
            reference.startsWith('#') ? m_root.at(QByteArray::fromPercentEncoding(reference.mid(1))) : nullptr;
        if (!target) {
            return "{}";
        }
        const QByteArray name =
            componentName(m_component + '_', QString::fromUtf8(reference.mid(reference.lastIndexOf('/') + 1)));
        if (!m_seen.contains(reference)) { // before it is converted: definitions may be recursive
            m_seen.insert(reference);
            QByteArray text = convert(*target);
            m_components.append({name, text});
        }
        return referenceTo(name);
    }

    static QByteArray referenceTo(const QByteArray &component)
    {
        return R"({"$ref":"#/components/schemas/)" + component + "\"}";
    }

    // One type, and null apart; of several types an anyOf.
    static void types(const Value &schema, ObjectWriter *writer)
    {
        const Value *type = schema.find("type");
        if (!type) {
            return;
        }
        QList<QByteArray> words;
        for (const Value &item : type->items()) {
            words << item.text();
        }
        if (type->isText()) {
            words << type->text();
        }
        const bool nullable = words.removeAll("null") > 0;
        if (words.size() == 1) {
            writer->add("type", core::json::quoted(QByteArrayView(words.front())));
            if (words.front() == "array" && !schema.find("items")) {
                writer->add("items", "{}"); // which OpenAPI wants with every array
            }
        } else if (!words.isEmpty() && !schema.find("anyOf")) {
            QList<QByteArray> each;
            for (const QByteArray &word : words) {
                each << R"({"type":")" + word + (word == "array" ? R"(","items":{}})" : "\"}");
            }
            writer->add("anyOf", '[' + each.join(',') + ']');
        }
        if (nullable) {
            writer->add("nullable", "true");
        }
    }

    // A number as exclusive limit becomes a limit and a boolean.
    static void limits(const Value &schema, ObjectWriter *writer)
    {
        const auto limit = [&](const char *exclusive, const char *plain) {
            const Value *value = schema.find(exclusive);
            if (value && value->isBool()) {
                writer->addBool(exclusive, value->boolean());
            } else if (value && value->isNumber() && !schema.find(plain)) {
                writer->add(plain, value->text());
                writer->addBool(exclusive, true);
            }
        };
        limit("exclusiveMinimum", "minimum");
        limit("exclusiveMaximum", "maximum");
    }

    static void values(const Value &schema, ObjectWriter *writer)
    {
        if (const Value *constant = schema.find("const")) {
            writer->add("enum", '[' + core::json::compact(*constant) + ']');
        } else if (const Value *list = schema.find("enum"); list && !list->items().empty()) {
            writer->add("enum", core::json::compact(*list));
        }
        const Value *examples = schema.find("examples");
        if (examples && !examples->items().empty() && !schema.find("example")) {
            writer->add("example", core::json::compact(examples->items().front()));
        }
    }

    void members(const Value &schema, ObjectWriter *writer)
    {
        if (const Value *properties = schema.find("properties")) {
            ObjectWriter each;
            for (const Value::Member &member : properties->members()) {
                each.add(member.name, convert(member.value));
            }
            writer->add("properties", each.text());
        }
        if (const Value *required = schema.find("required"); required && !required->items().empty()) {
            writer->add("required", core::json::compact(*required));
        }
        const Value *others = schema.find("additionalProperties");
        if (others && !schema.find("patternProperties")) {
            writer->add("additionalProperties",
                        others->isBool() ? QByteArray(others->boolean() ? "true" : "false") : convert(*others));
        }
    }

    void items(const Value &schema, ObjectWriter *writer)
    {
        const Value *each = schema.find("items");
        if (!each) {
            return;
        }
        writer->add("items", each->isArray() ? R"({"anyOf":)" + list(*each) + '}' : convert(*each));
    }

    void branches(const Value &schema, ObjectWriter *writer)
    {
        bool nullable = false;
        for (const char *word : {"allOf", "anyOf", "oneOf"}) {
            const Value *each = schema.find(word);
            if (each && !each->items().empty()) {
                nullable |= std::any_of(each->items().begin(), each->items().end(), isNullSchema);
                writer->add(word, list(*each));
            }
        }
        if (nullable && !namesNull(schema.find("type"))) {
            writer->add("nullable", "true");
        }
        if (const Value *refused = schema.find("not")) {
            writer->add("not", convert(*refused));
        }
    }

    QByteArray list(const Value &schemas)
    {
        QList<QByteArray> each;
        for (const Value &schema : schemas.items()) {
            if (!isNullSchema(schema)) {
                each << convert(schema);
            }
        }
        return '[' + (each.isEmpty() ? QByteArray("{}") : each.join(',')) + ']';
    }

    const Value &m_root;
    QByteArray m_component;
    QList<QPair<QByteArray, QByteArray>> &m_components;
    QSet<QByteArray> m_seen;
};

} // namespace

OpenApiSchema toOpenApi(const QByteArray &schemaText, const QByteArray &component)
{
    OpenApiSchema made;
    const auto schema = core::json::read(schemaText);
    made.schema = schema ? Converter(*schema, component, &made.components).convert(*schema) : QByteArray("{}");
    return made;
}

QByteArray componentName(const QByteArray &prefix, const QString &name)
{
    QByteArray text = prefix;
    for (const char c : name.toUtf8()) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                           c == '-' || c == '.';
        text += plain ? QByteArray(1, c) : '.' + QByteArray(1, c).toHex();
    }
    return text;
}

} // namespace dragonscales::api
