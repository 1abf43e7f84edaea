#include "steppe/inference/bp/stored_messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "steppe/inference/bp/gaussian_series.hpp"
#include "steppe/inference/row_pass.hpp"
#include "steppe/numeric/log_odds.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

using kernels::group_rows;
using kernels::word_lanes;
using kernels::word_stride;

static_assert(word_lanes == PatternSet::word_bits && group_rows == PatternSet::group_patterns);

std::size_t groups_of(std::size_t rows) {
    return (rows + group_rows - 1) / group_rows;
}

/// Words that hold the columns [first, first + inputs).
std::size_t words_of(std::size_t first, std::size_t inputs) {
    return (first + inputs + word_lanes - 1) / word_lanes - first / word_lanes;
}

}  // namespace

template <class Real>
StoredMessages<Real>::StoredMessages(const UnitBranch& branch, std::size_t rows,
                                     const Philox& random, std::size_t unit, double amplitude)
    : patterns_(branch.wiring.patterns),
      rows_(rows),
      inputs_(branch.wiring.inputs),
      first_word_(branch.wiring.first_input / word_lanes),
      offset_(branch.wiring.first_input % word_lanes),
      words_(words_of(branch.wiring.first_input, branch.wiring.inputs)),
      first_mask_(static_cast<std::uint16_t>(0xffffu << offset_)),
      last_mask_(static_cast<std::uint16_t>(0xffffu >> (words_ * word_lanes - offset_ - inputs_))),
      messages_(groups_of(rows) * words_ * word_stride),
      field_(words_ * word_lanes),
      tanh_(words_ * word_lanes),
      variance_(words_ * word_lanes),
      previous_tanh_(words_ * word_lanes, Real{0}),
      bounds_(groups_of(rows) * group_rows, static_cast<float>(amplitude)) {
    std::fill_n(field_.data(), lanes(), Real{0});
    std::fill_n(tanh_.data(), lanes(), Real{0});
    std::fill_n(variance_.data(), lanes(), Real{0});
    // Lane b of word w of pattern a takes the (b % 4)-th 16 bits of number (unit, a, 4 w + b / 4):
    // enough digits to tell weights apart, at a quarter of the cost of a number each.
    constexpr std::size_t words_per_row_of_numbers = std::size_t{1} << 28;
    parallel_for(groups_of(rows), 1, [&](std::size_t begin, std::size_t end) {
        std::fill(messages_.data() + begin * words_ * word_stride,
                  messages_.data() + end * words_ * word_stride, Real{0});
        for (std::size_t a = begin * group_rows; a < std::min(rows_, end * group_rows); ++a) {
            for (std::size_t i = 0; i < inputs_; i += 4) {
                const std::uint64_t number = random.bits((unit * words_per_row_of_numbers + i / 4),
                                                         static_cast<std::uint32_t>(a));
                for (std::size_t b = 0; b < std::min<std::size_t>(4, inputs_ - i); ++b) {
                    const double unit_interval =
                        (static_cast<double>(number >> (16 * b) & 0xffff) + 0.5) / 65536.0;
                    row(a)[element(i + b)] =
                        static_cast<Real>(amplitude * (2.0 * unit_interval - 1.0));
                }
            }
        }
    });
}

template <class Real>
Changes<Real> StoredMessages<Real>::changes() const {
    Changes<Real> zero{AlignedArray<Real>(lanes()), AlignedArray<Real>(0)};
    zero.clear();
    return zero;
}

template <class Real>
void StoredMessages<Real>::add_to(MutableSiteFields to) const {
    const std::span<double> data = to.field;
    parallel_for(inputs_, 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = 0; a < rows_; ++a) {
            const Real* u = row(a);
            for (std::size_t i = begin; i < end; ++i) {
                data[i] += static_cast<double>(u[element(i)]);
            }
        }
    });
}

template <class Real>
void StoredMessages<Real>::apply(const Changes<Real>& changes, std::size_t begin, std::size_t end,
                                 Sites& sites) const {
    const Real* change = changes.field.data() + offset_;
    const std::span<double> data = sites.data();
    for (std::size_t i = begin; i < end; ++i) data[i] += static_cast<double>(change[i]);
}

template <class Real>
void StoredMessages<Real>::refresh(const Sites& sites) {
    // Padding lanes keep field 0; the kernels leave them out.
    for (std::size_t i = 0; i < inputs_; ++i) {
        field_.data()[offset_ + i] = static_cast<Real>(sites.total_for_cavities(i));
    }
    kernels::tanh_and_variance(lanes(), field_.data(), tanh_.data(), variance_.data());
}

template <class Real>
double StoredMessages<Real>::take_weight_change() {
    Real largest = 0;
    for (std::size_t i = 0; i < lanes(); ++i) {
        largest = std::max(largest, std::abs(tanh_.data()[i] - previous_tanh_[i]));
    }
    std::copy_n(tanh_.data(), lanes(), previous_tanh_.begin());
    return static_cast<double>(largest);
}

template <class Real>
double StoredMessages<Real>::sum_of_squared_means() const {
    double sum = 0.0;
    for (std::size_t i = 0; i < lanes(); ++i) {
        const double m = static_cast<double>(tanh_.data()[i]);
        sum += m * m;
    }
    return sum;
}

template <class Real>
const std::uint16_t* StoredMessages<Real>::bits(std::size_t a) const {
    return patterns_->words().data() +
           (a / group_rows * patterns_->words_per_pattern() + first_word_) * group_rows +
           a % group_rows;
}

template <class Real>
kernels::Panel<Real> StoredMessages<Real>::panel(std::size_t first, std::size_t count) {
    const float largest =
        *std::max_element(bounds_.begin() + static_cast<std::ptrdiff_t>(first),
                          bounds_.begin() + static_cast<std::ptrdiff_t>(first + count));
    const kernels::MessageSize size = largest < kernels::small_message ? kernels::MessageSize::Small
                                      : largest < kernels::medium_message
                                          ? kernels::MessageSize::Medium
                                          : kernels::MessageSize::Any;
    return {bits(first), row(first),    words_,       first_mask_,      last_mask_,
            count,       field_.data(), tanh_.data(), variance_.data(), size};
}

template <class Real>
void StoredMessages<Real>::sums(std::size_t first, std::size_t rows, Real* omega, Real* variance) {
    kernels::sums(panel(first, rows), omega, variance);
}

template <class Real>
void StoredMessages<Real>::update_relaxed(std::size_t first, std::size_t rows, const Real* g,
                                          const Real* g_prime, double damping,
                                          Changes<Real>& changes) {
    const Real change = kernels::update_relaxed(panel(first, rows), g, g_prime,
                                                {static_cast<Real>(damping), changes.field.data()});
    changes.largest = std::max(changes.largest, static_cast<double>(change));
    for (std::size_t a = first; a < std::min(first + rows, rows_); ++a) {
        move_bound(a, static_cast<double>(std::abs(g[a - first]) + std::abs(g_prime[a - first])),
                   damping);
    }
}

template <class Real>
void StoredMessages<Real>::update_gaussian(const Channel& channel, std::size_t row, double omega,
                                           double variance, double v, double damping,
                                           Changes<Real>& changes) {
    kernels::GaussianRow<Real> series;
    double bound = 0.0;
    if (!gaussian_series(channel, static_cast<std::uint32_t>(row), omega, variance, v, series,
                         bound)) {
        update_gaussian_directly(channel, row, omega, variance, v, damping, changes);
        return;
    }
    const Real change = kernels::update_gaussian(
        panel(row, 1), series, {static_cast<Real>(damping), changes.field.data()});
    changes.largest = std::max(changes.largest, static_cast<double>(change));
    move_bound(row, bound, damping);
}

template <class Real>
void StoredMessages<Real>::update_gaussian_directly(const Channel& channel, std::size_t row,
                                                    double omega, double variance, double v,
                                                    double damping, Changes<Real>& changes) {
    AlignedArray<Real> mean(lanes()), own(lanes());
    kernels::cavities(panel(row, 1), mean.data(), own.data());
    std::vector<double> cavity_omega(inputs_), cavity_variance(inputs_);
    std::vector<double> up_plus(inputs_), up_minus(inputs_), down_plus(inputs_),
        down_minus(inputs_), wanted(inputs_);
    const std::vector<std::uint32_t> same_row(inputs_, static_cast<std::uint32_t>(row));
    const bool imposed = std::isinf(v) && v > 0.0;
    // The whole row at once, with xi_i w_i = +1 and then -1.
    const auto ask = [&](double xi_w, std::vector<double>& plus, std::vector<double>& minus) {
        for (std::size_t i = 0; i < inputs_; ++i) {
            cavity_omega[i] =
                omega - sign(row, i) * static_cast<double>(mean.data()[offset_ + i]) + xi_w;
        }
        channel.log_probability({same_row, cavity_omega, cavity_variance, {}}, plus,
                                imposed ? std::span<double>() : std::span<double>(minus));
        if (imposed) return;
        for (std::size_t i = 0; i < inputs_; ++i) plus[i] = log_add_exp(v + plus[i], minus[i] - v);
    };
    for (std::size_t i = 0; i < inputs_; ++i) {
        cavity_variance[i] = std::max(variance - static_cast<double>(own.data()[offset_ + i]),
                                      smallest_lattice_variance);
    }
    ask(+1.0, up_plus, up_minus);
    ask(-1.0, down_plus, down_minus);
    for (std::size_t i = 0; i < inputs_; ++i) {
        const double u = 0.5 * (up_plus[i] - down_plus[i]);
        // No number: both are impossible, and the row says nothing.
        wanted[i] =
            std::isnan(u) ? 0.0 : sign(row, i) * std::clamp(u, -saturation_field, saturation_field);
    }
    move_row(row, wanted, damping, changes);
}

template <class Real>
void StoredMessages<Real>::take_exact(const Channel& channel, std::size_t row,
                                      ExactRow& exact) const {
    const Real* messages = this->row(row);
    std::vector<double> cavity(inputs_);
    for (std::size_t i = 0; i < inputs_; ++i) {
        cavity[i] =
            sign(row, i) * static_cast<double>(field_.data()[offset_ + i] - messages[element(i)]);
    }
    exact.set(channel, static_cast<std::uint32_t>(row), cavity);
}

template <class Real>
void StoredMessages<Real>::update_exact(const ExactRow& exact, std::size_t row, double v,
                                        double damping, Changes<Real>& changes) {
    std::vector<double> wanted(inputs_);
    exact.messages(v, wanted);
    for (std::size_t i = 0; i < inputs_; ++i) wanted[i] *= sign(row, i);
    move_row(row, wanted, damping, changes);
}

template <class Real>
void StoredMessages<Real>::move_row(std::size_t row, const std::vector<double>& wanted,
                                    double damping, Changes<Real>& changes) {
    Real* messages = this->row(row);
    double bound = 0.0;
    for (std::size_t i = 0; i < inputs_; ++i) {
        Real& u = messages[element(i)];
        const double old = static_cast<double>(u);
        u = static_cast<Real>((1.0 - damping) * wanted[i] + damping * old);
        const double now = static_cast<double>(u);
        changes.field.data()[offset_ + i] += static_cast<Real>(now - old);
        bound = std::max(bound, std::abs(now));
        if (std::abs(now - old) > changes.largest) {
            changes.largest = std::max(changes.largest, std::abs(std::tanh(now) - std::tanh(old)));
        }
    }
    bounds_[row] =
        std::nextafter(static_cast<float>(bound), std::numeric_limits<float>::infinity());
}

template <class Real>
RowTerms StoredMessages<Real>::row_terms(std::size_t row, SiteFields total) const {
    const Real* messages = this->row(row);
    std::vector<double> u(inputs_), xi(inputs_);
    for (std::size_t i = 0; i < inputs_; ++i) {
        u[i] = static_cast<double>(messages[element(i)]);
        xi[i] = sign(row, i);
    }
    return sign_row_terms(total.field, u, xi);
}

template <class Real>
void StoredMessages<Real>::save(const std::string& name, SolverState& state) const {
    state.arrays.push_back(
        {"messages " + name,
         std::vector<Real>(messages_.data(), messages_.data() + messages_.size())});
    state.arrays.push_back({"bounds " + name, bounds_});
}

template <class Real>
void StoredMessages<Real>::restore(const std::string& name, const SolverState& state, bool change) {
    const auto& messages = state.find<Real>("messages " + name, messages_.size());
    const auto& bounds = state.find<float>("bounds " + name, bounds_.size());
    if (!change) return;
    std::copy(messages.begin(), messages.end(), messages_.data());
    bounds_ = bounds;
}

template <class Real>
std::size_t StoredMessages<Real>::memory_bytes(std::size_t first_input, std::size_t inputs,
                                               std::size_t rows) {
    const std::size_t words = words_of(first_input, inputs);
    return sizeof(Real) * (groups_of(rows) * words * word_stride + 4 * words * word_lanes) +
           sizeof(float) * groups_of(rows) * group_rows;
}

template class StoredMessages<float>;
template class StoredMessages<double>;

}  // namespace steppe
