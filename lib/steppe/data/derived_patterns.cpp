#include "steppe/data/derived_patterns.hpp"

#include <cmath>
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

void copy_row(const RealPatterns& set, std::size_t a, std::span<float> row) {
    set.copy_inputs(a, 0, row);
}
void copy_row(const PatternSet& set, std::size_t a, std::span<signed char> row) {
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = static_cast<signed char>(set.sign(a, i));
}

/// Inputs of the patterns `which` as they were given, times a factor.
template <class Number, class Set>
std::vector<Number> given_inputs(const Set& set, std::span<const std::size_t> which,
                                 double factor) {
    const std::size_t n = set.inputs();
    std::vector<Number> inputs(which.size() * n);
    parallel_for(which.size(), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = begin; a < end; ++a) {
            const std::span<Number> row = std::span(inputs).subspan(a * n, n);
            copy_row(set, which[a], row);
            const bool turned = !set.turned().empty() && set.turned()[which[a]];
            const double sign = turned ? -factor : factor;
            for (Number& x : row) x = static_cast<Number>(sign * static_cast<double>(x));
        }
    });
    return inputs;
}

Patterns derive(const RealPatterns& set, std::span<const std::size_t> which, double factor) {
    RealPatterns derived = RealPatterns::from_values(set.inputs(), which.size(),
                                                     given_inputs<float>(set, which, factor),
                                                     given_labels(set, which));
    if (!set.turned().empty()) derived = std::move(derived).fold_labels();
    return std::make_shared<const RealPatterns>(std::move(derived));
}

Patterns derive(const PatternSet& set, std::span<const std::size_t> which, double) {
    PatternSet derived = PatternSet::from_signs(set.inputs(), which.size(),
                                                given_inputs<signed char>(set, which, 1.0),
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
