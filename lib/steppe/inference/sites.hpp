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

/// Throws Error unless there is no field, or one number for every weight of plates of those sizes.
void require_start_field(const std::vector<std::vector<double>>& fields,
                         const std::vector<std::size_t>& sizes);
/// Throws Error unless plate < plates.
void require_plate(std::size_t plate, std::size_t plates);
/// Gives every plate its start field (see MessagePassing); throws Error where sizes differ.
void set_start_field_of(std::vector<Sites>& plates, const std::vector<std::vector<double>>& fields);

// What solvers say of all their plates (see MessagePassing).
Weights weights_of(const std::vector<Sites>& plates);
std::vector<double> fields_of(const std::vector<Sites>& plates, std::size_t plate);
std::vector<double> magnetizations_of(const std::vector<Sites>& plates, std::size_t plate);
FocusingOverlaps focusing_overlaps_of(const std::vector<Sites>& plates, const Coupling& coupling);
/// The mean of so many squared means; 1 at most. The precision of the data and that which brings
/// real weights to their sphere cancel where both are large, and their digits are lost.
double overlap_of(double squares, std::size_t weights);
/// Throws Error naming weight and plate where a field is not finite.
void require_finite(const std::vector<Sites>& plates, std::size_t iteration);

}  // namespace steppe
