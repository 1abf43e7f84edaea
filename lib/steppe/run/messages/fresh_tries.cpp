#include "steppe/run/messages/fresh_tries.hpp"

#include <algorithm>
#include <limits>

#include "steppe/options/settings.hpp"
#include "steppe/run/largest_stability.hpp"

namespace steppe {

FreshTries::FreshTries(const SolveOptions& options, Conditions now, std::size_t patterns) {
    if (will_finish_exactly(options)) now = changed(now, when::finished);
    const auto tries = [&](Conditions left) {
        return options.restarts && holds(when::focused, now)
                   ? *options.restarts
                   : default_count("restarts", changed(now, left));
    };
    few_ = tries(when::few_left);
    many_ = tries(when::many_left);
    lost_ = tries(when::lost);
    const bool may_be_lost = options.network.weights == WeightKind::Spherical &&
                             options.schedule.kind == ScheduleKind::Auto;
    least_lost_ =
        may_be_lost ? std::max(few_errors,
                               static_cast<std::size_t>(lost_share * static_cast<double>(patterns)))
                    : std::numeric_limits<std::size_t>::max();
}

std::size_t FreshTries::allowed(std::size_t errors) const {
    return errors > least_lost_ ? lost_ : errors > few_errors ? many_ : few_;
}

}  // namespace steppe
