#include "steppe/inference/bp/dense_messages.hpp"

#include <algorithm>

#include "steppe/inference/row_pass.hpp"

namespace steppe {

template <class Real>
DenseMessages<Real>::DenseMessages(const UnitBranch& branch, std::size_t rows, const Philox& random,
                                   std::size_t unit, double amplitude)
    : SignMessages<Real>(branch, rows, rows * lanes_of(0, branch.wiring.inputs)) {
    this->start_rows(random, unit, amplitude);
}

template <class Real>
void DenseMessages<Real>::add_row(std::size_t row, std::size_t begin, std::size_t end,
                                  MutableSiteFields data) const {
    const Real* const u = this->lanes_of_row(row);
    for (std::size_t i = begin; i < end; ++i) data.field[i] += static_cast<double>(u[i]);
}

template <class Real>
std::vector<double> DenseMessages<Real>::row_messages(std::size_t row) const {
    const Real* const u = this->lanes_of_row(row);
    return {u, u + inputs()};
}

template <class Real>
std::vector<double> DenseMessages<Real>::row_inputs(std::size_t row) const {
    const float* const xi = this->wiring_.real_inputs(row);
    return {xi, xi + inputs()};
}

template <class Real>
kernels::DensePanel<Real> DenseMessages<Real>::panel(std::size_t row) {
    return {this->wiring_.real_inputs(row), inputs(), this->lanes_, this->lanes_of_row(row),
            this->field_.data()};
}

template <class Real>
void DenseMessages<Real>::sums(std::size_t first, std::size_t rows, Real* omega, Real* variance) {
    for (std::size_t a = first; a < std::min(first + rows, this->rows_); ++a) {
        const kernels::DenseSums<Real> sums = kernels::dense_sums(panel(a));
        omega[a - first] = sums.omega;
        variance[a - first] = sums.variance;
    }
}

template <class Real>
void DenseMessages<Real>::update_relaxed(std::size_t first, std::size_t rows, const Real* g,
                                         const Real* g_prime, double damping,
                                         Changes<Real>& changes) {
    for (std::size_t a = first; a < std::min(first + rows, this->rows_); ++a) {
        const Real change = kernels::dense_update(panel(a), g[a - first], g_prime[a - first],
                                                  static_cast<Real>(damping), changes.field.data());
        changes.largest = std::max(changes.largest, static_cast<double>(change));
    }
}

template <class Real>
void DenseMessages<Real>::update_gaussian(const Channel& channel, std::size_t row, double omega,
                                          double variance, double v, double damping,
                                          Changes<Real>& changes) {
    const float* const xi = this->wiring_.real_inputs(row);
    AlignedArray<Real> mean(this->lanes_), own(this->lanes_);
    kernels::dense_cavities(panel(row), mean.data(), own.data());
    // A weight's sides are its two values.
    typename SignMessages<Real>::Sides sides;
    for (std::size_t i = 0; i < inputs(); ++i) {
        const double x = xi[i], m = static_cast<double>(mean.data()[i]);
        sides.omega_plus.push_back(omega + x * (1.0 - m));
        sides.omega_minus.push_back(omega + x * (-1.0 - m));
        sides.variance.push_back(
            std::max(variance - x * x * static_cast<double>(own.data()[i]), smallest_variance));
    }
    const std::vector<double> wanted = this->ask_sides(channel, row, v, sides);
    Real* const messages = this->lanes_of_row(row);
    for (std::size_t i = 0; i < inputs(); ++i) {
        this->move_message(messages[i], i, this->bounded(wanted[i]), damping, changes);
    }
}

template class DenseMessages<float>;
template class DenseMessages<double>;

}  // namespace steppe
