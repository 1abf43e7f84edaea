#pragma once

#include <cstdint>

#include "trace.hpp"

namespace steppe::sequences {

/// Sequence `index` of `seed`: a function of the two, and of the tables of solvers and options,
/// alone. Some make solvers and step them, some call solve(), most do both.
Trace random_trace(std::uint64_t seed, std::uint64_t index);

}  // namespace steppe::sequences
