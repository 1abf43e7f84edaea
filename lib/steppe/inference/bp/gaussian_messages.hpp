#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/inference/bp/gaussian_message_kernels.hpp"
#include "steppe/inference/bp/message_state.hpp"

namespace steppe {

/// The state of a wiring from real weights: Gaussian messages, row after row (internal; not
/// installed). Accuracy gaussian stores precision A and field B of every pattern-weight pair. At
/// accuracy relaxed A_ai = -xi_ai^2 g'_a is one number a row, damping or not, and only B is stored.
template <class Real>
class GaussianMessages final : public MessageState<Real> {
  public:
    /// Fields start uniform in +- options.start (numbers of `random` by unit and pattern),
    /// precisions at 0.
    GaussianMessages(const UnitBranch& branch, std::size_t rows, const Philox& random,
                     std::size_t unit, const BeliefPropagationOptions& options);

    using MessageState<Real>::inputs;
    Changes<Real> changes() const override;
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
    RowTerms row_terms(std::size_t row, SiteFields total) const override;
    void save(const std::string& name, SolverState& state) const override;
    void restore(const std::string& name, const SolverState& state, bool change) override;

    static std::size_t memory_bytes(std::size_t first_input, std::size_t inputs, std::size_t rows,
                                    Accuracy accuracy);

  private:
    void add_row(std::size_t row, std::size_t begin, std::size_t end,
                 MutableSiteFields data) const override;
    kernels::GaussianPanel<Real> panel(std::size_t row);
    /// A of the message of a row to weight i.
    double precision(std::size_t row, std::size_t i) const;
    std::size_t count_floored(std::size_t row) const;

    bool gaussian_;                   ///< a precision for each pair
    AlignedArray<Real> precision_;    ///< A, in the lanes of each row as B is, or one a row
    AlignedArray<Real> total_field_;  ///< of each lane
    AlignedArray<Real> total_precision_;
    std::vector<double> means_, previous_means_;
    std::vector<Real> lowest_;  ///< cavity precision of each row at its last sums
};

extern template class GaussianMessages<float>;
extern template class GaussianMessages<double>;

}  // namespace steppe
