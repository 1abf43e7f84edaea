#pragma once

#include "steppe/data/patterns.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// Throws Error where patterns do not fit the network of a learner, carry labels that it folds in,
/// or had labels folded in that it does not (internal; not installed).
void require_patterns(const Network& network, const Patterns& patterns);

}  // namespace steppe
