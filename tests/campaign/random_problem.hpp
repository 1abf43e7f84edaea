#pragma once

#include <cstdint>

#include "problem.hpp"

namespace steppe::campaign {

/// Problem `index` of the campaign `seed`: a function of the two alone. One of fifty asks for
/// something that the manual forbids.
Problem random_problem(std::uint64_t seed, std::uint64_t index);

}  // namespace steppe::campaign
