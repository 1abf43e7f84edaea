#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "steppe/data/pattern_set.hpp"
#include "steppe/model/learner.hpp"
#include "steppe/model/network.hpp"
#include "steppe/schedule/ramp.hpp"

namespace steppe {

struct MetropolisOptions {
    /// Sweeps over which tau goes from one end of its range to the other, 1 or more; later ones
    /// stay at the end.
    std::size_t sweeps = 2000;
    /// How soft the energy is: large, every pattern pulls; small, those that are wrong or barely
    /// right do. In [least_tau, most_tau].
    Ramp tau{0.3, 0.01, Ramp::Shape::Geometric};
    /// g, the energy's factor, which is an inverse temperature; above 0, at most most_strength.
    double strength = 1.0;
    std::uint64_t seed = 1;

    static constexpr double least_tau = 1e-3, most_tau = 1e3, most_strength = 1e3;

    /// Throws Error naming the field and the value it rejects.
    void validate() const;
};

/// -log(tau log(1 + exp(s/tau))): what a pattern of stability s costs. It falls with s: as -s/tau
/// where the pattern is wrong, as -log s where it is right by more than tau. The logarithm is a
/// potential that holds stabilities away from 0 and lets them grow, so that the weights stay where
/// solutions are many.
double soft_stability_energy(double s, double tau);

/// The Metropolis sampler of the +-1 weights of one unit on +-1 inputs, P(w) proportional to
/// exp(-g sum_a soft_stability_energy(s_a, tau)) with s_a = z_a/sqrt(N) - kappa, by flips of single
/// weights. An epoch is a sweep: every weight once, in fresh random order. tau falls from sweep to
/// sweep.
///
/// Sums z are whole numbers, and so are energies: they are rounded to a grid so fine that sums over
/// all patterns fit 32 bits. A sweep is exact, the same on every machine but for the rounding of
/// exp, and in equilibrium at the rounded energies.
class Metropolis final : public Learner {
  public:
    /// Labels of the patterns must be folded in. Throws Error for real weights, for more than one
    /// unit and for shapes that disagree.
    Metropolis(const Network& network, const std::shared_ptr<const PatternSet>& patterns,
               const MetropolisOptions& options);
    ~Metropolis() override;

    /// One sweep. The mistakes are those of weights(). Knobs are not used.
    EpochReport epoch(const LearningKnobs& knobs) override;
    /// The weights with the fewest errors of those that the last sweep went through, its first ones
    /// included.
    Weights weights() const override;

    /// Where the chain is: a sample of the distribution at the tau of the last sweep, once it is
    /// in equilibrium.
    Weights state() const;
    /// Of state(), at the tau of the last sweep (before the first: of the first), g included; kept
    /// from flip to flip.
    double energy() const;
    void state(Archive& archive) override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace steppe
