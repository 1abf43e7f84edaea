#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

class Archive;

/// What multipliers say of all weights: with lambda >= 0 and sum 1, no w has a stability
/// min_a xi_a . w / |w| above |sum_a lambda_a xi_a|.
struct StabilityProof {
    /// A bound of the stability of any weights, rounding included; infinite before there is one.
    double bound;
    /// No weights store all patterns: numbers close to the multipliers give exactly 0 (Gordan's
    /// theorem), not all of them on patterns that take a sum of 0. With a bound alone that is 0 to
    /// rounding, weights of a stability smaller still are not ruled out.
    bool infeasible = false;
    /// lambda, one a pattern.
    std::vector<double> multipliers;
};

struct AdaTronOptions {
    std::uint64_t seed = 1;  ///< of the order of patterns (Stream::Order)
};

/// The perceptron with real weights of largest stability kappa = min_a xi_a . w / |w|, labels
/// folded in: a convex problem, solved to its end. First dual coordinate ascent (AdaTron: Anlauf
/// and Biehl, Europhys. Lett. 10:687, 1989), one sweep over the patterns an iteration; where
/// patterns or inputs are at most `most_exact`, it hands over to an active-set method that ends, to
/// rounding, in finitely many steps, with the weights or with the proof that there are none. The
/// margin of the network is not asked (but that at 0 some patterns take ties, see
/// Network::tie_is_positive): the largest stability is above it or is not. Used from one
/// thread; its results do not depend on the number of threads.
class AdaTron {
  public:
    /// Largest min(patterns, inputs) of the active-set method: its matrix factors have that side.
    static constexpr std::size_t most_exact = 3000;

    /// Throws Error for other networks than the perceptron of real weights and for shapes that
    /// disagree.
    AdaTron(const Network& network, const Patterns& patterns, const AdaTronOptions& options = {});
    ~AdaTron();
    AdaTron(AdaTron&&) noexcept;
    static std::size_t memory_bytes(std::size_t inputs, std::size_t patterns);

    /// One sweep, or a few steps of the active set. False when there is nothing more to do.
    bool iterate();
    /// Whether the end was reached: the bound and the stability agree (to 1e-4 where the active set
    /// is too large), or there are no weights.
    bool done() const;

    /// Whether an active set takes over, so that there is an end for sure.
    bool ends() const;

    /// The weights of largest stability so far, normalised; all 1 before the first.
    Weights weights() const;
    /// Theirs; minus infinity before the first.
    double stability() const;
    /// The weights as they stand in the present iteration.
    Weights present_weights() const;
    /// min_a xi_a . w / |w| of any weights.
    double stability_of(const Weights& weights) const;
    /// The least bound so far.
    double bound() const;
    StabilityProof proof() const;

    /// Saves or restores all that the iterations to come depend on (numeric/archive.hpp).
    void state(Archive& archive);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace steppe
