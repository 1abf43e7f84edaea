#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/landscape/observer.hpp"
#include "steppe/model/network.hpp"
#include "steppe/model/weights.hpp"

/// How bad the worst weights near given ones are: adaptive sharpness (Kwon et al., ICML 2021), in
/// which a weight may change in proportion to itself. Where flatness asks for the mean over noise,
/// this asks for the worst.
namespace steppe {

/// What changes w + delta belong to a radius r. A weight of 0 stays.
enum class Ball {
    Box,        ///< |delta_i| <= r |w_i| for each weight
    MeanSquare  ///< the mean over weights of (delta_i / w_i)^2 is r^2 or less: about where the
                ///< multiplicative noise of size r of a flatness curve leads
};

/// "box" or "mean-square".
std::string ball_name(Ball ball);

struct SharpnessOptions {
    Ball ball = Ball::Box;
    /// Each 0 or more.
    std::vector<double> radii;
    /// Of the loss, as for the Hessian (HessianOptions); above 0.
    double beta = 2.0;
    double gamma = 3.0;
    /// Random points of the ball from which the loss is climbed, besides the weights themselves and
    /// the worst point of the next smaller radius; and steps of each climb. Each 1 or more. Five
    /// times as many of both raised the loss by 6 % at most (radii to 0.2).
    std::size_t starts = 6;
    std::size_t steps = 40;
    /// Names the random numbers (Stream::Test).
    std::uint64_t seed = 1;
};

struct SharpnessPoint {
    double radius = 0.0;
    /// The largest that was found: a lower bound of the largest that there is. It never falls with
    /// the radius.
    double loss = 0.0;
    double error_rate = 0.0;  ///< there, of the network itself (count_errors)
};

struct SharpnessCurve {
    double loss = 0.0;                   ///< at the weights
    double error_rate = 0.0;             ///< at the weights
    std::vector<SharpnessPoint> points;  ///< in the order of the radii
};

/// By projected gradient ascent on the mean loss of gradient learning (sgd/surrogate.hpp). Real
/// weights are scaled to sum_i w_i^2 = n in every unit first, +-1 weights are taken as real ones,
/// and weights that changed are not scaled back. Labels beside the patterns are folded in where the
/// network folds them. Results do not depend on the number of threads. Throws Error for the parity
/// gate, for shapes or options that make no sense, and where the observer ends it.
SharpnessCurve sharpness_curve(const Network& network, const Weights& weights,
                               const Patterns& patterns, const SharpnessOptions& options,
                               const LandscapeObserver& observer = {});

}  // namespace steppe
