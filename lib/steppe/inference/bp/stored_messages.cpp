#include "steppe/inference/bp/stored_messages.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "steppe/inference/bp/gaussian_series.hpp"
#include "steppe/inference/row_pass.hpp"
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

/// Elements of the messages of so many rows.
std::size_t elements_of(std::size_t first_input, std::size_t inputs, std::size_t rows) {
    return groups_of(rows) * group_rows * lanes_of(first_input % word_lanes, inputs);
}

}  // namespace

template <class Real>
StoredMessages<Real>::StoredMessages(const UnitBranch& branch, std::size_t rows,
                                     const Philox& random, std::size_t unit, double amplitude)
    : SignMessages<Real>(branch, rows,
                         elements_of(branch.wiring.first_input, branch.wiring.inputs, rows)),
      words_(this->lanes_ / word_lanes),
      first_mask_(static_cast<std::uint16_t>(0xffffu << this->offset_)),
      last_mask_(static_cast<std::uint16_t>(0xffffu >> (this->lanes_ - this->offset_ - inputs()))),
      bounds_(groups_of(rows) * group_rows, static_cast<float>(amplitude)) {
    // Lane b of word w of pattern a takes the (b % 4)-th 16 bits of number (unit, a, 4 w + b / 4):
    // enough digits to tell weights apart, at a quarter of the cost of a number each.
    constexpr std::size_t words_per_row_of_numbers = std::size_t{1} << 28;
    parallel_for(groups_of(rows), 1, [&](std::size_t begin, std::size_t end) {
        std::fill(this->messages_.data() + begin * words_ * word_stride,
                  this->messages_.data() + end * words_ * word_stride, Real{0});
        for (std::size_t a = begin * group_rows; a < std::min(this->rows_, end * group_rows); ++a) {
            for (std::size_t i = 0; i < inputs(); i += 4) {
                const std::uint64_t number = random.bits((unit * words_per_row_of_numbers + i / 4),
                                                         static_cast<std::uint32_t>(a));
                for (std::size_t b = 0; b < std::min<std::size_t>(4, inputs() - i); ++b) {
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
void StoredMessages<Real>::add_row(std::size_t a, std::size_t begin, std::size_t end,
                                   MutableSiteFields data) const {
    const Real* const u = row(a);
    for (std::size_t i = begin; i < end; ++i) data.field[i] += static_cast<double>(u[element(i)]);
}

template <class Real>
std::vector<double> StoredMessages<Real>::row_messages(std::size_t a) const {
    std::vector<double> u(inputs());
    for (std::size_t i = 0; i < u.size(); ++i) u[i] = static_cast<double>(row(a)[element(i)]);
    return u;
}

template <class Real>
std::vector<double> StoredMessages<Real>::row_inputs(std::size_t a) const {
    std::vector<double> xi(inputs());
    for (std::size_t i = 0; i < xi.size(); ++i) xi[i] = sign(a, i);
    return xi;
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
    return {this->wiring_.bits(first),
            row(first),
            words_,
            first_mask_,
            last_mask_,
            count,
            this->field_.data(),
            this->tanh_.data(),
            this->variance_.data(),
            size};
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
    for (std::size_t a = first; a < std::min(first + rows, this->rows_); ++a) {
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
    AlignedArray<Real> mean(this->lanes_), own(this->lanes_);
    kernels::cavities(panel(row, 1), mean.data(), own.data());
    // A weight's sides are the two values of xi_i w_i.
    typename SignMessages<Real>::Sides sides;
    for (std::size_t i = 0; i < inputs(); ++i) {
        const double without =
            omega - sign(row, i) * static_cast<double>(mean.data()[this->offset_ + i]);
        sides.omega_plus.push_back(without + 1.0);
        sides.omega_minus.push_back(without - 1.0);
        sides.variance.push_back(
            std::max(variance - static_cast<double>(own.data()[this->offset_ + i]),
                     smallest_lattice_variance));
    }
    std::vector<double> wanted = this->ask_sides(channel, row, v, sides);
    for (std::size_t i = 0; i < inputs(); ++i) {
        wanted[i] = this->bounded(sign(row, i) * wanted[i]);
    }
    move_row(row, wanted, damping, changes);
}

template <class Real>
void StoredMessages<Real>::take_exact(const Channel& channel, std::size_t row,
                                      ExactRow& exact) const {
    const Real* messages = this->row(row);
    std::vector<double> cavity(inputs());
    for (std::size_t i = 0; i < inputs(); ++i) {
        cavity[i] = sign(row, i) * static_cast<double>(this->field_.data()[this->offset_ + i] -
                                                       messages[element(i)]);
    }
    exact.set(channel, static_cast<std::uint32_t>(row), cavity);
}

template <class Real>
void StoredMessages<Real>::update_exact(const ExactRow& exact, std::size_t row, double v,
                                        double damping, Changes<Real>& changes) {
    std::vector<double> wanted(inputs());
    exact.messages(v, wanted);
    for (std::size_t i = 0; i < inputs(); ++i) wanted[i] *= sign(row, i);
    move_row(row, wanted, damping, changes);
}

template <class Real>
void StoredMessages<Real>::move_row(std::size_t row, const std::vector<double>& wanted,
                                    double damping, Changes<Real>& changes) {
    Real* messages = this->row(row);
    double bound = 0.0;
    for (std::size_t i = 0; i < inputs(); ++i) {
        const double now = this->move_message(messages[element(i)], this->offset_ + i, wanted[i],
                                              damping, changes);
        bound = std::max(bound, std::abs(now));
    }
    bounds_[row] =
        std::nextafter(static_cast<float>(bound), std::numeric_limits<float>::infinity());
}

template <class Real>
void StoredMessages<Real>::save(const std::string& name, SolverState& state) const {
    MessageState<Real>::save(name, state);
    state.add<float>("bounds " + name, bounds_);
}

template <class Real>
void StoredMessages<Real>::restore(const std::string& name, const SolverState& state, bool change) {
    MessageState<Real>::restore(name, state, change);
    state.take<float>("bounds " + name, bounds_, change);
}

template <class Real>
std::size_t StoredMessages<Real>::memory_bytes(std::size_t first_input, std::size_t inputs,
                                               std::size_t rows) {
    const std::size_t lanes = lanes_of(first_input % word_lanes, inputs);
    return sizeof(Real) * (elements_of(first_input, inputs, rows) + 4 * lanes) +
           sizeof(float) * groups_of(rows) * group_rows;
}

template class StoredMessages<float>;
template class StoredMessages<double>;

}  // namespace steppe
