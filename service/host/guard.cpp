// SPDX-License-Identifier: LGPL-3.0-or-later
#include "host/guard.h"

#include <cstdlib>
#include <memory>
#include <typeinfo>

#include <cxxabi.h>

using namespace Qt::Literals::StringLiterals;

namespace dragonscales::host {

namespace {

constexpr qsizetype kMaxWhat = 8'192;

QString currentExceptionType()
{
    const std::type_info *type = abi::__cxa_current_exception_type();
    if (type == nullptr) {
        return u"unknown"_s;
    }
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> name(abi::__cxa_demangle(type->name(), nullptr, nullptr, &status),
                                                           &std::free);
    return QString::fromUtf8(status == 0 && name ? name.get() : type->name());
}

} // namespace

core::JobError errorOfException(const QString &who, const std::exception *exception)
{
    core::JobError error;
    error.type = u"exception"_s;
    const QString type = currentExceptionType();
    const QString what =
        exception == nullptr ? QString() : QString::fromUtf8(exception->what()).trimmed().left(kMaxWhat);
    if (what.isEmpty()) {
        error.message = u"%1 threw an exception of type %2."_s.arg(who, type);
    } else {
        error.message = what;
        error.detail = u"%1 threw an exception of type %2."_s.arg(who, type);
    }
    return error;
}

} // namespace dragonscales::host
