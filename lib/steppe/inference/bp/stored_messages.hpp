#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/bp/message_kernels.hpp"
#include "steppe/inference/bp/message_state.hpp"
#include "steppe/inference/sites.hpp"
#include "steppe/numeric/random.hpp"

namespace steppe {

/// The state of a wiring from +-1 weights: a log-odds message for every pattern-weight pair, and
/// the weights' total fields in the layout of the kernels (internal; not installed).
///
/// Weight i of the unit stands in lane offset() + i, so that lanes agree with the bits of the
/// patterns also where a unit's inputs begin within a word.
template <class Real>
class StoredMessages final : public MessageState<Real> {
  public:
    /// Messages start uniform in +- amplitude, numbers of `random` (stream Init) by unit and
    /// pattern.
    StoredMessages(const UnitBranch& branch, std::size_t rows, const Philox& random,
                   std::size_t unit, double amplitude);

    std::size_t inputs() const override { return inputs_; }
    Changes<Real> changes() const override;
    void add_to(MutableSiteFields data) const override;
    void apply(const Changes<Real>& changes, std::size_t begin, std::size_t end,
               Sites& sites) const override;
    void refresh(const Sites& sites) override;
    double take_weight_change() override;
    double sum_of_squared_means() const override;
    void sums(std::size_t first, std::size_t rows, Real* omega, Real* variance) override;
    void update_relaxed(std::size_t first, std::size_t rows, const Real* g, const Real* g_prime,
                        double damping, Changes<Real>& changes) override;
    void update_gaussian(const Channel& channel, std::size_t row, double omega, double variance,
                         double v, double damping, Changes<Real>& changes) override;
    void take_exact(const Channel& channel, std::size_t row, ExactRow& exact) const override;
    void update_exact(const ExactRow& exact, std::size_t row, double v, double damping,
                      Changes<Real>& changes) override;
    RowTerms row_terms(std::size_t row, SiteFields total) const override;
    void save(const std::string& name, SolverState& state) const override;
    void restore(const std::string& name, const SolverState& state, bool change) override;

    static std::size_t memory_bytes(std::size_t first_input, std::size_t inputs, std::size_t rows);

  private:
    std::size_t lanes() const { return words_ * kernels::word_lanes; }
    /// Rows [first, first + count) for the kernels; count is 1, or group_rows with first a multiple
    /// of it (rows past the last are all zero).
    kernels::Panel<Real> panel(std::size_t first, std::size_t count);
    Real* row(std::size_t a) { return messages_.data() + row_start(a); }
    const Real* row(std::size_t a) const { return messages_.data() + row_start(a); }
    /// Element of row(a) that belongs to weight i, and its sign xi_ai.
    std::size_t element(std::size_t i) const {
        const std::size_t lane = offset_ + i;
        return lane / kernels::word_lanes * kernels::word_stride + lane % kernels::word_lanes;
    }
    int sign(std::size_t a, std::size_t i) const {
        const std::size_t lane = offset_ + i;
        const std::uint16_t word = bits(a)[lane / kernels::word_lanes * kernels::group_rows];
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
    const std::uint16_t* bits(std::size_t a) const;

    std::shared_ptr<const PatternSet> patterns_;
    std::size_t rows_;
    std::size_t inputs_;
    std::size_t first_word_;
    std::size_t offset_;
    std::size_t words_;
    std::uint16_t first_mask_;
    std::uint16_t last_mask_;
    AlignedArray<Real> messages_;
    AlignedArray<Real> field_;
    AlignedArray<Real> tanh_;
    AlignedArray<Real> variance_;
    std::vector<Real> previous_tanh_;
    std::vector<float> bounds_;  ///< on the messages of each row
};

extern template class StoredMessages<float>;
extern template class StoredMessages<double>;

}  // namespace steppe
