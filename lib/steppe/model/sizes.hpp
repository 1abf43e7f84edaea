#pragma once

#include "steppe/model/network.hpp"

namespace steppe {

/// Throws Error where inputs, hidden units and patterns are so many that they, their products or
/// the bytes that they take cannot be counted: 2^56 (7e16) pairs of a pattern and a weight are the
/// most, thousands of times what any machine holds. Below that no size in this library overflows.
void require_countable(const Network& network, std::size_t patterns);

}  // namespace steppe
