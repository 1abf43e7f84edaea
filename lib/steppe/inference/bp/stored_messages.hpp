#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "steppe/inference/bp/sign_messages.hpp"

namespace steppe {

/// The state of a wiring from +-1 weights that see +-1 inputs; messages in the layout of the
/// patterns (internal; not installed).
template <class Real>
class StoredMessages final : public SignMessages<Real> {
  public:
    /// Messages start uniform in +- amplitude, numbers of `random` (stream Init) by unit and
    /// pattern.
    StoredMessages(const UnitBranch& branch, std::size_t rows, const Philox& random,
                   std::size_t unit, double amplitude);

    using MessageState<Real>::inputs;
    void sums(std::size_t first, std::size_t rows, Real* omega, Real* variance) override;
    void update_relaxed(std::size_t first, std::size_t rows, const Real* g, const Real* g_prime,
                        double damping, Changes<Real>& changes) override;
    void update_gaussian(const Channel& channel, std::size_t row, double omega, double variance,
                         double v, double damping, Changes<Real>& changes) override;
    void take_exact(const Channel& channel, std::size_t row, ExactRow& exact) const override;
    void update_exact(const ExactRow& exact, std::size_t row, double v, double damping,
                      Changes<Real>& changes) override;
    void save(const std::string& name, SolverState& state) const override;
    void restore(const std::string& name, const SolverState& state, bool change) override;

    static std::size_t memory_bytes(std::size_t first_input, std::size_t inputs, std::size_t rows);

  private:
    void add_row(std::size_t row, std::size_t begin, std::size_t end,
                 MutableSiteFields data) const override;
    std::vector<double> row_messages(std::size_t row) const override;
    std::vector<double> row_inputs(std::size_t row) const override;
    /// Rows [first, first + count) for the kernels; count is 1, or group_rows with first a multiple
    /// of it (rows past the last are all zero).
    kernels::Panel<Real> panel(std::size_t first, std::size_t count);
    Real* row(std::size_t a) { return this->messages_.data() + row_start(a); }
    const Real* row(std::size_t a) const { return this->messages_.data() + row_start(a); }
    /// Element of row(a) that belongs to weight i, and its sign xi_ai.
    std::size_t element(std::size_t i) const {
        const std::size_t lane = this->offset_ + i;
        return lane / kernels::word_lanes * kernels::word_stride + lane % kernels::word_lanes;
    }
    int sign(std::size_t a, std::size_t i) const {
        const std::size_t lane = this->offset_ + i;
        const std::uint16_t word =
            this->wiring_.bits(a)[lane / kernels::word_lanes * kernels::group_rows];
        return word >> (lane % kernels::word_lanes) & 1 ? 1 : -1;
    }
    /// Without the series: asks the channel for every weight.
    void update_gaussian_directly(const Channel& channel, std::size_t row, double omega,
                                  double variance, double v, double damping,
                                  Changes<Real>& changes);
    /// Moves the messages of a row towards these.
    void move_row(std::size_t row, const std::vector<double>& wanted, double damping,
                  Changes<Real>& changes);
    /// The bound on the messages of a row moves towards `bound`.
    void move_bound(std::size_t row, double bound, double damping) {
        bounds_[row] = static_cast<float>((1.0 - damping) * bound) +
                       static_cast<float>(damping) * bounds_[row];
    }
    std::size_t row_start(std::size_t a) const {
        return a / kernels::group_rows * words_ * kernels::word_stride +
               a % kernels::group_rows * kernels::word_lanes;
    }

    std::size_t words_;  ///< lanes in words
    std::uint16_t first_mask_;
    std::uint16_t last_mask_;
    std::vector<float> bounds_;  ///< on the messages of each row
};

extern template class StoredMessages<float>;
extern template class StoredMessages<double>;

}  // namespace steppe
