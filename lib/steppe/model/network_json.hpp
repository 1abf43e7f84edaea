#pragma once

#include <nlohmann/json.hpp>

#include "steppe/model/network.hpp"

namespace steppe {

/// A network as answers say it (internal; not installed): name, inputs, hidden, wiring, weights,
/// margin, activation.
nlohmann::ordered_json network_json(const Network& network);

}  // namespace steppe
