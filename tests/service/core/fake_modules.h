// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/project.h"

namespace dragonscales::test {

// A few modules, by name, each of every kind.
class FakeModules final : public core::ModuleSource
{
public:
    core::Result<core::ModuleInfo> find(core::ModuleKind kind, const core::ModuleReference &reference) const override
    {
        const QString &module = reference.name;
        if (!schemas.contains(module)) {
            return core::failure(core::ErrorCode::NotFound, QStringLiteral("No module “%1”.").arg(module));
        }
        core::ModuleInfo info;
        info.kind = kind;
        info.origin = reference.origin;
        info.name = module;
        info.fault = faults.value(module);
        info.interpreter = reference.interpreter;
        info.argsSchema = schemas.value(module);
        info.paramsSchema = paramsSchemas.value(module, "{}");
        info.bundled = bundled;
        info.library = QStringLiteral("/lib/fake.so");
        return info;
    }

    bool bundled = true;
    QHash<QString, QString> faults{{QStringLiteral("faulty"), QStringLiteral("faulty.py, line 3: no class")}};
    QHash<QString, QByteArray> paramsSchemas{{QStringLiteral("perl"), R"({"type": "string", "pattern": "\\A(?i)x"})"}};
    QHash<QString, QByteArray> schemas{
        {QStringLiteral("perl"), "{}"},
        {QStringLiteral("echo"), R"({"type":"object","properties":{},"additionalProperties":false})"},
        {QStringLiteral("any"), "{}"},
        {QStringLiteral("faulty"), "{}"},
        {QStringLiteral("disk"),
         R"({"type":"object","required":["directory"],"properties":{"directory":{"type":"string","pattern":"^[a-z]+$"},
             "deep":{"type":"array","items":{"type":"integer"}}}})"},
    };
};

} // namespace dragonscales::test
