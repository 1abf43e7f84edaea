#include "steppe/model/errors.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "steppe/error.hpp"
#include "steppe/model/bit_kernels.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

constexpr std::size_t group_patterns = PatternSet::group_patterns;
/// Groups of patterns per piece of the parallel loop.
constexpr std::size_t grain = 64;

void require_shapes(const Weights& weights, const PatternSet& patterns) {
    if (weights.unit_inputs() != patterns.inputs()) {
        throw Error(fmt::format("the weights have {} inputs a unit, the patterns {}",
                                weights.unit_inputs(), patterns.inputs()));
    }
}

/// The words of one unit, each eight times: the shape of a group of patterns.
std::vector<std::uint16_t> replicate(std::span<const std::uint16_t> words) {
    std::vector<std::uint16_t> out;
    out.reserve(words.size() * group_patterns);
    for (const std::uint16_t word : words) out.insert(out.end(), group_patterns, word);
    return out;
}

/// Calls use(first pattern, number of patterns, unit, z of the eight patterns) for every group.
template <class Use>
void for_each_group(const Weights& weights, const PatternSet& patterns, std::size_t begin,
                    std::size_t end, const std::vector<std::vector<std::uint16_t>>& replicated,
                    const Use& use) {
    const std::size_t size = patterns.words_per_pattern() * group_patterns;
    for (std::size_t g = begin; g < end; ++g) {
        const std::size_t first = g * group_patterns;
        const std::size_t count = std::min(group_patterns, patterns.patterns() - first);
        for (std::size_t k = 0; k < weights.units(); ++k) {
            std::uint32_t differing[group_patterns];
            kernels::count_differing(patterns.words().data() + g * size, replicated[k].data(),
                                     patterns.words_per_pattern(), differing);
            std::int32_t z[group_patterns];
            for (std::size_t r = 0; r < group_patterns; ++r) {
                z[r] = static_cast<std::int32_t>(patterns.inputs()) -
                       2 * static_cast<std::int32_t>(differing[r]);
            }
            use(first, count, k, z);
        }
    }
}

std::vector<std::vector<std::uint16_t>> replicate_units(const Weights& weights) {
    std::vector<std::vector<std::uint16_t>> replicated;
    for (std::size_t k = 0; k < weights.units(); ++k) {
        replicated.push_back(replicate(weights.words(k)));
    }
    return replicated;
}

}  // namespace

void preactivations(const Weights& weights, const PatternSet& patterns,
                    std::span<std::int32_t> out) {
    require_shapes(weights, patterns);
    if (out.size() != weights.units() * patterns.patterns()) {
        throw Error(fmt::format("room for {} pre-activations where there are {}", out.size(),
                                weights.units() * patterns.patterns()));
    }
    const auto replicated = replicate_units(weights);
    parallel_for(patterns.groups(), grain, [&](std::size_t begin, std::size_t end) {
        for_each_group(
            weights, patterns, begin, end, replicated,
            [&](std::size_t first, std::size_t count, std::size_t k, const std::int32_t* z) {
                std::copy(z, z + count, out.data() + k * patterns.patterns() + first);
            });
    });
}

std::size_t count_errors(const Network& network, const Weights& weights,
                         const PatternSet& patterns) {
    network.validate();
    require_shapes(weights, patterns);
    if (weights.units() != network.hidden || weights.unit_inputs() != network.unit_inputs()) {
        throw Error(fmt::format("the weights are {} units of {} inputs, the network {} of {}",
                                weights.units(), weights.unit_inputs(), network.hidden,
                                network.unit_inputs()));
    }
    const auto replicated = replicate_units(weights);
    const auto labels = patterns.labels();
    return static_cast<std::size_t>(
        parallel_sum(patterns.groups(), grain, [&](std::size_t begin, std::size_t end) {
            std::size_t wrong = 0;
            std::int32_t votes[group_patterns] = {};
            for_each_group(
                weights, patterns, begin, end, replicated,
                [&](std::size_t first, std::size_t count, std::size_t k, const std::int32_t* z) {
                    for (std::size_t r = 0; r < count; ++r) {
                        if (k == 0) votes[r] = 0;
                        votes[r] += z[r] > 0 ? 1 : -1;
                        if (k + 1 < weights.units()) continue;
                        const int answer = votes[r] > 0 ? 1 : -1;
                        wrong += answer != (labels.empty() ? 1 : labels[first + r]);
                    }
                });
            return static_cast<double>(wrong);
        }));
}

std::size_t count_errors_plainly(const Network& network, std::span<const signed char> weights,
                                 std::span<const signed char> inputs,
                                 std::span<const signed char> labels) {
    const std::size_t n = network.inputs;
    const std::size_t patterns = inputs.size() / n;
    std::size_t wrong = 0;
    for (std::size_t a = 0; a < patterns; ++a) {
        long votes = 0;
        for (std::size_t k = 0; k < network.hidden; ++k) {
            long z = 0;
            for (std::size_t i = 0; i < n; ++i) z += weights[k * n + i] * inputs[a * n + i];
            votes += z > 0 ? 1 : -1;
        }
        const int answer = votes > 0 ? 1 : -1;
        const int wanted = labels.empty() ? 1 : labels[a];
        if (answer != wanted) ++wrong;
    }
    return wrong;
}

}  // namespace steppe
