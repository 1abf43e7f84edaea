#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "steppe/schedule/focusing.hpp"

namespace steppe {

/// What a plate's variables are.
enum class VariableKind {
    IsingWeight,    ///< +-1; natural parameter: the log-odds field, mean tanh h, variance sech(h)^2
    RealWeight,     ///< real; natural parameters A (precision) and field B, mean B/A, variance 1/A
    Preactivation,  ///< z = sum_i xi_i w_i, real
    Output,         ///< tau = +-1
};

/// Natural parameters of all weights of a plate. precision is empty for +-1 weights.
struct SiteFields {
    std::span<const double> precision;
    std::span<const double> field;
};
struct MutableSiteFields {
    std::span<double> precision;
    std::span<double> field;
};

/// Overlaps of the focused system, means over its weights (q of a copy is the solver's mean m^2).
struct FocusingOverlaps {
    double center = 0.0;    ///< squared magnetization of the centre
    double coupling = 0.0;  ///< centre times copy, S
    double replicas = 0.0;  ///< one copy times another of the same centre
    /// What the tie to the centre adds to the logarithm of a copy's weight: gamma S for +-1
    /// weights, -gamma/2 (copy - centre)^2 for real ones.
    double tie = 0.0;
};

/// All that acts on a plate of weights beside the data: the prior measure, an external field, a
/// norm condition, and focusing (solvers know only the numbers gamma and y). User code adds one by
/// deriving from this class.
class SitePrior {
  public:
    virtual ~SitePrior() = default;

    virtual std::string name() const = 0;
    virtual VariableKind kind() const = 0;

    /// Why this prior does not fit a plate of that size, or "".
    virtual std::string refuse(std::size_t size) const = 0;

    /// What everything but the data says about each weight, given what the data say. `own` holds
    /// the previous message on entry (at the first call: message(0; no coupling)) and the new one,
    /// undamped, on return. Called once an iteration for the whole plate, from one thread.
    virtual void message(SiteFields data, const Coupling& coupling,
                         MutableSiteFields own) const = 0;

    /// What still has to hold after the solver has damped the message: a norm condition moves
    /// own.precision. Default: nothing.
    virtual void normalise(SiteFields data, MutableSiteFields own) const;

    /// The part of the Bethe free entropy that stands at the weights, summed over the plate: the
    /// logarithm of each weight's partition function under data and own message, less the message's
    /// normalisation, less the focusing terms (docs/solver.md, "Free entropy"). NaN where it is not
    /// defined (gamma = infinity).
    virtual double log_partition(SiteFields data, SiteFields own,
                                 const Coupling& coupling) const = 0;

    /// Overlaps of the centre under focusing.
    virtual FocusingOverlaps overlaps(SiteFields data, const Coupling& coupling) const = 0;

    /// The same prior of the weights in another orthonormal basis; rotate gives the new coordinates
    /// of a vector of weights. A null pointer (the default) where that is no prior of this kind:
    /// expectation propagation, which works in the basis of the patterns, refuses it.
    using Rotation = std::function<std::vector<double>(const std::vector<double>&)>;
    virtual std::shared_ptr<const SitePrior> rotated(const Rotation& rotate) const;
};

/// Uniform on +-1, with an optional external field theta (empty, or one log-odds field a weight),
/// P(w) proportional to exp(theta w).
std::shared_ptr<const SitePrior> ising_prior(std::vector<double> external_field = {});

/// Uniform on the sphere sum_i w_i^2 = size of the plate, with an optional external field theta,
/// exp(theta w): a Gaussian whose precision lambda is chosen such that
/// mean_i(mean_i^2 + variance_i) = 1 for each copy, focusing included. Entropies are relative to
/// the volume of the sphere.
std::shared_ptr<const SitePrior> spherical_prior(std::vector<double> external_field = {});

/// phi(h; gamma, y) = atanh(tanh(gamma) tanh((y - 1) atanh(tanh(gamma) tanh h))): the message that
/// y - 1 further copies send to a +-1 weight of cavity field h through the centre; (y - 1) h for
/// gamma = infinity. Not saturated.
double focusing_field(double h, const Coupling& coupling);

}  // namespace steppe
