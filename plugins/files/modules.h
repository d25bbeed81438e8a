// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/plugin.h>

namespace dragonscales::plugins::files {

// Checksum of one file inside args.directory.
class Checksum final : public sdk::BaseTask
{
public:
    explicit Checksum(const sdk::Args &args);
    sdk::Outcome<sdk::TaskResult> run(const sdk::Json &params, sdk::Context &context) override;

private:
    QString m_directory;
};

// Keeps results as files in args.directory.
class FileStorage final : public sdk::BaseStorage
{
public:
    explicit FileStorage(const sdk::Args &args);
    sdk::Outcome<sdk::Json> store(const sdk::TaskResult &result, const sdk::Json &params,
                                  sdk::Context &context) override;

private:
    QString m_directory;
    QString m_name;
};

// Writes the status object as a file in args.directory.
class FileCallback final : public sdk::BaseCallback
{
public:
    explicit FileCallback(const sdk::Args &args);
    sdk::Outcome<sdk::CallbackResult> call(const sdk::Json &status, const sdk::Json &params,
                                           sdk::Context &context) override;

private:
    QString m_directory;
};

// args.directory, absolute; throws when there is none.
QString directoryOf(const sdk::Args &args);

} // namespace dragonscales::plugins::files
