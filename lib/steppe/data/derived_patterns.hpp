#pragma once

#include <cstddef>
#include <span>

#include "steppe/data/patterns.hpp"

namespace steppe {

/// Root of the mean square of all inputs, in double; 1 for +-1 inputs, 0 where all are 0.
double root_mean_square(const Patterns& patterns);

/// The same patterns with all inputs times a factor above 0, labels (also those that are folded in)
/// as they were. +-1 inputs and factor 1: the patterns themselves. A power of two changes no digit.
/// Throws Error where an input is no longer finite in single precision.
Patterns scaled(const Patterns& patterns, double factor);

/// Patterns `which`, in that order, labels (also those that are folded in) as they were; at least
/// one.
Patterns selected(const Patterns& patterns, std::span<const std::size_t> which);

}  // namespace steppe
