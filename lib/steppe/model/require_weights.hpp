#pragma once

#include "steppe/model/network.hpp"
#include "steppe/model/weights.hpp"

namespace steppe {

/// Throws Error where weights are not of the network's shape or kind (internal; not installed).
void require_weights(const Network& network, const Weights& weights);

}  // namespace steppe
