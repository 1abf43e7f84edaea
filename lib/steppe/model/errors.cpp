#include "steppe/model/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "steppe/error.hpp"
#include "steppe/model/bit_kernels.hpp"
#include "steppe/model/require_weights.hpp"
#include "steppe/numeric/bit_products.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

constexpr std::size_t word_bits = PatternSet::word_bits;
constexpr std::size_t group_patterns = PatternSet::group_patterns;
/// Groups of patterns per piece of the parallel loop.
constexpr std::size_t grain = 64;

/// Sums z of one unit on the patterns of one group: whole numbers where weights are +-1.
template <class Sum>
using GroupSums = std::array<Sum, group_patterns>;

void require_shapes(const Network& network, const Weights& weights, std::size_t inputs) {
    network.validate();
    if (network.inputs != inputs) {
        throw Error(
            fmt::format("the network has {} inputs, the patterns {}", network.inputs, inputs));
    }
    require_weights(network, weights);
}

/// The bits of one unit of binary weights in place over those of the patterns: each word eight
/// times, which is the shape of a group of patterns.
class UnitBits {
  public:
    UnitBits(const Network& network, const Weights& weights, std::size_t unit)
        : inputs_(static_cast<std::int32_t>(weights.unit_inputs())),
          first_word_(network.first_input(unit) / word_bits) {
        const std::size_t offset = network.first_input(unit) % word_bits;
        words_ = (offset + weights.unit_inputs() + word_bits - 1) / word_bits;
        const std::span<const std::uint16_t> own = weights.words(unit);
        const auto word = [&](std::size_t w) { return w < own.size() ? own[w] : 0u; };
        for (std::size_t w = 0; w < words_; ++w) {
            const std::uint32_t low = w > 0 ? word(w - 1) : 0u;
            const auto moved =
                static_cast<std::uint16_t>((word(w) << 16 | low) >> (word_bits - offset));
            bits_.insert(bits_.end(), group_patterns, moved);
        }
        before_ = static_cast<std::uint16_t>((1u << offset) - 1u);
        // Behind the last input of all there are no set bits.
        const std::size_t end = network.first_input(unit) + weights.unit_inputs();
        const std::size_t used = (end - 1) % word_bits + 1;
        if (end < network.inputs) after_ = static_cast<std::uint16_t>(~((1u << used) - 1u));
    }

    GroupSums<std::int32_t> operator()(const PatternSet& patterns, std::size_t g) const {
        const std::uint16_t* group =
            patterns.words().data() +
            (g * patterns.words_per_pattern() + first_word_) * group_patterns;
        std::uint32_t differing[group_patterns];
        kernels::count_differing(group, bits_.data(), words_, differing);
        GroupSums<std::int32_t> z;
        for (std::size_t r = 0; r < group_patterns; ++r) {
            z[r] = inputs_ - 2 * static_cast<std::int32_t>(differing[r]);
        }
        if (before_ == 0 && after_ == 0) return z;
        const std::uint16_t* last = group + (words_ - 1) * group_patterns;
        for (std::size_t r = 0; r < group_patterns; ++r) {
            // Bits of other units' inputs were counted where they are set: ours are 0 there.
            z[r] += 2 * (std::popcount(static_cast<unsigned>(group[r] & before_)) +
                         std::popcount(static_cast<unsigned>(last[r] & after_)));
        }
        return z;
    }

  private:
    std::int32_t inputs_;
    std::size_t first_word_, words_ = 0;
    std::uint16_t before_ = 0, after_ = 0;
    std::vector<std::uint16_t> bits_;
};

std::vector<UnitBits> bits_of_units(const Network& network, const Weights& weights) {
    std::vector<UnitBits> units;
    for (std::size_t k = 0; k < weights.units(); ++k) units.emplace_back(network, weights, k);
    return units;
}

double sum_in_double(const Network& network, const Weights& weights, const PatternSet& patterns,
                     std::size_t k, std::size_t a) {
    const std::span<const double> w = weights.unit_values(k);
    const std::size_t first = network.first_input(k);
    double z = 0.0;
    for (std::size_t i = 0; i < w.size(); ++i) z += patterns.sign(a, first + i) * w[i];
    return z;
}

double sum_in_double(const Network& network, const Weights& weights, const RealPatterns& patterns,
                     std::size_t k, std::size_t a) {
    const float* x = patterns.values().data() + a * patterns.inputs() + network.first_input(k);
    double z = 0.0;
    for (std::size_t i = 0; i < weights.unit_inputs(); ++i) {
        z += static_cast<double>(x[i]) * weights.value(k, i);
    }
    return z;
}

/// Sums of real weights over +-1 inputs: single precision, and double where that could decide the
/// sign of |z| - bound wrongly.
class RealSums {
  public:
    RealSums(const Network& network, const Weights& weights, const PatternSet& patterns)
        : network_(network), weights_(weights), patterns_(patterns) {
        const bool tree = network.wiring == Wiring::Tree;
        const std::size_t calls = tree ? weights.units() : 1;
        const std::size_t sides = tree ? 1 : weights.units();
        for (std::size_t c = 0; c < calls; ++c) {
            const std::size_t first = network.first_input(c), offset = first % word_bits;
            BitProducts products(
                {patterns.words(), patterns.patterns(), patterns.words_per_pattern(),
                 first / word_bits, offset + weights.unit_inputs()},
                sides);
            std::vector<float> x(sides * products.padded_columns(), 0.0f);
            for (std::size_t s = 0; s < sides; ++s) {
                double size = 0.0;
                const std::span<const double> w = weights.unit_values(c + s);
                for (std::size_t i = 0; i < w.size(); ++i) {
                    x[s * products.padded_columns() + offset + i] = static_cast<float>(w[i]);
                    size += std::abs(w[i]);
                }
                doubtful_.push_back(rounding * size);
            }
            sums_.emplace_back(sides * products.padded_rows());
            products.multiply(x, sums_.back());
        }
    }

    GroupSums<double> operator()(std::size_t k, std::size_t g) const {
        const bool tree = network_.wiring == Wiring::Tree;
        const std::vector<float>& sums = sums_[tree ? k : 0];
        const std::size_t stride = tree ? sums.size() : sums.size() / weights_.units();
        const float* z = sums.data() + (tree ? 0 : k * stride) + g * group_patterns;
        GroupSums<double> out;
        for (std::size_t r = 0; r < group_patterns; ++r) {
            out[r] = static_cast<double>(z[r]);
            const std::size_t a = g * group_patterns + r;
            if (a < patterns_.patterns() &&
                std::abs(std::abs(out[r]) - std::abs(network_.threshold())) < doubtful_[k]) {
                out[r] = sum_in_double(network_, weights_, patterns_, k, a);
            }
        }
        return out;
    }

    /// How far the sums of all units together may be wrong.
    double doubtful() const { return std::accumulate(doubtful_.begin(), doubtful_.end(), 0.0); }

  private:
    /// Of a sum in single precision, in parts of sum |w|: some hundred roundings.
    static constexpr double rounding = 1e-5;
    const Network& network_;
    const Weights& weights_;
    const PatternSet& patterns_;
    std::vector<double> doubtful_;
    std::vector<std::vector<float>> sums_;
};

/// What a sum has to exceed, in its own numbers.
template <class Sum>
Sum threshold_for(double threshold) {
    if constexpr (std::is_integral_v<Sum>) {
        constexpr double most = std::numeric_limits<Sum>::max();
        return static_cast<Sum>(std::clamp(std::floor(threshold), -most, most));
    } else {
        return threshold;
    }
}

/// Wanted outputs and ties of the patterns of one group.
struct Wanted {
    std::array<int, group_patterns> label;
    /// Whether a unit whose sum is exactly at the threshold answers +1; 1 or 0.
    std::array<std::uint32_t, group_patterns> tie;

    template <class Set>
    Wanted(const Network& network, const Set& patterns, std::size_t begin, std::size_t end) {
        label.fill(1);
        tie.fill(0);
        const bool labelled = !patterns.labels().empty(), folds = network.folds_labels();
        for (std::size_t a = begin; a < end; ++a) {
            if (labelled) label[a - begin] = patterns.labels()[a];
            const bool was_turned = !patterns.turned().empty() && patterns.turned()[a] != 0;
            const bool turns = folds && label[a - begin] < 0;
            tie[a - begin] = network.tie_is_positive(was_turned != turns);
        }
    }
};

/// Counts patterns [begin, end), of one group, whose answer is wrong; sums(k) are z of the group.
template <class Set, class Sums>
std::size_t wrong_of_group(const Network& network, const Set& patterns, std::size_t begin,
                           std::size_t end, const Sums& sums) {
    using Sum = typename decltype(sums(0))::value_type;
    const bool folds = network.folds_labels();
    const Sum threshold = threshold_for<Sum>(network.threshold());
    const Wanted wanted(network, patterns, begin, end);
    std::array<std::uint32_t, group_patterns> positive{};
    for (std::size_t k = 0; k < network.hidden; ++k) {
        const GroupSums<Sum> z = sums(k);
        for (std::size_t r = 0; r < group_patterns; ++r) {
            const Sum at = folds ? static_cast<Sum>(wanted.label[r]) * z[r] : z[r];
            positive[r] += (at > threshold) | (wanted.tie[r] & (at == threshold));
        }
    }
    std::size_t wrong = 0;
    for (std::size_t r = 0; r < end - begin; ++r) {
        wrong += network.answer(positive[r]) != (folds ? 1 : wanted.label[r]);
    }
    return wrong;
}

/// The same for all patterns; sums(k, g) are z of unit k on group g.
template <class Set, class Sums>
std::size_t count(const Network& network, const Set& set, const Sums& sums) {
    const std::size_t patterns = set.patterns();
    const std::size_t groups = (patterns + group_patterns - 1) / group_patterns;
    return static_cast<std::size_t>(
        parallel_sum(groups, grain, [&](std::size_t begin, std::size_t end) {
            std::size_t wrong = 0;
            for (std::size_t g = begin; g < end; ++g) {
                const std::size_t first = g * group_patterns;
                wrong +=
                    wrong_of_group(network, set, first, std::min(first + group_patterns, patterns),
                                   [&](std::size_t k) { return sums(k, g); });
            }
            return static_cast<double>(wrong);
        }));
}

/// Of ReLU units, whose answer is the sign of a sum of real numbers: the sums are those of `count`,
/// and answers closer to 0 than `doubtful` are computed again in double.
template <class Set, class Sums>
std::size_t count_relu(const Network& network, const Weights& weights, const Set& patterns,
                       double doubtful, const Sums& sums) {
    const auto answer = [&](const auto& z_of_unit) {
        double s = 0.0;
        for (std::size_t k = 0; k < network.hidden; ++k) {
            const double z = z_of_unit(k);
            if (z > 0.0) s += Network::output_weight(k) * z;
        }
        return s;
    };
    const std::size_t groups = (patterns.patterns() + group_patterns - 1) / group_patterns;
    return static_cast<std::size_t>(
        parallel_sum(groups, grain, [&](std::size_t begin, std::size_t end) {
            std::size_t wrong = 0;
            std::vector<GroupSums<double>> z(network.hidden);
            for (std::size_t g = begin; g < end; ++g) {
                for (std::size_t k = 0; k < network.hidden; ++k) z[k] = sums(k, g);
                const std::size_t first = g * group_patterns;
                const std::size_t last = std::min(first + group_patterns, patterns.patterns());
                for (std::size_t a = first; a < last; ++a) {
                    double s = answer([&](std::size_t k) { return z[k][a - first]; });
                    if (std::abs(s) < doubtful) {
                        s = answer([&](std::size_t k) {
                            return sum_in_double(network, weights, patterns, k, a);
                        });
                    }
                    const int label = patterns.labels().empty() ? 1 : patterns.labels()[a];
                    wrong += (s > 0.0) != (label > 0);
                }
            }
            return static_cast<double>(wrong);
        }));
}

template <class Input>
std::size_t count_plainly(const Network& network, std::span<const double> weights,
                          std::span<const Input> inputs, std::span<const signed char> labels) {
    const std::size_t n = network.inputs;
    const std::size_t seen = network.wiring == Wiring::Tree ? n / network.hidden : n;
    const double threshold = network.margin * std::sqrt(static_cast<double>(seen));
    const bool parity = network.gate == Gate::Parity;
    const bool folds = !(parity && network.hidden % 2 == 0);
    std::size_t wrong = 0;
    for (std::size_t a = 0; a < inputs.size() / n; ++a) {
        const int label = labels.empty() ? 1 : labels[a];
        long votes = 0;
        int product = 1;
        double relu = 0.0;
        for (std::size_t k = 0; k < network.hidden; ++k) {
            const std::size_t first = network.wiring == Wiring::Tree ? k * seen : 0;
            double z = 0;
            for (std::size_t i = 0; i < seen; ++i) {
                z += weights[k * seen + i] * static_cast<double>(inputs[a * n + first + i]);
            }
            if (z > 0.0) relu += k % 2 == 0 ? z : -z;
            // The unit answers the pattern as it was given; a margin is asked of it with its label.
            int output = z > threshold ? 1 : -1;
            if (folds && label < 0) output = threshold == 0.0 ? -output : -z > threshold ? 1 : -1;
            votes += output;
            product *= output;
        }
        if (network.activation == Activation::Relu) {
            if ((relu > 0.0) != (label > 0)) ++wrong;
            continue;
        }
        const int answer = parity ? product : votes > 0 ? 1 : -1;
        if (answer != (folds ? 1 : label)) ++wrong;
    }
    return wrong;
}

template <class Set>
void require_room(const Weights& weights, const Set& patterns, std::span<double> out) {
    if (out.size() == weights.units() * patterns.patterns()) return;
    throw Error(fmt::format("room for {} pre-activations where there are {}", out.size(),
                            weights.units() * patterns.patterns()));
}

template <class Set>
void sums_in_double(const Network& network, const Weights& weights, const Set& patterns,
                    std::span<double> out) {
    parallel_for(patterns.patterns(), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = 0; k < weights.units(); ++k) {
            for (std::size_t a = begin; a < end; ++a) {
                out[k * patterns.patterns() + a] = sum_in_double(network, weights, patterns, k, a);
            }
        }
    });
}

}  // namespace

void preactivations(const Network& network, const Weights& weights, const PatternSet& patterns,
                    std::span<double> out) {
    require_shapes(network, weights, patterns.inputs());
    require_room(weights, patterns, out);
    if (weights.kind() == WeightKind::Spherical) {
        sums_in_double(network, weights, patterns, out);
        return;
    }
    const std::vector<UnitBits> units = bits_of_units(network, weights);
    parallel_for(patterns.groups(), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t g = begin; g < end; ++g) {
            const std::size_t first = g * group_patterns;
            const std::size_t there = std::min(group_patterns, patterns.patterns() - first);
            for (std::size_t k = 0; k < weights.units(); ++k) {
                const GroupSums<std::int32_t> z = units[k](patterns, g);
                std::copy_n(z.begin(), there, out.data() + k * patterns.patterns() + first);
            }
        }
    });
}

void preactivations(const Network& network, const Weights& weights, const RealPatterns& patterns,
                    std::span<double> out) {
    require_shapes(network, weights, patterns.inputs());
    require_room(weights, patterns, out);
    sums_in_double(network, weights, patterns, out);
}

std::size_t count_errors(const Network& network, const Weights& weights,
                         const PatternSet& patterns) {
    require_shapes(network, weights, patterns.inputs());
    if (weights.kind() == WeightKind::Spherical) {
        const RealSums sums(network, weights, patterns);
        return network.activation == Activation::Relu
                   ? count_relu(network, weights, patterns, sums.doubtful(), sums)
                   : count(network, patterns, sums);
    }
    const std::vector<UnitBits> units = bits_of_units(network, weights);
    return count(network, patterns,
                 [&](std::size_t k, std::size_t g) { return units[k](patterns, g); });
}

std::size_t count_errors(const Network& network, const Weights& weights,
                         const RealPatterns& patterns) {
    require_shapes(network, weights, patterns.inputs());
    const auto sums = [&](std::size_t k, std::size_t g) {
        GroupSums<double> z{};
        const std::size_t first = g * group_patterns;
        for (std::size_t a = first; a < std::min(first + group_patterns, patterns.patterns());
             ++a) {
            z[a - first] = sum_in_double(network, weights, patterns, k, a);
        }
        return z;
    };
    return network.activation == Activation::Relu
               ? count_relu(network, weights, patterns, 0.0, sums)
               : count(network, patterns, sums);
}

std::size_t count_errors_plainly(const Network& network, std::span<const double> weights,
                                 std::span<const signed char> inputs,
                                 std::span<const signed char> labels) {
    return count_plainly(network, weights, inputs, labels);
}

std::size_t count_errors_plainly(const Network& network, std::span<const double> weights,
                                 std::span<const float> inputs,
                                 std::span<const signed char> labels) {
    return count_plainly(network, weights, inputs, labels);
}

}  // namespace steppe
