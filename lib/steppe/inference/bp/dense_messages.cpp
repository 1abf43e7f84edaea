#include "steppe/inference/bp/dense_messages.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "steppe/inference/bp/message_kernels.hpp"
#include "steppe/inference/row_pass.hpp"
#include "steppe/numeric/log_odds.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

std::size_t lanes_of(std::size_t inputs) {
    return (inputs + kernels::word_lanes - 1) / kernels::word_lanes * kernels::word_lanes;
}

}  // namespace

template <class Real>
DenseMessages<Real>::DenseMessages(const UnitBranch& branch, std::size_t rows, const Philox& random,
                                   std::size_t unit, double amplitude)
    : wiring_(branch.wiring),
      rows_(rows),
      lanes_(lanes_of(branch.wiring.inputs)),
      messages_(rows * lanes_),
      field_(lanes_),
      tanh_(lanes_),
      variance_(lanes_),
      previous_tanh_(lanes_, Real{0}) {
    field_.fill(Real{0});
    tanh_.fill(Real{0});
    variance_.fill(Real{0});
    const std::uint64_t first = std::uint64_t{unit} << 32;
    parallel_for(rows_, 8, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = begin; a < end; ++a) {
            Real* const row = messages_.data() + a * lanes_;
            std::fill_n(row, lanes_, Real{0});
            for (std::size_t i = 0; i < inputs(); ++i) {
                const double number = random.uniform(first + i, static_cast<std::uint32_t>(a));
                row[i] = static_cast<Real>(amplitude * (2.0 * number - 1.0));
            }
        }
    });
}

template <class Real>
Changes<Real> DenseMessages<Real>::changes() const {
    Changes<Real> zero{AlignedArray<Real>(lanes_), AlignedArray<Real>(0)};
    zero.clear();
    return zero;
}

template <class Real>
void DenseMessages<Real>::add_to(MutableSiteFields to) const {
    const std::span<double> data = to.field;
    parallel_for(inputs(), 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = 0; a < rows_; ++a) {
            const Real* const row = messages_.data() + a * lanes_;
            for (std::size_t i = begin; i < end; ++i) data[i] += static_cast<double>(row[i]);
        }
    });
}

template <class Real>
void DenseMessages<Real>::apply(const Changes<Real>& changes, std::size_t begin, std::size_t end,
                                Sites& sites) const {
    const std::span<double> data = sites.data();
    for (std::size_t i = begin; i < end; ++i) {
        data[i] += static_cast<double>(changes.field.data()[i]);
    }
}

template <class Real>
void DenseMessages<Real>::refresh(const Sites& sites) {
    for (std::size_t i = 0; i < inputs(); ++i) {
        field_.data()[i] = static_cast<Real>(sites.total_for_cavities(i));
    }
    kernels::tanh_and_variance(lanes_, field_.data(), tanh_.data(), variance_.data());
}

template <class Real>
double DenseMessages<Real>::take_weight_change() {
    Real largest = 0;
    for (std::size_t i = 0; i < lanes_; ++i) {
        largest = std::max(largest, std::abs(tanh_.data()[i] - previous_tanh_[i]));
    }
    std::copy_n(tanh_.data(), lanes_, previous_tanh_.begin());
    return static_cast<double>(largest);
}

template <class Real>
double DenseMessages<Real>::sum_of_squared_means() const {
    double sum = 0.0;
    for (std::size_t i = 0; i < inputs(); ++i) {
        const double m = static_cast<double>(tanh_.data()[i]);
        sum += m * m;
    }
    return sum;
}

template <class Real>
const float* DenseMessages<Real>::row_inputs(std::size_t row) const {
    return wiring_.real->values().data() + row * wiring_.columns() + wiring_.first_input;
}

template <class Real>
kernels::DensePanel<Real> DenseMessages<Real>::panel(std::size_t row) {
    return {row_inputs(row), inputs(), lanes_, messages_.data() + row * lanes_, field_.data()};
}

template <class Real>
void DenseMessages<Real>::sums(std::size_t first, std::size_t rows, Real* omega, Real* variance) {
    for (std::size_t a = first; a < std::min(first + rows, rows_); ++a) {
        const kernels::DenseSums<Real> sums = kernels::dense_sums(panel(a));
        omega[a - first] = sums.omega;
        variance[a - first] = sums.variance;
    }
}

template <class Real>
void DenseMessages<Real>::update_relaxed(std::size_t first, std::size_t rows, const Real* g,
                                         const Real* g_prime, double damping,
                                         Changes<Real>& changes) {
    for (std::size_t a = first; a < std::min(first + rows, rows_); ++a) {
        const Real change = kernels::dense_update(panel(a), g[a - first], g_prime[a - first],
                                                  static_cast<Real>(damping), changes.field.data());
        changes.largest = std::max(changes.largest, static_cast<double>(change));
    }
}

template <class Real>
void DenseMessages<Real>::update_gaussian(const Channel& channel, std::size_t row, double omega,
                                          double variance, double v, double damping,
                                          Changes<Real>& changes) {
    const std::size_t n = inputs();
    const float* const xi = row_inputs(row);
    AlignedArray<Real> mean(lanes_), own(lanes_);
    kernels::dense_cavities(panel(row), mean.data(), own.data());
    std::vector<double> cavity_omega(n), cavity_variance(n), plus(n), minus(n), wanted(n);
    const std::vector<std::uint32_t> same_row(n, static_cast<std::uint32_t>(row));
    const bool imposed = std::isinf(v) && v > 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        const double x = xi[i];
        cavity_variance[i] =
            std::max(variance - x * x * static_cast<double>(own.data()[i]), smallest_variance);
    }
    // u_i is half the difference of log Z at w_i = +1 and at -1.
    for (const double weight : {1.0, -1.0}) {
        for (std::size_t i = 0; i < n; ++i) {
            const double x = xi[i];
            cavity_omega[i] = omega + x * (weight - static_cast<double>(mean.data()[i]));
        }
        channel.log_probability({same_row, cavity_omega, cavity_variance, {}}, plus,
                                imposed ? std::span<double>() : std::span<double>(minus));
        for (std::size_t i = 0; i < n; ++i) {
            const double log_z = imposed ? plus[i] : log_add_exp(v + plus[i], minus[i] - v);
            wanted[i] += 0.5 * weight * log_z;
        }
    }
    Real* const messages = messages_.data() + row * lanes_;
    for (std::size_t i = 0; i < n; ++i) {
        // No number: both are impossible, and the row says nothing.
        const double u = std::isnan(wanted[i])
                             ? 0.0
                             : std::clamp(wanted[i], -saturation_field, saturation_field);
        const double old = static_cast<double>(messages[i]);
        messages[i] = static_cast<Real>((1.0 - damping) * u + damping * old);
        const double now = static_cast<double>(messages[i]);
        changes.field.data()[i] += static_cast<Real>(now - old);
        if (std::abs(now - old) > changes.largest) {
            changes.largest = std::max(changes.largest, std::abs(std::tanh(now) - std::tanh(old)));
        }
    }
}

template <class Real>
RowTerms DenseMessages<Real>::row_terms(std::size_t row, SiteFields total) const {
    const Real* const messages = messages_.data() + row * lanes_;
    const float* const inputs_of_row = row_inputs(row);
    const std::vector<double> u(messages, messages + inputs());
    const std::vector<double> xi(inputs_of_row, inputs_of_row + inputs());
    return sign_row_terms(total.field, u, xi);
}

template <class Real>
void DenseMessages<Real>::save(const std::string& name, SolverState& state) const {
    state.arrays.push_back(
        {"messages " + name,
         std::vector<Real>(messages_.data(), messages_.data() + messages_.size())});
}

template <class Real>
void DenseMessages<Real>::restore(const std::string& name, const SolverState& state, bool change) {
    const auto& messages = state.find<Real>("messages " + name, messages_.size());
    if (change) std::copy(messages.begin(), messages.end(), messages_.data());
}

template class DenseMessages<float>;
template class DenseMessages<double>;

}  // namespace steppe
