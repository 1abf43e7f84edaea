#pragma once

#include <string>

#include "steppe/error.hpp"

namespace steppe::theory {

/// A number that theory gives, and how far off its computation may be: quadrature and root finding,
/// not the approximations of the theory itself.
struct Value {
    double value = 0.0;
    double error = 0.0;  ///< at least 0, absolute
};

/// Thrown where a saddle point is asked for that is not there, was not reached, or is the wrong one
/// of several: what() says which, and where it would be.
class NoSaddlePoint : public Error {
  public:
    using Error::Error;
};

}  // namespace steppe::theory
