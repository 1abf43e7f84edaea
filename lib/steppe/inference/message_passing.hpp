#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "steppe/graph/site_prior.hpp"
#include "steppe/inference/solver_state.hpp"
#include "steppe/model/network.hpp"
#include "steppe/schedule/focusing.hpp"

namespace steppe {

/// What one iteration did. Changes are those that it would have made without damping: what moved,
/// divided by 1 - damping; else strong damping would pass for convergence.
struct IterationReport {
    /// Largest change of a magnetization tanh h, or of the mean of a real weight over the root mean
    /// square weight.
    double weight_change = 0.0;
    /// Largest change of tanh u over all messages to +-1 weights (an upper bound); 0 where none are
    /// stored.
    double message_change = 0.0;
    /// Approximate message passing: largest change of a pattern's response x = sqrt(V) g, over
    /// sqrt(1 + x^2).
    /// Magnetizations that have reached +-1 stand still before responses do.
    double response_change = 0.0;
    /// Cavity precisions of real weights that came out at or near 0 or below and were raised.
    std::size_t floored = 0;
    /// Expectation propagation: rows that it cannot keep in double precision, their inputs being
    /// too small beside the largest (SingularBasis): what it reaches is no fixed point of theirs.
    std::size_t lost_rows = 0;

    /// What the tolerance of a schedule's step is compared with.
    double change() const { return std::max(weight_change, message_change); }
    /// Whether nothing moved by more than the tolerance: what is measured then is measured at a
    /// fixed point.
    bool converged(double tolerance) const {
        return change() <= tolerance && response_change <= tolerance && lost_rows == 0;
    }
    /// Of changes that were damped.
    IterationReport without(double damping) const {
        const double scale = 1.0 / (1.0 - damping);
        return {weight_change * scale, message_change * scale, response_change * scale, floored,
                lost_rows};
    }
};

/// The replicas round their centre, at a fixed point and one coupling.
struct FocusedEntropy {
    /// Phi: the derivative by y of the log-partition of y replicas and their centre, which is the
    /// mean logarithm of a replica's partition function under its tie to the centre; per weight, in
    /// nats.
    double free_entropy = 0.0;
    double centre_overlap = 0.0;   ///< mean of centre times replica
    double replica_overlap = 0.0;  ///< mean of one replica times another
    /// Entropy of the solutions that a replica takes round the centre, Phi less what the tie adds
    /// (FocusingOverlaps::tie): the local entropy at that overlap. Per weight, in nats; for real
    /// weights relative to the volume of the sphere. It does not know a temperature.
    double internal_entropy = 0.0;
};

/// Of the pre-activations z = sum_i xi_i w_i of one unit, a number for each row: mean and variance
/// under the measure without that row itself (the cavity), which is what its channel is asked
/// about.
struct CavitySums {
    std::vector<double> mean, variance;
};

/// What the solvers that pass messages on a factor graph have in common. A solver is used from one
/// thread; it runs in parallel itself, and its results do not depend on the number of threads.
class MessagePassing {
  public:
    virtual ~MessagePassing() = default;

    /// One iteration: every row once, then the priors' messages at the given coupling. Throws Error
    /// with iteration and plate should a field ever not be finite.
    virtual IterationReport step(const Coupling& coupling = {}) = 0;

    /// Iterations since the start.
    virtual std::size_t iterations() const = 0;

    /// One unit per weight plate in the graph's order: signs of the total fields (a field of
    /// exactly 0 gives +1), or the means of real weights, normalised. Throws Error when the plates
    /// have different sizes or kinds.
    virtual Weights weights() const = 0;
    /// Mean of each weight of a plate (index into weight_plates()): of +-1 weights the tanh of the
    /// total field.
    virtual std::vector<double> magnetizations(std::size_t plate) const = 0;
    /// Total field of each weight of a plate: data and prior; of +-1 weights log-odds, saturated at
    /// +-30; of real weights precision times mean.
    virtual std::vector<double> fields(std::size_t plate) const = 0;
    /// q: mean square of the means of all weights.
    virtual double overlap() const = 0;
    /// Overlaps of the centre under the coupling of the last step.
    virtual FocusingOverlaps focusing_overlaps() const = 0;

    /// Bethe free entropy per weight, nats, at the present messages and the last coupling; it means
    /// something at a fixed point. NaN where it is not defined (gamma = infinity, or a channel
    /// without log_probability). Costs a few iterations.
    virtual double free_entropy() const = 0;
    /// Free entropy and overlaps of the last step's coupling together, at the cost of the former.
    /// Without focusing there is no centre: overlaps are 0, and both entropies the free entropy.
    FocusedEntropy focused_entropy() const {
        const double phi = free_entropy();
        const FocusingOverlaps overlaps = focusing_overlaps();
        return {phi, overlaps.coupling, overlaps.replicas, phi - overlaps.tie};
    }

    /// A field on every weight beside the prior's, one vector a plate, in force from the next
    /// iteration on as set_start_scale() times these numbers (0 until that is called); empty: none.
    /// Not part of a saved state, nor of the free entropy: it is for starting a run.
    virtual void set_start_field(const std::vector<std::vector<double>>& fields) = 0;
    virtual void set_start_scale(double scale) = 0;

    /// Inverse temperature in [0, infinity] for the iterations to come: a row whose gate is
    /// violated costs beta (tolerant_gate); infinity, as at the start, forbids it. Not part of a
    /// saved state.
    virtual void set_inverse_temperature(double beta) = 0;
    /// Mean number of violated rows under the measure at that temperature and the present messages;
    /// at a fixed point minus the derivative of the free entropy (of all weights together) by beta.
    /// 0 where beta is infinite, NaN for a channel without log_probability. Costs an iteration or
    /// two.
    virtual double expected_errors() const = 0;
    /// At the present messages, of unit `unit` of row group `group`, indices as in
    /// FactorGraph::row_groups(). Costs an iteration or less.
    virtual CavitySums cavity_sums(std::size_t group, std::size_t unit) const = 0;

    /// Damping for the iterations to come, in [0, 1).
    virtual void set_damping(double damping) = 0;

    virtual SolverState save() const = 0;
    /// Throws Error when the state is not of this problem and solver.
    virtual void restore(const SolverState& state) = 0;
};

}  // namespace steppe
