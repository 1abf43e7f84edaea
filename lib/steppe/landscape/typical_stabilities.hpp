#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/landscape/estimate.hpp"
#include "steppe/landscape/observer.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

struct TypicalStabilitiesOptions {
    /// One that passes messages, or "auto": the one that solve() would take.
    std::string solver = "auto";
    /// Of belief propagation; not set: the table of settings.
    std::optional<Accuracy> accuracy = std::nullopt;
    /// In three equal parts with more damping each; 0: each part as long as a run without focusing.
    std::size_t max_iterations = 0;
    std::uint64_t seed = 1;
    std::size_t bins = 50;  ///< 1 or more, of equal width
    /// Of patterns, for the errors: message passing is repeated without each of them. 0 or 1: no
    /// errors (NaN).
    std::size_t groups = 20;
    /// Where the last bin ends, above the margin; not set: one in a thousand stabilities is beyond.
    std::optional<double> to = std::nullopt;
};

struct TypicalStabilities {
    double from = 0.0, to = 0.0;
    /// Of each bin, mean over the patterns: part of the stabilities in it over its width. Empty
    /// where there is none, for which the note has the reason.
    std::vector<Estimate> density;
    Estimate beyond;   ///< the part above `to`
    Estimate mean;     ///< of the stabilities
    Estimate overlap;  ///< q, mean square of the means of the weights: of two typical solutions
    std::string solver;
    bool converged = false;
    std::size_t iterations = 0;
    std::string note;
};

/// How far typical solutions store the patterns: the distribution of h = z/sqrt(n) over patterns
/// and over all weights of one unit that store them, labels folded in. No weights are needed: at a
/// fixed point without focusing the messages hold, for each pattern a, mean and variance of h under
/// all solutions of the other patterns, and among those that store it as well it has the density
///
///     p_a(h) = phi_V(h - omega_a) / H((kappa_a - omega_a)/sqrt(V)),  h > kappa_a,
///
/// phi_V the normal density of variance V (cavity method; the mean over the patterns is Gardner's
/// and Kepler and Abbott's distribution for many inputs, J. Phys. France 49:1657, 1988). Bins are
/// integrals of it, not counts of samples. kappa_a is the network's margin; where sums of +-1 can
/// be exactly at it, the middle between it and the next sum, as in all that messages say of them.
///
/// Errors are how much the numbers differ between independent sets of as many patterns, by the
/// jackknife over groups of patterns: as all patterns act on the same weights, and through them on
/// each other, their scatter alone would come out up to 2.5 times too small. In expectation the
/// jackknife is not too small (Efron and Stein, Ann. Statist. 9:586, 1981). NaN where messages do
/// not settle without one of the groups.
///
/// Patterns that repeat others count once. Results do not depend on the number of threads. Throws
/// Error for more than one unit, options that make no sense, and where the observer ends it.
TypicalStabilities typical_stabilities(const Network& network, const Patterns& patterns,
                                       const TypicalStabilitiesOptions& options = {},
                                       const LandscapeObserver& observer = {});

/// Why this network has none; "" where it has.
std::string why_no_typical_stabilities(const Network& network);

}  // namespace steppe
