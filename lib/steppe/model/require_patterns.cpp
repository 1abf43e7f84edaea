#include "steppe/model/require_patterns.hpp"

#include <fmt/format.h>

#include "steppe/error.hpp"

namespace steppe {

void require_patterns(const Network& network, const Patterns& patterns) {
    if (patterns.inputs() != network.inputs) {
        throw Error(fmt::format("the patterns have {} inputs, the network {}", patterns.inputs(),
                                network.inputs));
    }
    if (!patterns.labels().empty() && network.folds_labels()) {
        throw Error("the patterns carry labels beside them; fold them in first (fold_labels)");
    }
    if (!patterns.turned().empty() && !network.folds_labels()) {
        throw Error("labels were folded into the patterns, and this network needs them beside");
    }
}

}  // namespace steppe
