#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>

namespace steppe::campaign {

/// Draws; what it gives does not depend on the standard library's distributions.
class Dice {
  public:
    Dice(std::uint64_t seed, std::uint64_t index) {
        std::seed_seq sequence{seed & 0xffffffffu, seed >> 32, index & 0xffffffffu, index >> 32};
        bits_.seed(sequence);
    }

    double uniform() { return static_cast<double>(bits_() >> 11) * 0x1p-53; }
    bool chance(double p) { return uniform() < p; }
    std::size_t between(std::size_t least, std::size_t most) {
        return least + bits_() % (most - least + 1);
    }
    /// Small numbers as often as large ones.
    std::size_t geometric(std::size_t least, std::size_t most) {
        const double ratio = static_cast<double>(most + 1) / static_cast<double>(least);
        const double x = static_cast<double>(least) * std::pow(ratio, uniform());
        return std::min(static_cast<std::size_t>(x), most);
    }
    double geometric_real(double least, double most) {
        return least * std::pow(most / least, uniform());
    }
    double normal() {
        const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
        return radius * std::cos(2.0 * 3.14159265358979323846 * uniform());
    }
    template <class T>
    T of(std::initializer_list<T> all) {
        return all.begin()[between(0, all.size() - 1)];
    }

  private:
    std::mt19937_64 bits_;
};

}  // namespace steppe::campaign
