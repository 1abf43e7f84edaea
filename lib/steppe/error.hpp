#pragma once

#include <stdexcept>

namespace steppe {

/// Thrown for every mistake a caller can make: bad input, bad option, impossible combination.
/// what() is one sentence that says what was wrong, where, and what would be right.
class Error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace steppe
