#include "steppe/model/sizes.hpp"

#include <fmt/format.h>

#include <cmath>

#include "steppe/error.hpp"

namespace steppe {

void require_countable(const Network& network, std::size_t patterns) {
    // Also on a tree a unit may be given all inputs while patterns are looked at.
    const double inputs = static_cast<double>(network.inputs),
                 hidden = static_cast<double>(network.hidden),
                 count = static_cast<double>(patterns);
    const double pairs = inputs * hidden * count;
    if (pairs <= std::ldexp(1.0, 56)) return;
    if (patterns == 1) {
        throw Error(
            fmt::format("{} inputs of {} hidden units are {:.1e} weights, more than any machine "
                        "holds: use fewer",
                        network.inputs, network.hidden, pairs));
    }
    throw Error(fmt::format(
        "{} patterns of {} inputs for {} hidden unit{} are {:.1e} pairs of a pattern "
        "and a weight, more than any machine holds: use fewer",
        patterns, network.inputs, network.hidden, network.hidden == 1 ? "" : "s", pairs));
}

}  // namespace steppe
