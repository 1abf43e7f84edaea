#pragma once

#include <cstddef>
#include <cstdint>

#include "steppe/data/patterns.hpp"
#include "steppe/landscape/observer.hpp"
#include "steppe/model/network.hpp"
#include "steppe/model/weights.hpp"

namespace steppe {

struct DiffusionOptions {
    /// Names the path: solutions of different seeds are independent.
    std::uint64_t seed = 1;
    /// Where it ends; above 0, at most 1e6. Stabilities are then blurred by 1/sqrt(end_time), which
    /// has to be less than the distances from the margin that matter: at 100 the barriers between
    /// two solutions at margin -0.5 come out at half their height or less.
    double end_time = 10'000.0;
    /// dt/(1 + t) of a step, above 0 and at most 1. What it spoils falls with its square: at load
    /// 2 and margin -0.5 the overlap of two solutions, 0.508, comes out as 0.529 with 0.4, 0.516
    /// with 0.2 and 0.510 with 0.1.
    double step = 0.05;
    /// Most iterations of message passing at a step; 1 or more.
    std::size_t iterations_per_step = 50;
    /// A step is done when nothing moves by more than this in an iteration (without damping);
    /// above 0.
    double tolerance = 1e-2;
    /// Of message passing, in [0, 1).
    double damping = 0.0;

    /// Throws Error naming the field and the value it rejects.
    void validate() const;
};

struct TypicalSolution {
    Weights weights;  ///< normalised
    /// Patterns that they do not store with the network's margin.
    std::size_t errors = 0;
    /// q at the end, mean square of the means: near 1 where the path has come to one solution.
    double overlap = 0.0;
    std::size_t steps = 0, iterations = 0;
    /// Steps at which message passing did not settle.
    std::size_t unsettled = 0;

    bool converged() const { return unsettled == 0; }
};

/// Weights of one unit drawn at random, all but exactly, from all that store the patterns: those
/// that are many, whereas solvers find those that are rare and wide. By diffusion (El Alaoui,
/// Montanari and Sellke, FOCS 2022; algorithmic stochastic localization): were w such weights, a
/// signal y(t) = t w + noise of variance t would move as
///
///     y(t + dt) = y(t) + m(y, t) dt + sqrt(dt) normal,
///
/// m the mean of w given y, and y/t tends to w. That mean is the one of approximate message passing
/// with y as external field: P(w | y) is that of the solutions times exp(y w - t |w|^2/2), and on
/// the sphere the second part is the same for all w. Messages go on from where they were. A step
/// is one of Heun's, with the mean of m before it and after a trial step: to first order m moves
/// with the noise as the covariance of w says, which with m alone would be missing in y.
///
/// Right where message passing finds the means at all times: the perceptron with real weights,
/// independent patterns, loads where replica symmetry holds. Results do not depend on the number of
/// threads. Throws Error for +-1 weights, more than one unit, shapes or
/// options that make no sense, and where the observer ends it.
TypicalSolution typical_solution(const Network& network, const Patterns& patterns,
                                 const DiffusionOptions& options = {},
                                 const LandscapeObserver& observer = {});

}  // namespace steppe
