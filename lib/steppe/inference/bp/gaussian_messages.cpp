#include "steppe/inference/bp/gaussian_messages.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "steppe/inference/bp/message_kernels.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

using kernels::word_lanes;

/// Lanes stand where the bits of the patterns do.
std::size_t offset_of(const LinearWiring& wiring) {
    return wiring.real ? 0 : wiring.first_input % word_lanes;
}

std::size_t lanes_of(std::size_t offset, std::size_t inputs) {
    return (offset + inputs + word_lanes - 1) / word_lanes * word_lanes;
}

/// Of lanes that are no weight: their means and variances are nothing beside any other.
constexpr double no_weight = 1e30;

}  // namespace

template <class Real>
GaussianMessages<Real>::GaussianMessages(const UnitBranch& branch, std::size_t rows,
                                         const Philox& random, std::size_t unit,
                                         const BeliefPropagationOptions& options)
    : wiring_(branch.wiring),
      rows_(rows),
      offset_(offset_of(branch.wiring)),
      lanes_(lanes_of(offset_, branch.wiring.inputs)),
      gaussian_(options.accuracy == Accuracy::Gaussian),
      field_(rows * lanes_),
      precision_(gaussian_ ? rows * lanes_ : rows),
      total_field_(lanes_),
      total_precision_(lanes_),
      means_(branch.wiring.inputs, 0.0),
      previous_means_(branch.wiring.inputs, 0.0),
      lowest_(rows, Real{1}) {
    precision_.fill(Real{0});
    total_field_.fill(Real{0});
    total_precision_.fill(static_cast<Real>(no_weight));
    const std::uint64_t first = std::uint64_t{unit} << 32;
    parallel_for(rows_, 8, [&](std::size_t begin, std::size_t end) {
        std::fill(field_.data() + begin * lanes_, field_.data() + end * lanes_, Real{0});
        for (std::size_t a = begin; a < end; ++a) {
            for (std::size_t i = 0; i < inputs(); ++i) {
                const double number = random.uniform(first + i, static_cast<std::uint32_t>(a));
                field_.data()[a * lanes_ + offset_ + i] =
                    static_cast<Real>(options.start * (2.0 * number - 1.0));
            }
        }
    });
}

template <class Real>
Changes<Real> GaussianMessages<Real>::changes() const {
    const bool each = gaussian_ || wiring_.real;
    Changes<Real> zero{AlignedArray<Real>(lanes_), AlignedArray<Real>(each ? lanes_ : 0)};
    zero.clear();
    return zero;
}

template <class Real>
void GaussianMessages<Real>::add_to(MutableSiteFields data) const {
    const std::span<double> field = data.field, total = data.precision;
    parallel_for(inputs(), 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = 0; a < rows_; ++a) {
            for (std::size_t i = begin; i < end; ++i) {
                field[i] += static_cast<double>(field_.data()[a * lanes_ + offset_ + i]);
                total[i] += precision(a, i);
            }
        }
    });
}

template <class Real>
void GaussianMessages<Real>::apply(const Changes<Real>& changes, std::size_t begin, std::size_t end,
                                   Sites& sites) const {
    const std::span<double> field = sites.data(), total = sites.data_precision();
    for (std::size_t i = begin; i < end; ++i) {
        field[i] += static_cast<double>(changes.field.data()[offset_ + i]);
        total[i] += changes.precision.size() == 0
                        ? changes.every_precision
                        : static_cast<double>(changes.precision.data()[offset_ + i]);
    }
}

template <class Real>
void GaussianMessages<Real>::refresh(const Sites& sites) {
    for (std::size_t i = 0; i < inputs(); ++i) {
        const double field = sites.total(i), total = sites.total_precision(i);
        total_field_.data()[offset_ + i] = static_cast<Real>(field);
        total_precision_.data()[offset_ + i] = static_cast<Real>(total);
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
    if (wiring_.real) {
        panel.inputs =
            wiring_.real->values().data() + row * wiring_.columns() + wiring_.first_input;
    } else {
        constexpr std::size_t group = PatternSet::group_patterns;
        panel.bits = wiring_.patterns->words().data() +
                     (row / group * wiring_.patterns->words_per_pattern() +
                      wiring_.first_input / word_lanes) *
                         group +
                     row % group;
        panel.bit_stride = group;
    }
    panel.weights = inputs();
    panel.lanes = lanes_;
    panel.field = field_.data() + row * lanes_;
    panel.precision = gaussian_ ? precision_.data() + row * lanes_ : nullptr;
    panel.row_precision = gaussian_ ? Real{0} : precision_.data()[row];
    panel.total_field = total_field_.data();
    panel.total_precision = total_precision_.data();
    return panel;
}

template <class Real>
double GaussianMessages<Real>::precision(std::size_t row, std::size_t i) const {
    if (gaussian_) return static_cast<double>(precision_.data()[row * lanes_ + offset_ + i]);
    const double xi = wiring_.real ? wiring_.input(row, i) : 1.0;
    return xi * xi * static_cast<double>(precision_.data()[row]);
}

template <class Real>
std::size_t GaussianMessages<Real>::count_floored(std::size_t row) const {
    if (!(static_cast<double>(lowest_[row]) < kernels::smallest_cavity_precision)) return 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < inputs(); ++i) {
        const double cavity =
            static_cast<double>(total_precision_.data()[offset_ + i]) - precision(row, i);
        count += cavity < kernels::smallest_cavity_precision;
    }
    return count;
}

template <class Real>
void GaussianMessages<Real>::sums(std::size_t first, std::size_t rows, Real* omega,
                                  Real* variance) {
    for (std::size_t a = first; a < std::min(first + rows, rows_); ++a) {
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
    for (std::size_t a = first; a < std::min(first + rows, rows_); ++a) {
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
        const double xi = wiring_.input(row, i);
        const double all = total.precision[i], field = total.field[i];
        const double cavity = std::max(all - precision(row, i), kernels::smallest_cavity_precision);
        const double cavity_field =
            field - static_cast<double>(field_.data()[row * lanes_ + offset_ + i]);
        terms.omega += xi * cavity_field / cavity;
        terms.variance += xi * xi / cavity;
        terms.edges += 0.5 * (std::log(cavity / all) + field * field / all -
                              cavity_field * cavity_field / cavity);
    }
    return terms;
}

template <class Real>
void GaussianMessages<Real>::save(const std::string& name, SolverState& state) const {
    const auto values = [](const AlignedArray<Real>& array) {
        return std::vector<Real>(array.data(), array.data() + array.size());
    };
    state.arrays.push_back({"messages " + name, values(field_)});
    state.arrays.push_back({"precisions " + name, values(precision_)});
}

template <class Real>
void GaussianMessages<Real>::restore(const std::string& name, const SolverState& state,
                                     bool change) {
    for (auto [what, array] : {std::pair{"messages ", &field_}, {"precisions ", &precision_}}) {
        const auto& found = state.find<Real>(what + name, array->size());
        if (change) std::copy(found.begin(), found.end(), array->data());
    }
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
