#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace steppe {

/// What a weight may be.
enum class WeightKind {
    Binary,    ///< +1 or -1
    Spherical  ///< real, with sum_i w_i^2 = inputs in every unit
};

/// Weights of a network, unit by unit. Binary ones are kept as one bit each: bit 1 is +1; words of
/// 16 as in PatternSet, padding bits 0. Real ones are kept in double precision.
class Weights {
  public:
    /// Binary weights, all -1.
    Weights(std::size_t unit_inputs, std::size_t units);
    /// signs: unit by unit, +1 or -1 (size unit_inputs * units); throws Error otherwise.
    static Weights from_signs(std::size_t unit_inputs, std::size_t units,
                              std::span<const signed char> signs);
    /// Real weights: finite values, unit by unit (size unit_inputs * units); throws Error
    /// otherwise. The values are kept as they are: see normalise().
    static Weights from_values(std::size_t unit_inputs, std::size_t units,
                               std::vector<double> values);

    WeightKind kind() const { return values_.empty() ? WeightKind::Binary : WeightKind::Spherical; }
    std::size_t unit_inputs() const { return unit_inputs_; }
    std::size_t units() const { return units_; }
    std::size_t size() const { return unit_inputs_ * units_; }
    /// Weight i of a unit, of either kind.
    double value(std::size_t unit, std::size_t i) const {
        return values_.empty() ? sign(unit, i) : values_[unit * unit_inputs_ + i];
    }
    /// All weights of either kind, unit by unit.
    std::vector<double> values() const;

    // Of binary weights.
    int sign(std::size_t unit, std::size_t i) const {
        return words_[unit * unit_words() + i / word_bits] >> (i % word_bits) & 1 ? 1 : -1;
    }
    void set(std::size_t unit, std::size_t i, bool positive);
    /// Sixteen weights at once: i = 16 w on, from the lowest bit; bits past the last are dropped.
    void set_word(std::size_t unit, std::size_t w, std::uint16_t bits);
    /// Words of one unit.
    std::span<const std::uint16_t> words(std::size_t unit) const {
        return std::span(words_).subspan(unit * unit_words(), unit_words());
    }
    std::vector<signed char> signs() const;

    // Of real weights.
    std::span<const double> unit_values(std::size_t unit) const {
        return std::span(values_).subspan(unit * unit_inputs_, unit_inputs_);
    }
    /// Scales every unit to sum_i w_i^2 = unit_inputs; a unit of zeros stays as it is.
    void normalise();

    bool operator==(const Weights&) const = default;

  private:
    static constexpr std::size_t word_bits = 16;
    std::size_t unit_words() const { return (unit_inputs_ + word_bits - 1) / word_bits; }

    std::size_t unit_inputs_;
    std::size_t units_;
    std::vector<std::uint16_t> words_;  ///< of binary weights, else empty
    std::vector<double> values_;        ///< of real weights, else empty
};

}  // namespace steppe
