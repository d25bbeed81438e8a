// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/delivery.h"

#include "core/words.h"

namespace dragonscales::core {

namespace {

constexpr std::array<Word<DeliveryStatus>, 4> kStatuses{{{DeliveryStatus::Pending, "pending"},
                                                         {DeliveryStatus::Delivering, "delivering"},
                                                         {DeliveryStatus::Delivered, "delivered"},
                                                         {DeliveryStatus::Dead, "dead"}}};

} // namespace

QByteArray deliveryStatusWord(DeliveryStatus status)
{
    return wordOf(kStatuses, status);
}

} // namespace dragonscales::core
