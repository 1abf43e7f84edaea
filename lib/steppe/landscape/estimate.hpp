#pragma once

#include <span>

namespace steppe {

/// A mean, and its standard error (NaN of fewer than two values).
struct Estimate {
    double mean = 0.0;
    double error = 0.0;
};

/// Of independent values; NaN of none.
Estimate estimate_of(std::span<const double> values);

}  // namespace steppe
