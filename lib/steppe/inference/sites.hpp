#pragma once

#include <span>
#include <string>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/graph/site_prior.hpp"
#include "steppe/inference/solver_state.hpp"
#include "steppe/model/weights.hpp"

namespace steppe {

/// The natural parameters of one plate of weights: what the data say (kept in double, so that a
/// thousand iterations of small changes do not drift) and what the prior says (internal; not
/// installed). +-1 weights have log-odds fields, real ones a precision besides.
class Sites {
  public:
    explicit Sites(const WeightPlate& plate);

    std::size_t size() const { return data_.size(); }
    const std::string& name() const { return name_; }
    bool is_real() const { return !data_precision_.empty(); }

    /// Sum of the messages of all patterns to each weight; solvers add their changes to it.
    std::span<double> data() { return data_; }
    std::span<const double> data() const { return data_; }
    /// The same of the precisions; empty for +-1 weights.
    std::span<double> data_precision() { return data_precision_; }
    std::span<const double> data_precision() const { return data_precision_; }
    /// The prior's message.
    std::span<const double> own() const { return own_; }
    std::span<const double> own_precision() const { return own_precision_; }

    /// Total field of weight i.
    double total(std::size_t i) const { return data_[i] + own_[i]; }
    /// The same of a +-1 weight, held where the field without one message, which is at most
    /// saturation_field, still saturates: what cavities are made of.
    double total_for_cavities(std::size_t i) const;
    /// Total precision of real weight i, above 0.
    double total_precision(std::size_t i) const;
    double mean(std::size_t i) const;
    double variance(std::size_t i) const;

    /// Of each weight: mean, and total field (of +-1 weights saturated).
    std::vector<double> means() const;
    std::vector<double> fields() const;
    /// The signs of +-1 weights become those of a unit; a field of exactly 0 gives +1.
    void put_signs(std::size_t unit, Weights& weights) const;

    /// Lets the prior answer the data at the coupling; its message moves by (1 - damping).
    void update_prior(const Coupling& coupling, double damping);
    /// A field on every weight beside the prior's own, `scale` times the numbers given; empty:
    /// none.
    void set_start_field(std::vector<double> field);
    void set_start_scale(double scale) { start_scale_ = scale; }

    double log_partition(const Coupling& coupling) const;
    /// The same where the data say this.
    double log_partition(SiteFields data, const Coupling& coupling) const;
    FocusingOverlaps focusing_overlaps(const Coupling& coupling) const;

    /// Index of the first field that is not finite, or size().
    std::size_t first_not_finite() const;
    /// Throws Error naming weight, plate and iteration where a field is not finite.
    void require_finite(std::size_t iteration) const;

    /// Data and own message as arrays "data p" and so on, and back; restore with change = false
    /// only looks whether they are there.
    void save(std::size_t p, SolverState& state) const;
    void restore(std::size_t p, const SolverState& state, bool change);

  private:
    std::string name_;
    std::shared_ptr<const SitePrior> prior_;
    std::vector<double> data_, own_, answer_;
    std::vector<double> data_precision_, own_precision_, answer_precision_;
    std::vector<double> start_field_, pulled_;
    double start_scale_ = 0.0;
};

}  // namespace steppe
