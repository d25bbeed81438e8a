// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema_references.h"

#include <QSet>
#include <QUrl>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core::schema {

namespace {

// So many schemas may judge one and the same value one inside the other.
constexpr int kMaxInPlace = 20;

class References
{
public:
    explicit References(const json::Value &root)
        : m_root(root)
    {
    }

    QString fault()
    {
        walk(m_root);
        return m_fault;
    }

private:
    // Every object of the text that might be a schema.
    void walk(const json::Value &value)
    {
        if (!m_fault.isEmpty()) {
            return;
        }
        for (const json::Value &item : value.items()) {
            walk(item);
        }
        if (!value.isObject()) {
            return;
        }
        follow(value, 0);
        for (const json::Value::Member &member : value.members()) {
            if (member.name != "enum" && member.name != "const" && member.name != "default" &&
                member.name != "examples") {
                walk(member.value);
            }
        }
    }

    // The schemas that judge the same value as this one.
    void follow(const json::Value &schema, int depth)
    {
        if (!m_fault.isEmpty() || !schema.isObject() || m_followed.contains(&schema)) {
            return;
        }
        if (depth > kMaxInPlace) {
            m_fault = u"schemas refer to each other without end, or more than %1 deep"_s.arg(kMaxInPlace);
            return;
        }
        if (const json::Value *reference = schema.find("$ref"); reference && reference->isText()) {
            if (const json::Value *target = resolve(reference->text())) {
                follow(*target, depth + 1);
            }
            m_followed.insert(&schema);
            return; // what stands beside a "$ref" does not count
        }
        for (const char *one : {"not", "if", "then", "else"}) {
            if (const json::Value *inner = schema.find(one)) {
                follow(*inner, depth + 1);
            }
        }
        for (const char *list : {"allOf", "anyOf", "oneOf"}) {
            if (const json::Value *inner = schema.find(list)) {
                for (const json::Value &item : inner->items()) {
                    follow(item, depth + 1);
                }
            }
        }
        if (const json::Value *dependencies = schema.find("dependencies")) {
            for (const json::Value::Member &member : dependencies->members()) {
                follow(member.value, depth + 1);
            }
        }
        m_followed.insert(&schema);
    }

    const json::Value *resolve(const QByteArray &reference)
    {
        const json::Value *target =
            reference.startsWith('#') ? m_root.at(QByteArray::fromPercentEncoding(reference.mid(1))) : nullptr;
        if (!target) {
            m_fault = reference.startsWith('#')
                          ? u"“$ref” names %1, which is not in it"_s.arg(QString::fromUtf8(reference))
                          : u"“$ref” names %1, which lies outside of it and is never fetched"_s.arg(
                                QString::fromUtf8(reference));
        }
        return target;
    }

    const json::Value &m_root;
    QSet<const json::Value *> m_followed; // ends, each of them
    QString m_fault;
};

} // namespace

QString faultOfReferences(const json::Value &root)
{
    return References(root).fault();
}

} // namespace dragonscales::core::schema
