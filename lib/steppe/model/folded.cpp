#include "steppe/model/folded.hpp"

namespace steppe {

Patterns folded(const Network& network, const Patterns& patterns) {
    return network.folds_labels() && !patterns.labels().empty() ? patterns.fold_labels() : patterns;
}

}  // namespace steppe
