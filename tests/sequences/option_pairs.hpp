#pragma once

#include <cstddef>
#include <cstdint>

#include "trace.hpp"

namespace steppe::sequences {

/// Every option alone and every pair of options, with every solver and `auto`, on a few networks:
/// taken from the tables, so that what is added to them is tried as well.
class OptionPairs {
  public:
    OptionPairs();

    /// One run for each solver and each pair, or option alone.
    std::size_t samples() const { return solvers_ * pairs_.size(); }
    /// Values and network are drawn.
    Trace sample(std::uint64_t seed, std::size_t index) const;

    /// All values, on all networks.
    std::size_t all() const { return all_; }
    Trace at(std::size_t index) const;

  private:
    struct Pair {
        std::size_t first, second;  ///< indices of all_options(); equal: one alone
        std::size_t runs;           ///< of one solver: combinations of values and networks
    };

    Trace trace_of(std::size_t solver, const Pair& pair, std::size_t run) const;

    std::vector<Problem> problems_;
    std::vector<std::vector<std::string>> values_;
    std::vector<Pair> pairs_;
    std::size_t solvers_ = 0, all_ = 0;
};

}  // namespace steppe::sequences
