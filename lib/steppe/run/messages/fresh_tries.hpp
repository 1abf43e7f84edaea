#pragma once

#include <cstddef>

#include "steppe/options/solve_options.hpp"

namespace steppe {

/// How many fresh tries may follow the first one of message passing (internal; not installed): what
/// was asked for, or what the table of settings has for the errors that are left.
class FreshTries {
  public:
    FreshTries(const SolveOptions& options, Conditions now, std::size_t patterns);

    /// Goes by the errors of the best weights so far.
    std::size_t allowed(std::size_t errors) const;

  private:
    std::size_t few_, many_, lost_;  ///< by the errors that are left
    std::size_t least_lost_;         ///< more errors than this are above what can be stored
};

}  // namespace steppe
