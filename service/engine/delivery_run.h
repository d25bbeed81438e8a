// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "engine/plan.h"
#include "engine/services.h"
#include "engine/work.h"

#include <mutex>

namespace dragonscales::engine {

// One try of a delivery, with the same states and steps as JobRun.
class DeliveryRun final : public Work, public std::enable_shared_from_this<DeliveryRun>
{
public:
    static std::shared_ptr<DeliveryRun> make(std::shared_ptr<Services> services, broker::ClaimedDelivery claimed);
    Q_DISABLE_COPY_MOVE(DeliveryRun)

    const broker::Lease &lease() const override { return m_claimed.lease; }
    void run() override;
    void giveBack() override;
    void onLease(broker::LeaseState state) override;
    void stop(bool graceless) override;
    bool tick(SteadyTime now) override;
    void abandon() override;

private:
    enum class State : quint8 { Waiting, Running, Ended };

    DeliveryRun(std::shared_ptr<Services> services, broker::ClaimedDelivery claimed);
    bool begin();
    void tell(const broker::DeliveryEnd &end) const;
    void endAs(const host::CallbackOutcome &outcome);
    void post(broker::DeliveryEnd end);
    bool end(broker::DeliveryEnd end, State from); // false: it has ended before

    const std::shared_ptr<Services> m_services;
    const broker::ClaimedDelivery m_claimed;
    const core::ProjectPointer m_project; // the definitions of the time of the claim

    mutable std::mutex m_mutex;
    State m_state = State::Waiting;
    DeliveryPlan m_plan;                      // made by run()
    std::shared_ptr<host::Control> m_control; // likewise
    core::TimePoint m_started;
    SteadyTime m_begun;
    std::optional<SteadyTime> m_asked;
};

} // namespace dragonscales::engine
