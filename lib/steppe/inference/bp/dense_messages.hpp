#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/bp/dense_message_kernels.hpp"
#include "steppe/inference/bp/message_state.hpp"
#include "steppe/inference/sites.hpp"
#include "steppe/numeric/random.hpp"

namespace steppe {

/// The state of a wiring from +-1 weights that see real inputs: a log-odds message for every
/// pattern-weight pair, row after row (internal; not installed). Relaxed and gaussian; an exact sum
/// over real inputs has as many values as there are states of the weights.
template <class Real>
class DenseMessages final : public MessageState<Real> {
  public:
    /// Messages start uniform in +- amplitude, numbers of `random` by unit and pattern.
    DenseMessages(const UnitBranch& branch, std::size_t rows, const Philox& random,
                  std::size_t unit, double amplitude);

    std::size_t inputs() const override { return wiring_.inputs; }
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
    RowTerms row_terms(std::size_t row, SiteFields total) const override;
    void save(const std::string& name, SolverState& state) const override;
    void restore(const std::string& name, const SolverState& state, bool change) override;

  private:
    const float* row_inputs(std::size_t row) const;
    kernels::DensePanel<Real> panel(std::size_t row);

    LinearWiring wiring_;  ///< keeps the patterns alive
    std::size_t rows_, lanes_;
    AlignedArray<Real> messages_;  ///< rows * lanes
    AlignedArray<Real> field_;     ///< h of each lane, 0 past the last weight
    AlignedArray<Real> tanh_;
    AlignedArray<Real> variance_;
    std::vector<Real> previous_tanh_;
};

extern template class DenseMessages<float>;
extern template class DenseMessages<double>;

}  // namespace steppe
