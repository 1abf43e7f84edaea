#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "steppe/theory/model.hpp"
#include "theory_point.hpp"

/// What `steppe theory` answers: points as JSON objects that all have the same keys.
namespace steppe::cli {

struct TheoryRequest {
    theory::Model model;
    std::vector<double> loads;
    std::vector<double> margins;  ///< of capacity
    std::vector<double> distances;
    std::vector<double> stabilities;
    std::string round;                       ///< of local-entropy: round what
    double replicas = 0.0;                   ///< of wide regions; infinite too
    std::optional<double> reference_margin;  ///< of a solution round which; the model's
    double norm = 0.0;                       ///< of minimisers of the cross-entropy
    std::vector<double> clones;
    std::size_t iterations = 0;
    std::size_t steps = 0;  ///< of broken replica symmetry, 0 to 2, of capacity
};

/// A quantity by name: what it is, and its points.
struct TheoryQuantity {
    const char* name;
    const char* meaning;
    TheoryPoints (*points)(const TheoryRequest& request);
    /// The options that only some quantities have, of those that this one has.
    std::vector<std::string> options;
};

const std::vector<TheoryQuantity>& theory_quantities();

}  // namespace steppe::cli
