#include "steppe/data/derived_patterns.hpp"

#include <cmath>
#include <cstdint>
#include <numeric>
#include <type_traits>
#include <utility>
#include <vector>

#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

constexpr std::size_t grain = 64;

/// The label of pattern a as it was given.
template <class Set>
signed char given_label(const Set& set, std::size_t a) {
    if (!set.labels().empty()) return set.labels()[a];
    return !set.turned().empty() && set.turned()[a] ? -1 : 1;
}

template <class Set>
std::vector<signed char> given_labels(const Set& set, std::span<const std::size_t> which) {
    if (set.labels().empty() && set.turned().empty()) return {};
    std::vector<signed char> labels;
    labels.reserve(which.size());
    for (const std::size_t a : which) labels.push_back(given_label(set, a));
    return labels;
}

/// Inputs of the patterns `which` as they were given, times a factor.
std::vector<float> given_inputs(const RealPatterns& set, std::span<const std::size_t> which,
                                double factor) {
    const std::size_t n = set.inputs();
    std::vector<float> inputs(which.size() * n);
    parallel_for(which.size(), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = begin; a < end; ++a) {
            const std::span<float> row = std::span(inputs).subspan(a * n, n);
            set.copy_inputs(which[a], 0, row);
            const bool turned = !set.turned().empty() && set.turned()[which[a]];
            const double sign = turned ? -factor : factor;
            for (float& x : row) x = static_cast<float>(sign * static_cast<double>(x));
        }
    });
    return inputs;
}

Patterns derive(const RealPatterns& set, std::span<const std::size_t> which, double factor) {
    RealPatterns derived = RealPatterns::from_values(
        set.inputs(), which.size(), given_inputs(set, which, factor), given_labels(set, which));
    if (!set.turned().empty()) derived = std::move(derived).fold_labels();
    return std::make_shared<const RealPatterns>(std::move(derived));
}

/// Words of the patterns `which` as they were given, in the layout of a set.
std::vector<std::uint16_t> given_words(const PatternSet& set, std::span<const std::size_t> which) {
    constexpr std::size_t group = PatternSet::group_patterns, bits = PatternSet::word_bits;
    const std::size_t words = set.words_per_pattern();
    const std::size_t groups = (which.size() + group - 1) / group;
    const auto at = [words](std::size_t a, std::size_t w) {
        return (a / group * words + w) * group + a % group;
    };
    const std::size_t last = set.inputs() - (words - 1) * bits;
    const auto last_mask = static_cast<std::uint16_t>((1u << last) - 1u);
    std::vector<std::uint16_t> out(groups * words * group, 0);
    parallel_for(which.size(), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = begin; a < end; ++a) {
            const bool turned = !set.turned().empty() && set.turned()[which[a]];
            const std::uint16_t turns = turned ? 0xffff : 0;
            for (std::size_t w = 0; w < words; ++w) {
                const auto word = static_cast<std::uint16_t>(set.words()[at(which[a], w)] ^ turns);
                out[at(a, w)] =
                    w + 1 == words ? static_cast<std::uint16_t>(word & last_mask) : word;
            }
        }
    });
    return out;
}

Patterns derive(const PatternSet& set, std::span<const std::size_t> which, double) {
    PatternSet derived = PatternSet::from_words(set.inputs(), which.size(), given_words(set, which),
                                                given_labels(set, which));
    if (!set.turned().empty()) derived = std::move(derived).fold_labels();
    return std::make_shared<const PatternSet>(std::move(derived));
}

double root_mean_square_of(const RealPatterns& set) {
    const std::size_t n = set.inputs();
    const double sum = parallel_sum(set.patterns(), grain, [&](std::size_t begin, std::size_t end) {
        double squares = 0.0;
        for (const float x : set.values().subspan(begin * n, (end - begin) * n)) {
            squares += static_cast<double>(x) * static_cast<double>(x);
        }
        return squares;
    });
    return std::sqrt(sum / (static_cast<double>(n) * static_cast<double>(set.patterns())));
}

}  // namespace

double root_mean_square(const Patterns& patterns) {
    return patterns.visit([](const auto& set) {
        if constexpr (std::is_same_v<std::decay_t<decltype(*set)>, PatternSet>) {
            return 1.0;
        } else {
            return root_mean_square_of(*set);
        }
    });
}
Patterns scaled(const Patterns& patterns, double factor) {
    if (!patterns.real() || factor == 1.0) return patterns;
    std::vector<std::size_t> all(patterns.patterns());
    std::iota(all.begin(), all.end(), 0);
    return patterns.visit([&](const auto& set) { return derive(*set, all, factor); });
}

Patterns selected(const Patterns& patterns, std::span<const std::size_t> which) {
    return patterns.visit([&](const auto& set) { return derive(*set, which, 1.0); });
}

}  // namespace steppe
