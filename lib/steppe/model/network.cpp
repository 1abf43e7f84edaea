#include "steppe/model/network.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "steppe/error.hpp"

namespace steppe {

namespace {

constexpr std::size_t word_bits = PatternSet::word_bits;

std::size_t words_of(std::size_t inputs) {
    return (inputs + word_bits - 1) / word_bits;
}

}  // namespace

std::size_t Network::unit_inputs() const {
    return inputs;
}

std::size_t Network::weight_count() const {
    return unit_inputs() * hidden;
}

std::string Network::name() const {
    return hidden == 1 ? "perceptron" : "committee";
}

void Network::validate() const {
    if (inputs == 0) throw Error("inputs is 0: a network needs at least one");
    if (hidden == 0) throw Error("hidden is 0: a network needs at least one unit");
    if (gate == Gate::Majority && hidden % 2 == 0) {
        throw Error(fmt::format("hidden is {}: a majority needs an odd number of units", hidden));
    }
}

Weights::Weights(std::size_t unit_inputs, std::size_t units)
    : unit_inputs_(unit_inputs), units_(units), words_(units * words_of(unit_inputs), 0) {}

Weights Weights::from_signs(std::size_t unit_inputs, std::size_t units,
                            std::span<const signed char> signs) {
    if (signs.size() != unit_inputs * units) {
        throw Error(fmt::format("{} weights for {} units of {} inputs: there must be {}",
                                signs.size(), units, unit_inputs, unit_inputs * units));
    }
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

int Weights::sign(std::size_t unit, std::size_t i) const {
    return words(unit)[i / word_bits] >> (i % word_bits) & 1 ? 1 : -1;
}

void Weights::set(std::size_t unit, std::size_t i, bool positive) {
    std::uint16_t& word = words_[unit * words_of(unit_inputs_) + i / word_bits];
    const auto bit = static_cast<std::uint16_t>(1u << (i % word_bits));
    word = static_cast<std::uint16_t>(positive ? word | bit : word & ~bit);
}

void Weights::set_word(std::size_t unit, std::size_t w, std::uint16_t bits) {
    const std::size_t there = std::min(word_bits, unit_inputs_ - w * word_bits);
    const std::uint32_t kept = (1u << there) - 1;
    words_[unit * words_of(unit_inputs_) + w] = static_cast<std::uint16_t>(bits & kept);
}

std::span<const std::uint16_t> Weights::words(std::size_t unit) const {
    const std::size_t count = words_of(unit_inputs_);
    return std::span(words_).subspan(unit * count, count);
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

}  // namespace steppe
