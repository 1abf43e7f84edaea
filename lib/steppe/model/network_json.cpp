#include "steppe/model/network_json.hpp"

namespace steppe {

nlohmann::ordered_json network_json(const Network& network) {
    return {{"name", network.name()},
            {"inputs", network.inputs},
            {"hidden", network.hidden},
            {"wiring", wiring_name(network.wiring)},
            {"weights", weight_kind_name(network.weights)},
            {"margin", network.margin},
            {"activation", activation_name(network.activation)}};
}

}  // namespace steppe
