// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/project_schema.h"

#include "core/schema.h"

#include <QFile>

// A static library's resources are linked in only when somebody asks for them, and this macro wants no namespace.
static void initResources()
{
    Q_INIT_RESOURCE(core_schemas);
}

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

QByteArray projectSchemaText()
{
    initResources();
    QFile file(u":/dragonscales/schemas/project.json"_s);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void checkProjectSchema(const json::Value &root, ProblemList &problems)
{
    static const Result<Schema> schema = Schema::compile(projectSchemaText());
    if (!schema) {
        qFatal("The schema of project files is wrong: %s", qPrintable(schema.error().message));
    }
    const Place place{{}, &root};
    for (const SchemaFault &fault : schema->validate(root)) {
        const Place at = place.below(fault.pointer);
        if (!problems.touches(at.pointer)) {
            problems.error(at, u"This %1."_s.arg(fault.message),
                           u"Write it as the format of project files wants it."_s);
        }
    }
}

} // namespace dragonscales::core
