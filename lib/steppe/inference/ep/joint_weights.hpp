#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/ep/singular_basis.hpp"
#include "steppe/inference/solver_state.hpp"

namespace steppe {

/// The weights of one unit under a Gaussian with all covariances that the patterns make:
/// expectation propagation's picture of a plate (internal; not installed). The patterns' sites are
/// a precision D and the fields e; along direction j of their singular basis they add D s_j^2 and
/// s_j (U^T e)_j.
class JointWeights {
  public:
    /// For real weights whose prior can be rotated, and for +-1 weights. Throws Error naming plate
    /// and prior otherwise.
    static std::unique_ptr<JointWeights> make(const WeightPlate& plate,
                                              std::shared_ptr<const SingularBasis> basis);
    virtual ~JointWeights() = default;

    virtual const std::string& name() const = 0;
    virtual std::size_t size() const = 0;
    virtual bool is_real() const = 0;

    /// along: s_j (U^T e)_j.
    virtual void set_data(double precision, std::span<const double> along) = 0;
    /// The prior answers the data at the coupling. Real weights do so exactly in every direction;
    /// sites that stand for +-1 weights move by (1 - damping), where damping is below 1: at 1 they
    /// stay. Returns how many numbers had to be raised.
    virtual std::size_t answer(const Coupling& coupling, double damping) = 0;
    /// Mean and variance along direction j of the basis, after the answer.
    virtual double mean_along(std::size_t j) const = 0;
    virtual double variance_along(std::size_t j) const = 0;

    /// Of each weight.
    virtual void means(std::span<double> out) const = 0;
    virtual std::vector<double> variances() const = 0;
    virtual std::vector<double> fields() const = 0;

    /// The plate's part of the free entropy: logarithm of the Gaussian's integral over the weights,
    /// with what takes the prior's place set right.
    virtual double log_partition(const Coupling& coupling) const = 0;
    virtual FocusingOverlaps focusing_overlaps(const Coupling& coupling) const = 0;

    /// One number a weight, or none (see Sites).
    virtual void set_start_field(const std::vector<double>& field) = 0;
    virtual void set_start_scale(double scale) = 0;

    virtual bool is_finite() const = 0;
    virtual void save(std::size_t p, SolverState& state) const = 0;
    virtual void restore(std::size_t p, const SolverState& state, bool change) = 0;
};

}  // namespace steppe
