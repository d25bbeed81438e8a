// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/schema.h"

#include "core/json/reader.h"
#include "core/schema_compiler.h"
#include "core/schema_run.h"

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::core {

struct Schema::Compiled
{
    std::deque<schema::Node> nodes;
    const schema::Node *root;
};

Schema::Schema(std::shared_ptr<const Compiled> compiled)
    : m_compiled(std::move(compiled))
{
}

Schema::Schema(Schema &&) noexcept = default;
Schema &Schema::operator=(Schema &&) noexcept = default;
Schema::~Schema() = default;

Result<Schema> Schema::compile(const QByteArray &schemaText)
{
    const auto root = json::read(schemaText);
    if (!root)
        return failure(ErrorCode::InvalidArgument,
                       u"The JSON Schema is not JSON: %1"_s.arg(QString::fromUtf8(root.error().withPosition())));
    schema::Compiler compiler(schemaText, *root);
    const schema::Node *node = compiler.compileRoot();
    if (!compiler.fault().isEmpty())
        return failure(ErrorCode::InvalidArgument, u"The JSON Schema is wrong: %1"_s.arg(compiler.fault()));
    return Schema(std::make_shared<const Compiled>(Compiled{compiler.take(), node}));
}

QList<SchemaFault> Schema::validate(const json::Value &value) const
{
    return schema::Run(value).faultsOf(*m_compiled->root, value);
}

} // namespace dragonscales::core
