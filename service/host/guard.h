// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/job.h"

#include <tl/expected.hpp>

#include <exception>
#include <type_traits>

namespace dragonscales::host {

// Of the exception that is being handled; `who` begins the sentence: "The task “thumbnail”".
core::JobError errorOfException(const QString &who, const std::exception *exception);

// Calls foreign code; whatever it throws becomes an error of type "exception".
template <typename F>
auto guarded(const QString &who, F &&code) -> tl::expected<std::invoke_result_t<F>, core::JobError>
{
    try {
        return code();
    } catch (const std::exception &exception) {
        return tl::unexpected(errorOfException(who, &exception));
    } catch (...) {
        return tl::unexpected(errorOfException(who, nullptr));
    }
}

} // namespace dragonscales::host
