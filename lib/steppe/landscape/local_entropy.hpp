#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/landscape/observer.hpp"
#include "steppe/model/network.hpp"
#include "steppe/model/weights.hpp"

/// How many solutions there are at a distance from given weights (Baldassi, Pittorino and Zecchina,
/// PNAS 117:161, 2020): the wider the region that they lie in, the more.
namespace steppe {

struct LocalEntropyPoint;

struct LocalEntropyOptions {
    /// One that passes messages, or "auto": the one that solve() would take.
    std::string solver = "auto";
    /// Of belief propagation; not set: the table of settings.
    std::optional<Accuracy> accuracy;
    /// External fields along the weights, of either sign, 1e9 at most in size: each holds the
    /// solutions at a distance, the larger the nearer.
    std::vector<double> fields;
    /// Of each field, in three equal parts with more damping each; 0: each part as long as a run
    /// without focusing.
    std::size_t max_iterations = 0;
    std::uint64_t seed = 1;
    /// Told each point as soon as it is there, before the observer, which may end the measure.
    std::function<void(const LocalEntropyPoint&)> found = {};
};

struct LocalEntropyPoint {
    double field = 0.0;
    /// Mean overlap of the solutions with the weights, sum_i w_i m_i over the number of weights.
    double overlap = 0.0;
    /// (1 - overlap)/2: of +-1 weights the part that differs.
    double distance = 0.0;
    /// (1 - q)/2, q the mean square of the means m_i: of +-1 weights the part in which two of those
    /// solutions differ. With real weights they may differ in length too.
    double mutual_distance = 0.0;
    /// Free entropy less field times overlap, nats per weight: the logarithm of the number of
    /// solutions at that distance; of real weights of their volume, relative to the sphere. NaN
    /// where there is none.
    double entropy = 0.0;
    /// Without patterns, which no entropy is above: -d ln d - (1 - d) ln(1 - d) of +-1 weights,
    /// ln(1 - overlap^2)/2 of real ones.
    double bound = 0.0;
    bool converged = false;
    /// Why there is no entropy; or that the weights are frozen: they are certain though the field
    /// alone would leave them free, and the entropy, about 0, is that of the one solution that the
    /// messages see, not of those round it; or "".
    std::string note;
    std::size_t iterations = 0;
};

/// A point for each field. Patterns that repeat others count once. Throws Error for shapes or
/// options that make no sense, and where the observer ends it.
std::vector<LocalEntropyPoint> local_entropy(const Network& network, const Weights& weights,
                                             const Patterns& patterns,
                                             const LocalEntropyOptions& options,
                                             const LandscapeObserver& observer = {});

/// A point for each distance, above 0 and below 1: the field that holds the solutions there is
/// found, to 1e-5 of the distance. Where none does, because the distance jumps with the field, the
/// point has no entropy and says so. options.fields must be empty.
std::vector<LocalEntropyPoint> local_entropy_at(const Network& network, const Weights& weights,
                                                const Patterns& patterns,
                                                const std::vector<double>& distances,
                                                const LocalEntropyOptions& options,
                                                const LandscapeObserver& observer = {});

}  // namespace steppe
