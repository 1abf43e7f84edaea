#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "steppe/data/pattern_set.hpp"

namespace steppe {

enum class Wiring { Full };        ///< which inputs a hidden unit sees
enum class Gate { Majority };      ///< how the units' outputs become one answer (one unit: itself)
enum class WeightKind { Binary };  ///< what a weight may be

/// What a network is. One hidden unit is the perceptron, more are a committee.
struct Network {
    std::size_t inputs = 0;
    std::size_t hidden = 1;
    Wiring wiring = Wiring::Full;
    Gate gate = Gate::Majority;
    WeightKind weights = WeightKind::Binary;

    /// Inputs that one unit sees.
    std::size_t unit_inputs() const;
    /// Number of weights of the whole network: load = patterns / weights.
    std::size_t weight_count() const;
    /// "perceptron" or "committee".
    std::string name() const;
    /// Throws Error naming the value that is wrong: inputs 0, hidden 0, an even number of units
    /// under the majority gate.
    void validate() const;
};

/// Binary weights of a network, one bit each: bit 1 is +1; words of 16 as in PatternSet, unit by
/// unit, padding bits 0.
class Weights {
  public:
    /// All weights -1.
    Weights(std::size_t unit_inputs, std::size_t units);
    /// signs: unit by unit, +1 or -1 (size unit_inputs * units); throws Error otherwise.
    static Weights from_signs(std::size_t unit_inputs, std::size_t units,
                              std::span<const signed char> signs);

    std::size_t unit_inputs() const { return unit_inputs_; }
    std::size_t units() const { return units_; }
    std::size_t size() const { return unit_inputs_ * units_; }
    int sign(std::size_t unit, std::size_t i) const;
    void set(std::size_t unit, std::size_t i, bool positive);
    /// Sixteen weights at once: i = 16 w on, from the lowest bit; bits past the last are dropped.
    void set_word(std::size_t unit, std::size_t w, std::uint16_t bits);
    /// Words of one unit.
    std::span<const std::uint16_t> words(std::size_t unit) const;
    std::vector<signed char> signs() const;
    bool operator==(const Weights&) const = default;

  private:
    std::size_t unit_inputs_;
    std::size_t units_;
    std::vector<std::uint16_t> words_;
};

}  // namespace steppe
