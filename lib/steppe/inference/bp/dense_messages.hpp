#pragma once

#include <cstddef>
#include <vector>

#include "steppe/inference/bp/dense_message_kernels.hpp"
#include "steppe/inference/bp/sign_messages.hpp"

namespace steppe {

/// The state of a wiring from +-1 weights that see real inputs; messages row after row (internal;
/// not installed). Relaxed and gaussian; an exact sum over real inputs has as many values as there
/// are states of the weights.
template <class Real>
class DenseMessages final : public SignMessages<Real> {
  public:
    /// Messages start uniform in +- amplitude, numbers of `random` by unit and pattern.
    DenseMessages(const UnitBranch& branch, std::size_t rows, const Philox& random,
                  std::size_t unit, double amplitude);

    using MessageState<Real>::inputs;
    void sums(std::size_t first, std::size_t rows, Real* omega, Real* variance) override;
    void update_relaxed(std::size_t first, std::size_t rows, const Real* g, const Real* g_prime,
                        double damping, Changes<Real>& changes) override;
    void update_gaussian(const Channel& channel, std::size_t row, double omega, double variance,
                         double v, double damping, Changes<Real>& changes) override;

  private:
    void add_row(std::size_t row, std::size_t begin, std::size_t end,
                 MutableSiteFields data) const override;
    std::vector<double> row_messages(std::size_t row) const override;
    std::vector<double> row_inputs(std::size_t row) const override;
    kernels::DensePanel<Real> panel(std::size_t row);
};

extern template class DenseMessages<float>;
extern template class DenseMessages<double>;

}  // namespace steppe
