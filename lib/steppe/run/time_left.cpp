#include "steppe/run/time_left.hpp"

#include <algorithm>
#include <limits>

namespace steppe {

double seconds_left(const RunPosition& run) {
    double left = std::numeric_limits<double>::infinity();
    if (run.share > 0.0) {
        const double in_try = run.seconds - run.try_start;
        const double whole_try = in_try / run.share;
        const double usual =
            run.attempt > 1 ? run.try_start / static_cast<double>(run.attempt - 1) : whole_try;
        left = std::max(0.0, whole_try - in_try) +
               static_cast<double>(run.attempts - std::min(run.attempt, run.attempts)) * usual;
    }
    if (run.max_iterations > 0 && run.iterations > 0) {
        const double done = static_cast<double>(run.iterations);
        const double more = static_cast<double>(run.max_iterations) - done;
        left = std::min(left, std::max(0.0, more) * run.seconds / done);
    }
    if (run.time_limit > 0.0) left = std::min(left, std::max(0.0, run.time_limit - run.seconds));
    return left;
}

}  // namespace steppe
