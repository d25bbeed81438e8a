// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/openapi_schema.h"

#include "core/json/reader.h"
#include "core/json/writer.h"

namespace dragonscales::api {

using core::json::Value;

namespace {

constexpr int kMaxDepth = 8; // of recursive definitions

class Maker
{
public:
    explicit Maker(const Value &root)
        : m_root(root)
    {
    }

    QByteArray make(const Value &schema, int depth) const
    {
        if (depth > kMaxDepth) {
            return "null";
        }
        if (const Value *given = givenBy(schema)) {
            return core::json::compact(*given);
        }
        if (const Value *reference = schema.find("$ref")) {
            const Value *target = m_root.at(QByteArray::fromPercentEncoding(reference->text().mid(1)));
            return target ? make(*target, depth + 1) : "null";
        }
        for (const char *word : {"anyOf", "oneOf", "allOf"}) {
            const Value *list = schema.find(word);
            if (list && !list->items().empty() && !schema.find("type")) {
                return make(list->items().front(), depth + 1);
            }
        }
        return ofType(schema, depth);
    }

private:
    static const Value *givenBy(const Value &schema)
    {
        for (const char *word : {"example", "default", "const"}) {
            if (const Value *value = schema.find(word)) {
                return value;
            }
        }
        for (const char *word : {"examples", "enum"}) {
            const Value *list = schema.find(word);
            if (list && !list->items().empty()) {
                return &list->items().front();
            }
        }
        return nullptr;
    }

    QByteArray ofType(const Value &schema, int depth) const
    {
        const Value *type = schema.find("type");
        const QByteArray word = !type                   ? QByteArray()
                                : type->items().empty() ? type->text()
                                                        : type->items().front().text();
        if (word == "string") {
            return text(schema);
        }
        if (word == "integer" || word == "number") {
            const Value *least = schema.find("minimum");
            const Value *above = schema.find("exclusiveMinimum");
            return least ? least->text() : above && above->isNumber() ? QByteArray::number(above->integer() + 1) : "1";
        }
        if (word == "boolean") {
            return "true";
        }
        if (word == "array") {
            return array(schema, depth);
        }
        if (word == "null") {
            return "null";
        }
        return object(schema, depth);
    }

    static QByteArray text(const Value &schema)
    {
        const Value *format = schema.find("format");
        if (format && (format->text() == "uri" || format->text() == "url")) {
            return R"("https://example.org/")";
        }
        const Value *title = schema.find("title");
        return title ? core::json::quoted(QByteArrayView(title->text())) : QByteArray("\"text\"");
    }

    QByteArray array(const Value &schema, int depth) const
    {
        const Value *least = schema.find("minItems");
        const Value *items = schema.find("items");
        if (!least || least->integer() < 1 || !items || items->isArray()) {
            return "[]";
        }
        return '[' + make(*items, depth + 1) + ']';
    }

    // What is required, and what has a value to show.
    QByteArray object(const Value &schema, int depth) const
    {
        core::json::ObjectWriter writer;
        const Value *properties = schema.find("properties");
        const Value *required = schema.find("required");
        for (const Value::Member &member : properties ? properties->members() : std::vector<Value::Member>()) {
            const bool needed = required && std::any_of(required->items().begin(), required->items().end(),
                                                        [&](const Value &name) { return name.text() == member.name; });
            if (needed || member.value.find("example") || member.value.find("examples")) {
                writer.add(member.name, make(member.value, depth + 1));
            }
        }
        return writer.text();
    }

    const Value &m_root;
};

} // namespace

QByteArray exampleOf(const QByteArray &schemaText)
{
    const auto schema = core::json::read(schemaText);
    return schema && schema->isObject() ? Maker(*schema).make(*schema, 0) : QByteArray("{}");
}

} // namespace dragonscales::api
