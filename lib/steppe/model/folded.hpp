#pragma once

#include "steppe/data/patterns.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// The patterns with labels that stand beside them folded in, where the network folds them; else
/// as they are (internal; not installed).
Patterns folded(const Network& network, const Patterns& patterns);

}  // namespace steppe
