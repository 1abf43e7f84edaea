#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/landscape/estimate.hpp"
#include "steppe/landscape/observer.hpp"
#include "steppe/model/network.hpp"
#include "steppe/model/weights.hpp"

/// Second derivatives of the loss of gradient learning at given weights: wide minima have few and
/// small positive eigenvalues (Baldassi, Pittorino and Zecchina, PNAS 117:161, 2020).
namespace steppe {

/// The loss is that of Surrogate (sgd/surrogate.hpp), the mean over the patterns, as a function of
/// all weights: they are not held to their spheres.
///
/// Why beta = 2 and gamma = 3: there the loss still sees how far a sum is from its threshold. At
/// the end of the schedule of slow gradient descent (200 and 8) it is saturated, and the Hessian is
/// set by the one sum nearest to a threshold: the traces at four solutions of a tree committee (501
/// inputs, three units, load 1) were -0.0005, 56, 104 and 0.007. At 2 and 3 they were 0.10 (fBP to
/// the end of its schedule), 0.13 (fBP stopped at zero errors), 0.27 (slow gradient descent) and
/// 0.73 (LAL), in the order of the errors that noise adds (flatness.hpp); so it was for beta 2 to 5
/// at gamma 3, and on another problem.
struct HessianOptions {
    /// Slope of tanh units, and inverse temperature of the cross-entropy; above 0.
    double beta = 2.0;
    double gamma = 3.0;
    /// Eigenvalues at each end of the spectrum.
    std::size_t extremes = 10;
    /// The full spectrum is taken where it has at most so many eigenvalues besides those that are 0
    /// because no pattern has a part along their vectors: min(n, patterns) for each unit, n its
    /// inputs. Time goes with the cube: 2000 take seconds.
    std::size_t full_up_to = 2000;
    /// Where there are more, but no more than this, negative ones are counted in the whole matrix:
    /// a fifth of that time. Both take 8 bytes a pair of eigenvalues.
    std::size_t count_up_to = 5000;
    /// Else the spectrum is known from random vectors (2 or more for errors), and so many steps of
    /// Lanczos with each; each 1 or more.
    std::size_t probes = 8;
    std::size_t lanczos_steps = 60;
    /// Deviation of the normal law that each eigenvalue is spread to, as part of the width of the
    /// spectrum; above 0. Below 0.6 over the steps of Lanczos their nodes show one by one.
    double broadening = 0.01;
    /// Of the density, at equal steps from one end of the spectrum to the other, and beyond by four
    /// deviations; 2 or more, or 0 for none.
    std::size_t density_points = 200;
    /// Names the random numbers (Stream::Test).
    std::uint64_t seed = 1;
};

struct DensityPoint {
    double eigenvalue = 0.0;
    double density = 0.0;  ///< its integral is 1
};

struct HessianReport {
    double loss = 0.0;
    double gradient_norm = 0.0;
    /// Eigenvalues at the ends, from the outermost inwards. Without the full spectrum those that
    /// are equal to rounding may be there once only, but for the zeros of what no pattern sees.
    std::vector<double> largest, smallest;
    double trace = 0.0;  ///< exact; over the number of weights the mean eigenvalue
    /// Part of the eigenvalues below -1e-6 times the largest in size; exact, with an error of 0, or
    /// over probes: then their nodes are joined by straight lines, which where many eigenvalues
    /// are near 0 were off by up to 0.06, more than the error says.
    Estimate negative_fraction;
    std::vector<DensityPoint> density;
    /// All, ascending, where the full spectrum was taken; else empty.
    std::vector<double> eigenvalues;
    bool converged = true;  ///< the extremes; where not, fewer are there
    std::string note;       ///< what is missing, or ""
};

/// Real weights are scaled to sum_i w_i^2 = n in every unit, so that solutions can be compared; +-1
/// weights are taken as real ones. Labels beside the patterns are folded in where the network folds
/// them. Results do not depend on the number of threads. Throws Error for the parity gate, for
/// shapes or options that make no sense, and where the observer ends it.
HessianReport hessian_report(const Network& network, const Weights& weights,
                             const Patterns& patterns, const HessianOptions& options,
                             const LandscapeObserver& observer = {});

}  // namespace steppe
