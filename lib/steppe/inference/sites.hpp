#pragma once

#include <span>
#include <string>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/graph/site_prior.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// The fields of one plate of +-1 weights: what the data say (kept in double, so that a thousand
/// iterations of small changes do not drift) and what the prior says (internal; not installed).
class Sites {
  public:
    explicit Sites(const WeightPlate& plate);

    std::size_t size() const { return data_.size(); }
    const std::string& name() const { return name_; }

    /// Sum of the messages of all patterns to each weight; solvers add their changes to it.
    std::span<double> data() { return data_; }
    std::span<const double> data() const { return data_; }

    /// Total field of weight i, saturated.
    double total(std::size_t i) const;

    /// Lets the prior answer the data at the coupling; its message moves by (1 - damping).
    void update_prior(const Coupling& coupling, double damping);

    double log_partition(const Coupling& coupling) const;
    FocusingOverlaps focusing_overlaps(const Coupling& coupling) const;

    /// Index of the first field that is not finite, or size().
    std::size_t first_not_finite() const;

    /// The prior's message, for save and restore.
    std::span<double> own() { return own_; }
    std::span<const double> own() const { return own_; }

  private:
    std::string name_;
    std::shared_ptr<const SitePrior> prior_;
    std::vector<double> data_;
    std::vector<double> own_;
    std::vector<double> answer_;
};

// What solvers say of all their plates (see MessagePassing).
Weights weights_of(const std::vector<Sites>& plates);
std::vector<double> fields_of(const std::vector<Sites>& plates, std::size_t plate);
std::vector<double> magnetizations_of(const std::vector<Sites>& plates, std::size_t plate);
FocusingOverlaps focusing_overlaps_of(const std::vector<Sites>& plates, const Coupling& coupling);
/// Throws Error naming weight and plate where a field is not finite.
void require_finite(const std::vector<Sites>& plates, std::size_t iteration);

}  // namespace steppe
