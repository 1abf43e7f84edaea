#pragma once

#include <vector>

#include "steppe/landscape/estimate.hpp"
#include "steppe/study/run_study.hpp"
#include "steppe/study/statistics.hpp"

/// The numbers of a report (internal; not installed). Solutions count where every pattern is
/// stored, or where the study says that all do.
namespace steppe {

using Rows = std::vector<const MeasureJson*>;

/// Rows of an arm that count.
Rows rows_of(const StudyResults& results, const Arm& arm);

/// What failed, a sentence each: runs whose solver threw Error, and measures that could not be
/// taken.
std::vector<std::string> failures(const StudyResults& results);

/// A mean over training sets of the means of their solutions, with its standard error over training
/// sets (NaN of fewer than two), and over how many. Without any the mean is NaN.
struct SetMean {
    Estimate estimate;
    std::size_t sets = 0;
};
SetMean mean_of(const Quantity& quantity, const Rows& rows);

/// The same of the difference between two arms, over the training sets on which both have values.
SetMean difference_of(const Quantity& quantity, const Rows& rows, const Rows& less);

/// Standard deviation of single solutions, of all training sets; NaN of fewer than two.
double spread_of(const Quantity& quantity, const Rows& rows);

/// Of a quantity with the test error, over all solutions, and within training sets.
struct CorrelationPair {
    Correlation over_all, within;
};
CorrelationPair correlation_with_test(const Quantity& quantity, const Rows& rows);

}  // namespace steppe
