#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "steppe/graph/channel.hpp"

namespace steppe {

/// One row with all its weights, the sum z = sum_i xi_i w_i over independent +-1 weights taken
/// exactly, for any channel that gives answer() (internal; not installed). O(n^2) time and memory.
class ExactRow {
  public:
    /// Largest number of inputs: two tables of n^2/2 doubles, 8 MB here, are held per row in work.
    static constexpr std::size_t max_inputs = 1024;

    /// cavity_fields: log-odds of xi_i w_i, i.e. xi_i times the cavity field of weight i.
    void set(const Channel& channel, std::uint32_t row, std::span<const double> cavity_fields);

    /// log P(tau = +1), log P(tau = -1).
    double log_plus() const { return log_plus_; }
    double log_minus() const { return log_minus_; }

    /// out[i] = xi_i times the message to weight i, for the field v on tau (may be +infinity).
    void messages(double v, std::span<double> out) const;

  private:
    std::size_t n_ = 0;
    std::vector<double> positive_;     ///< P(xi_i w_i = +1)
    std::vector<double> negative_;     ///< P(xi_i w_i = -1)
    std::vector<double> answer_plus_;  ///< P(tau = +1 | t of the first j terms positive), by (j, t)
    std::vector<double> answer_minus_;  ///< the same for tau = -1
    double log_plus_ = 0.0;
    double log_minus_ = 0.0;
};

}  // namespace steppe
