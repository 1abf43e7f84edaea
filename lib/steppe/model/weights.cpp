#include "steppe/model/weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "steppe/data/pattern_set.hpp"
#include "steppe/error.hpp"

namespace steppe {

namespace {

void require_count(std::size_t found, std::size_t unit_inputs, std::size_t units) {
    if (found == unit_inputs * units) return;
    throw Error(fmt::format("{} weights for {} units of {} inputs: there must be {}", found, units,
                            unit_inputs, unit_inputs * units));
}

}  // namespace

Weights::Weights(std::size_t unit_inputs, std::size_t units)
    : unit_inputs_(unit_inputs), units_(units) {
    static_assert(word_bits == PatternSet::word_bits);
    words_.assign(units * unit_words(), 0);
}

Weights Weights::from_signs(std::size_t unit_inputs, std::size_t units,
                            std::span<const signed char> signs) {
    require_count(signs.size(), unit_inputs, units);
    Weights weights(unit_inputs, units);
    for (std::size_t k = 0; k < units; ++k) {
        for (std::size_t i = 0; i < unit_inputs; ++i) {
            const signed char sign = signs[k * unit_inputs + i];
            if (sign != 1 && sign != -1) {
                throw Error(fmt::format("weight {} of unit {} is {}: weights must be +1 or -1", i,
                                        k, static_cast<int>(sign)));
            }
            weights.set(k, i, sign > 0);
        }
    }
    return weights;
}

Weights Weights::from_values(std::size_t unit_inputs, std::size_t units,
                             std::vector<double> values) {
    require_count(values.size(), unit_inputs, units);
    if (values.empty()) throw Error("real weights need at least one unit of one input");
    for (std::size_t j = 0; j < values.size(); ++j) {
        if (!std::isfinite(values[j])) {
            throw Error(fmt::format("weight {} of unit {} is {}: weights must be finite",
                                    j % unit_inputs, j / unit_inputs, values[j]));
        }
    }
    Weights weights(unit_inputs, units);
    weights.words_.clear();
    weights.values_ = std::move(values);
    return weights;
}

void Weights::set(std::size_t unit, std::size_t i, bool positive) {
    std::uint16_t& word = words_[unit * unit_words() + i / word_bits];
    const auto bit = static_cast<std::uint16_t>(1u << (i % word_bits));
    word = static_cast<std::uint16_t>(positive ? word | bit : word & ~bit);
}

void Weights::set_word(std::size_t unit, std::size_t w, std::uint16_t bits) {
    const std::size_t there = std::min(word_bits, unit_inputs_ - w * word_bits);
    const std::uint32_t kept = (1u << there) - 1;
    words_[unit * unit_words() + w] = static_cast<std::uint16_t>(bits & kept);
}

std::vector<signed char> Weights::signs() const {
    std::vector<signed char> signs;
    signs.reserve(size());
    for (std::size_t k = 0; k < units_; ++k) {
        for (std::size_t i = 0; i < unit_inputs_; ++i) {
            signs.push_back(static_cast<signed char>(sign(k, i)));
        }
    }
    return signs;
}

std::vector<double> Weights::values() const {
    if (kind() == WeightKind::Spherical) return values_;
    std::vector<double> values;
    values.reserve(size());
    for (std::size_t k = 0; k < units_; ++k) {
        for (std::size_t i = 0; i < unit_inputs_; ++i) values.push_back(sign(k, i));
    }
    return values;
}

void Weights::normalise() {
    for (std::size_t k = 0; k < units_ && !values_.empty(); ++k) {
        const std::span<double> unit = std::span(values_).subspan(k * unit_inputs_, unit_inputs_);
        // By the largest first, so that squares neither vanish nor overflow.
        double largest = 0.0;
        for (const double w : unit) largest = std::max(largest, std::abs(w));
        if (largest == 0.0) continue;
        // One over a number that is hardly above 0 would be infinite.
        if (largest < 0x1p-500) {
            for (double& w : unit) w *= 0x1p500;
            largest *= 0x1p500;
        }
        double squares = 0.0;
        for (const double w : unit) squares += w / largest * (w / largest);
        const double scale = std::sqrt(static_cast<double>(unit_inputs_) / squares) / largest;
        for (double& w : unit) w *= scale;
    }
}

}  // namespace steppe
