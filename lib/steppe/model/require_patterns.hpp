#pragma once

#include "steppe/data/patterns.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// Throws Error where patterns do not fit the network of a learner, or carry labels that it folds
/// in (internal; not installed).
void require_patterns(const Network& network, const Patterns& patterns);

}  // namespace steppe
