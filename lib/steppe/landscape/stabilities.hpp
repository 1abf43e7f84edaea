#pragma once

#include <cstddef>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/model/network.hpp"
#include "steppe/model/weights.hpp"

namespace steppe {

/// z/sqrt(n) of each unit on each pattern, n the inputs of a unit: [unit * patterns + a]. Of one
/// unit and folded labels it is the stability of a pattern: above the margin where it is stored.
/// Throws Error when the shapes disagree.
std::vector<double> stabilities(const Network& network, const Weights& weights,
                                const Patterns& patterns);

/// Counts of values in equal bins; those outside stand in the first and the last.
struct Histogram {
    double from = 0.0, to = 0.0;
    std::vector<std::size_t> counts;
};

/// bins >= 1 over [from, to], from < to; throws Error otherwise.
Histogram histogram_of(const std::vector<double>& values, double from, double to, std::size_t bins);

}  // namespace steppe
