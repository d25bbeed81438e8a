// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/plugin.h>

namespace misbehave {

using namespace dragonscales;

// args {"do": …} misbehaves in the constructor. The result: {"pid": …, "instance": …, "calls": …}, or for some deeds
// something else.
class Task final : public sdk::BaseTask
{
public:
    explicit Task(const sdk::Args &args);
    sdk::Outcome<sdk::TaskResult> run(const sdk::Json &params, sdk::Context &context) override;

private:
    int m_calls = 0;
};

// The location is the result, or for some deeds something else.
class Storage final : public sdk::BaseStorage
{
public:
    explicit Storage(const sdk::Args &args);
    sdk::Outcome<sdk::Json> store(const sdk::TaskResult &result, const sdk::Json &params,
                                  sdk::Context &context) override;
};

class Callback final : public sdk::BaseCallback
{
public:
    explicit Callback(const sdk::Args &args);
    sdk::Outcome<sdk::CallbackResult> call(const sdk::Json &status, const sdk::Json &params,
                                           sdk::Context &context) override;
};

// Does what the path names; "/let-in" lets in.
class Authorizer final : public sdk::BaseAuthorizer
{
public:
    sdk::Outcome<sdk::Verdict> authorize(const sdk::Request &request) override;
};

} // namespace misbehave
