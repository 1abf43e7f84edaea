#include "steppe/theory/typical/state_evolution.hpp"

#include <fmt/format.h>

#include "steppe/theory/value.hpp"

namespace steppe::theory {

std::vector<Order> state_evolution(const Model& model, double load, std::size_t iterations,
                                   const Order& start) {
    model.validate();
    if (!(load > 0.0)) throw Error(fmt::format("load is {}: it must be above 0", load));
    if (!(start.overlap >= 0.0 && start.overlap < start.norm &&
          start.teacher * start.teacher <= start.overlap)) {
        throw Error(
            fmt::format("the start has overlap {} and {} with the teacher: the first must be "
                        "at least 0 and below {}, and no less than the square of the second",
                        start.overlap, start.teacher, start.norm));
    }
    std::vector<Order> out{start};
    for (std::size_t t = 0; t < iterations; ++t) {
        const ChannelAverages channel = channel_averages(model, out.back(), false, false);
        const Conjugates conjugates{load * channel.response, load * channel.teacher,
                                    load * channel.precision};
        out.push_back(prior_averages(model.weights, conjugates).order);
    }
    return out;
}

}  // namespace steppe::theory
