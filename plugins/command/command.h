// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "argv_template.h"

#include <dragonscales/plugin.h>

namespace dragonscales::plugins::command {

// Runs the program of args.argv, with params.values in the places that argv leaves for them.
class Command final : public sdk::BaseTask
{
public:
    // Throws when args make no sense or the program is not there.
    explicit Command(const sdk::Args &args);
    sdk::Outcome<sdk::TaskResult> run(const sdk::Json &params, sdk::Context &context) override;

private:
    ArgvTemplate m_argv;
    QString m_program;
    QString m_folder;
    QByteArrayList m_environment;
    std::chrono::milliseconds m_grace{0};
    bool m_check = false;
};

} // namespace dragonscales::plugins::command
