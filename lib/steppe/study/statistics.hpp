#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// What solutions have in common, in numbers (internal; not installed).
namespace steppe {

struct Correlation {
    double value = 0.0;              ///< NaN of fewer than 4 pairs, or where one side is constant
    double least = 0.0, most = 0.0;  ///< its 95 % interval
    std::size_t count = 0;           ///< pairs
};

/// Ranks from 1; equal values share the mean of theirs.
std::vector<double> ranks_of(std::span<const double> values);

/// Spearman's rank correlation; the interval by Fisher's transformation with the standard error
/// sqrt((1 + r^2/2)/(n - 3)) of Bonett and Wright (Psychometrika 65:23, 2000).
Correlation rank_correlation(std::span<const double> x, std::span<const double> y);

/// The same within groups: ranks are taken within each, less their mean there, and correlated over
/// all; each group costs a degree of freedom.
Correlation rank_correlation_within(std::span<const double> x, std::span<const double> y,
                                    std::span<const std::size_t> group);

}  // namespace steppe
