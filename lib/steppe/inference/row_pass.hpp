#pragma once

#include <cstdint>
#include <vector>

#include "steppe/graph/factor_graph.hpp"

namespace steppe {

/// Sums over a row with all weights frozen keep a variance: a response divides by it.
inline constexpr double smallest_variance = 1e-25;
/// The same of +-1 weights and +-1 inputs, whose sums lie 2 apart: a normal distribution much
/// narrower than that says no more about them, but responses would grow without bound, and a state
/// whose weights are all decided would be no fixed point. At this variance the nearest sums are
/// more than three deviations from the middle between them.
inline constexpr double smallest_lattice_variance = 0.1;
/// The one of the two for a unit.
inline double smallest_variance_of(const LinearWiring& wiring, bool real_weights) {
    return real_weights || wiring.real ? smallest_variance : smallest_lattice_variance;
}
/// Responses are kept where products with them stay finite in single precision.
inline constexpr double largest_response = 1e15;

/// Below this the logarithm of a probability says that there is none: a free entropy with such a
/// row is not defined (exp of it is no number in double precision).
inline constexpr double least_log_probability = -700.0;

/// From the sums of some rows up through channels and gate and back down: what all solvers share
/// (internal; not installed). Arrays hold unit after unit, count() rows each: see index().
class RowPass {
  public:
    RowPass(const RowGroup& group, std::size_t capacity);

    /// Starts on these rows; every array has rows.size() entries per unit from now on.
    void set_rows(std::size_t first, std::size_t count);

    std::size_t count() const { return rows_.size(); }
    std::size_t first_row() const { return rows_.front(); }
    std::size_t index(std::size_t unit, std::size_t r) const { return unit * rows_.size() + r; }

    // Mean and variance of z, to be filled in.
    std::vector<double> omega;
    std::vector<double> variance;

    /// log P(tau = +-1) from the channels, then fields up.
    void ask_channels();
    /// The same for one unit; the others' fields up stay.
    void ask_channel(std::size_t unit);
    /// Puts in probabilities that were computed otherwise (accuracy exact).
    std::vector<double> log_plus;
    std::vector<double> log_minus;
    /// Fields up from log_plus and log_minus.
    void fields_from_probabilities();
    /// Fields down, v. Reads the fields only where the gate does.
    void ask_gate();
    /// g and g' of the channels at v.
    void ask_derivatives();
    void ask_derivatives(std::size_t unit);

    /// Whether fields up are needed before ask_gate.
    bool gate_reads_fields() const;

    /// log P(gate satisfied) of each row, from log_plus and log_minus.
    std::vector<double> log_gate();
    /// Sum over the rows of the probability that the gate is violated, from the same.
    double violations() const;

    std::vector<double> field_up;
    std::vector<double> field_down;
    std::vector<double> g;
    std::vector<double> g_prime;

    ChannelInput channel_input(std::size_t unit) const;
    const RowGroup& group() const { return *group_; }

  private:
    void fields_from_probabilities(std::size_t begin, std::size_t end);

    const RowGroup* group_;
    std::vector<std::uint32_t> rows_;
};

}  // namespace steppe
