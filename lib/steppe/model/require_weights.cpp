#include "steppe/model/require_weights.hpp"

#include <fmt/format.h>

#include "steppe/error.hpp"

namespace steppe {

void require_weights(const Network& network, const Weights& weights) {
    network.validate();
    if (weights.units() != network.hidden || weights.unit_inputs() != network.unit_inputs()) {
        throw Error(fmt::format("the weights are {} units of {} inputs, the network {} of {}",
                                weights.units(), weights.unit_inputs(), network.hidden,
                                network.unit_inputs()));
    }
    if (weights.kind() != network.weights) {
        throw Error(fmt::format("the weights are {}, those of the network {}",
                                weight_kind_name(weights.kind()),
                                weight_kind_name(network.weights)));
    }
}

}  // namespace steppe
