#pragma once

#include <cstddef>
#include <functional>
#include <vector>

/// The smallest value of a function of a few variables (internal; not installed).
namespace steppe::theory {

struct Minimum {
    std::vector<double> place;
    double value = 0.0;
    double error = 0.0;  ///< of the value: by what the last fresh simplex still lowered it
};

/// From `start`, whose neighbours at `step` along each variable make the first simplex, downhill
/// without derivatives (Nelder and Mead, Computer J. 7:308, 1965), until the values of a simplex
/// agree to `tolerance` of them; then again with a fresh, smaller simplex, until that lowers the
/// value by less than 10 times that. f may be infinite where it is not defined.
Minimum minimum_near(const std::function<double(const std::vector<double>&)>& f,
                     std::vector<double> start, const std::vector<double>& step,
                     double tolerance = 1e-12);

}  // namespace steppe::theory
