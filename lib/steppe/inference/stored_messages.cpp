#include "steppe/inference/stored_messages.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

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
void StoredMessages<Real>::add_to(std::span<double> data) const {
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
void StoredMessages<Real>::refresh(const Sites& sites) {
    // Padding lanes keep field 0; the kernels leave them out.
    for (std::size_t i = 0; i < inputs_; ++i) {
        field_.data()[offset_ + i] = static_cast<Real>(sites.total(i));
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
double StoredMessages<Real>::sum_of_squared_magnetizations() const {
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
std::size_t StoredMessages<Real>::memory_bytes(std::size_t first_input, std::size_t inputs,
                                               std::size_t rows) {
    const std::size_t words = words_of(first_input, inputs);
    return sizeof(Real) * (groups_of(rows) * words * word_stride + 4 * words * word_lanes) +
           sizeof(float) * groups_of(rows) * group_rows;
}

template class StoredMessages<float>;
template class StoredMessages<double>;

}  // namespace steppe
