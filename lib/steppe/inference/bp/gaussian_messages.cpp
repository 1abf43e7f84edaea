#include "steppe/inference/bp/gaussian_messages.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "steppe/inference/bp/message_kernels.hpp"

namespace steppe {

namespace {

using kernels::word_lanes;

/// Of lanes that are no weight: their means and variances are nothing beside any other.
constexpr double no_weight = 1e30;

}  // namespace

template <class Real>
GaussianMessages<Real>::GaussianMessages(const UnitBranch& branch, std::size_t rows,
                                         const Philox& random, std::size_t unit,
                                         const BeliefPropagationOptions& options)
    : MessageState<Real>(branch, rows,
                         rows * lanes_of(branch.wiring.offset(), branch.wiring.inputs)),
      gaussian_(options.accuracy == Accuracy::Gaussian),
      precision_(gaussian_ ? rows * this->lanes_ : rows),
      total_field_(this->lanes_),
      total_precision_(this->lanes_),
      means_(branch.wiring.inputs, 0.0),
      previous_means_(branch.wiring.inputs, 0.0),
      lowest_(rows, Real{1}) {
    precision_.fill(Real{0});
    total_field_.fill(Real{0});
    total_precision_.fill(static_cast<Real>(no_weight));
    this->start_rows(random, unit, options.start);
}

template <class Real>
Changes<Real> GaussianMessages<Real>::changes() const {
    const bool each = gaussian_ || this->wiring_.real;
    Changes<Real> zero{AlignedArray<Real>(this->lanes_),
                       AlignedArray<Real>(each ? this->lanes_ : 0)};
    zero.clear();
    return zero;
}

template <class Real>
void GaussianMessages<Real>::add_row(std::size_t row, std::size_t begin, std::size_t end,
                                     MutableSiteFields data) const {
    const Real* const field = this->lanes_of_row(row) + this->offset_;
    for (std::size_t i = begin; i < end; ++i) {
        data.field[i] += static_cast<double>(field[i]);
        data.precision[i] += precision(row, i);
    }
}

template <class Real>
void GaussianMessages<Real>::apply(const Changes<Real>& changes, std::size_t begin, std::size_t end,
                                   Sites& sites) const {
    const std::span<double> field = sites.data(), total = sites.data_precision();
    for (std::size_t i = begin; i < end; ++i) {
        field[i] += static_cast<double>(changes.field.data()[this->offset_ + i]);
        total[i] += changes.precision.size() == 0
                        ? changes.every_precision
                        : static_cast<double>(changes.precision.data()[this->offset_ + i]);
    }
}

template <class Real>
void GaussianMessages<Real>::refresh(const Sites& sites) {
    for (std::size_t i = 0; i < inputs(); ++i) {
        const double field = sites.total(i), total = sites.total_precision(i);
        total_field_.data()[this->offset_ + i] = static_cast<Real>(field);
        total_precision_.data()[this->offset_ + i] = static_cast<Real>(total);
        means_[i] = field / total;
    }
}

template <class Real>
double GaussianMessages<Real>::take_weight_change() {
    double largest = 0.0;
    for (std::size_t i = 0; i < inputs(); ++i) {
        largest = std::max(largest, std::abs(means_[i] - previous_means_[i]));
    }
    previous_means_ = means_;
    return largest;
}

template <class Real>
double GaussianMessages<Real>::sum_of_squared_means() const {
    double sum = 0.0;
    for (const double m : means_) sum += m * m;
    return sum;
}

template <class Real>
kernels::GaussianPanel<Real> GaussianMessages<Real>::panel(std::size_t row) {
    kernels::GaussianPanel<Real> panel{};
    if (this->wiring_.real) {
        panel.inputs = this->wiring_.real_inputs(row);
    } else {
        panel.bits = this->wiring_.bits(row);
        panel.bit_stride = PatternSet::group_patterns;
    }
    panel.weights = inputs();
    panel.lanes = this->lanes_;
    panel.field = this->lanes_of_row(row);
    panel.precision = gaussian_ ? precision_.data() + row * this->lanes_ : nullptr;
    panel.row_precision = gaussian_ ? Real{0} : precision_.data()[row];
    panel.total_field = total_field_.data();
    panel.total_precision = total_precision_.data();
    return panel;
}

template <class Real>
double GaussianMessages<Real>::precision(std::size_t row, std::size_t i) const {
    if (gaussian_)
        return static_cast<double>(precision_.data()[row * this->lanes_ + this->offset_ + i]);
    const double xi = this->wiring_.real ? this->wiring_.input(row, i) : 1.0;
    return xi * xi * static_cast<double>(precision_.data()[row]);
}

template <class Real>
std::size_t GaussianMessages<Real>::count_floored(std::size_t row) const {
    if (!(static_cast<double>(lowest_[row]) < kernels::smallest_cavity_precision)) return 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < inputs(); ++i) {
        const double cavity =
            static_cast<double>(total_precision_.data()[this->offset_ + i]) - precision(row, i);
        count += cavity < kernels::smallest_cavity_precision;
    }
    return count;
}

template <class Real>
void GaussianMessages<Real>::sums(std::size_t first, std::size_t rows, Real* omega,
                                  Real* variance) {
    for (std::size_t a = first; a < std::min(first + rows, this->rows_); ++a) {
        const kernels::RowSums<Real> sums = kernels::gaussian_sums(panel(a));
        omega[a - first] = sums.omega;
        variance[a - first] = sums.variance;
        lowest_[a] = sums.lowest_precision;
    }
}

template <class Real>
void GaussianMessages<Real>::update_relaxed(std::size_t first, std::size_t rows, const Real* g,
                                            const Real* g_prime, double damping,
                                            Changes<Real>& changes) {
    const bool each = changes.precision.size() != 0;
    for (std::size_t a = first; a < std::min(first + rows, this->rows_); ++a) {
        changes.floored += count_floored(a);
        Real& own = precision_.data()[a];
        const Real next =
            static_cast<Real>(-(1.0 - damping) * static_cast<double>(g_prime[a - first]) +
                              damping * static_cast<double>(own));
        const Real moved = next - own;
        kernels::gaussian_update(panel(a), g[a - first], g_prime[a - first],
                                 static_cast<Real>(damping), moved, changes.field.data(),
                                 each ? changes.precision.data() : nullptr);
        own = next;
        if (!each) changes.every_precision += static_cast<double>(moved);
    }
}

template <class Real>
void GaussianMessages<Real>::update_gaussian(const Channel& channel, std::size_t row, double omega,
                                             double variance, double v, double damping,
                                             Changes<Real>& changes) {
    changes.floored += count_floored(row);
    std::array<double, 1> g{}, g_prime{};
    const std::array<std::uint32_t, 1> rows{static_cast<std::uint32_t>(row)};
    const std::array<double, 1> at_omega{omega}, at_variance{variance}, at_v{v};
    channel.derivatives({rows, at_omega, at_variance, at_v}, g, g_prime);
    kernels::gaussian_update(panel(row), static_cast<Real>(g[0]), static_cast<Real>(g_prime[0]),
                             static_cast<Real>(damping), Real{0}, changes.field.data(),
                             changes.precision.data());
}

/// log Z_ai: of the integral of a weight's cavity distribution times the message.
template <class Real>
RowTerms GaussianMessages<Real>::row_terms(std::size_t row, SiteFields total) const {
    RowTerms terms;
    for (std::size_t i = 0; i < inputs(); ++i) {
        const double xi = this->wiring_.input(row, i);
        const double all = total.precision[i], field = total.field[i];
        const double cavity = std::max(all - precision(row, i), kernels::smallest_cavity_precision);
        const double cavity_field =
            field - static_cast<double>(this->lanes_of_row(row)[this->offset_ + i]);
        terms.omega += xi * cavity_field / cavity;
        terms.variance += xi * xi / cavity;
        terms.edges += 0.5 * (std::log(cavity / all) + field * field / all -
                              cavity_field * cavity_field / cavity);
    }
    return terms;
}

template <class Real>
void GaussianMessages<Real>::save(const std::string& name, SolverState& state) const {
    MessageState<Real>::save(name, state);
    state.add<Real>("precisions " + name, precision_.values());
}

template <class Real>
void GaussianMessages<Real>::restore(const std::string& name, const SolverState& state,
                                     bool change) {
    MessageState<Real>::restore(name, state, change);
    state.take<Real>("precisions " + name, precision_.values(), change);
}

template <class Real>
std::size_t GaussianMessages<Real>::memory_bytes(std::size_t first_input, std::size_t inputs,
                                                 std::size_t rows, Accuracy accuracy) {
    const std::size_t lanes = lanes_of(first_input % word_lanes, inputs);
    return sizeof(Real) * (rows * (accuracy == Accuracy::Gaussian ? 2 * lanes : lanes + 1) +
                           2 * lanes + rows) +
           2 * sizeof(double) * inputs;
}

template class GaussianMessages<float>;
template class GaussianMessages<double>;

}  // namespace steppe
