// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <dragonscales/plugin.h>

#include <QByteArray>

namespace dragonscales::plugins::image {

// Makes a picture of args.directory fit into params.width × params.height: it keeps its aspect and is never enlarged.
class Thumbnail final : public sdk::BaseTask
{
public:
    // Throws when the format cannot be written here.
    explicit Thumbnail(const sdk::Args &args);
    sdk::Outcome<sdk::TaskResult> run(const sdk::Json &params, sdk::Context &context) override;

private:
    QString m_directory;
    QByteArray m_format;
};

} // namespace dragonscales::plugins::image
