#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/graph/tolerant_gate.hpp"
#include "steppe/inference/message_passing.hpp"

namespace steppe {

// What the solvers ask of their options and of a graph; each throws Error saying what is wrong
// (internal; not installed).
/// damping is in [0, 1).
void require_damping(double damping);
/// start is in (0, 1].
void require_start(double start);
/// Gates that read fields get them from channels with log_probability.
void require_fields_up(const FactorGraph& graph);
/// Plate `plate` is one of so many.
void require_plate(std::size_t plate, std::size_t plates);
/// Unit `unit` of row group `group` is there.
void require_unit(std::size_t group, std::size_t unit, const std::vector<RowGroup>& groups);
/// There is no field, or one number for every weight of plates of those sizes.
void require_start_field(const std::vector<std::vector<double>>& fields,
                         const std::vector<std::size_t>& sizes);

/// A plate of weights, in words.
struct PlateKind {
    std::string name;
    std::size_t size;
    bool real;
};
/// Says that two plates are not alike, so that their weights cannot be read as one network's.
[[noreturn]] void throw_unlike(const PlateKind& first, const PlateKind& other);

/// Whether free entropy and expected errors are defined: every channel has log_probability.
bool give_probabilities(const std::vector<RowGroup>& groups);

/// The mean of so many squared means; 1 at most. The precision of the data and that which brings
/// real weights to their sphere cancel where both are large, and their digits are lost.
double overlap_of(double squares, std::size_t weights);

/// What a solver counts and is told from outside, saved and restored under the same names by all.
struct SolverProgress {
    std::size_t iterations = 0;
    Coupling coupling;  ///< of the last step
    double damping = 0.0;

    /// Arrays "progress" and "numbers"; `more` numbers of the solver's own stand behind the others.
    void save(std::span<const double> more, SolverState& state) const;
    /// Restore with change = false only looks whether the arrays are there.
    void restore(const SolverState& state, std::span<double> more, bool change);
};

/// A solver whose weights stand in plates, and all that does not depend on what its messages are
/// (internal; not installed). A Plate is one plate of weights and has
///     name(), size(), is_real()
///     means(), fields()                 of its weights: see MessagePassing
///     put_signs(unit, weights)          signs of +-1 weights as that unit of the weights
///     focusing_overlaps(coupling)
///     set_start_field(field), set_start_scale(scale)
///     require_finite(iteration)         throws Error naming what is not
///     save(p, state), restore(p, state, change)
///                                       its arrays, with p in their names; restore with change =
///                                       false only looks whether they are there
template <class Plate>
class PlateSolver : public MessagePassing {
  public:
    PlateSolver(const FactorGraph& graph, std::string name, double damping)
        : row_groups_(graph.row_groups()),
          weight_count_(graph.weight_count()),
          name_(std::move(name)) {
        progress_.damping = damping;
        for (const RowGroup& group : row_groups_) gates_.push_back(group.gate);
    }

    IterationReport step(const Coupling& coupling = {}) final {
        progress_.coupling = coupling;
        IterationReport report;
        pass_messages(report);
        ++progress_.iterations;
        for (const Plate& plate : plates_) plate.require_finite(iterations());
        look_at_weights(report);
        return report.without(damping());
    }

    std::size_t iterations() const final { return progress_.iterations; }

    Weights weights() const final;
    std::vector<double> magnetizations(std::size_t plate) const final {
        require_plate(plate, plates_.size());
        return plates_[plate].means();
    }
    std::vector<double> fields(std::size_t plate) const final {
        require_plate(plate, plates_.size());
        return plates_[plate].fields();
    }
    double overlap() const final { return overlap_of(squares(), weight_count_); }
    FocusingOverlaps focusing_overlaps() const final;

    void set_start_field(const std::vector<std::vector<double>>& fields) final;
    void set_start_scale(double scale) final {
        for (Plate& plate : plates_) plate.set_start_scale(scale);
    }
    void set_inverse_temperature(double beta) final {
        for (std::size_t g = 0; g < row_groups_.size(); ++g) {
            row_groups_[g].gate = tolerant_gate(gates_[g], beta);
        }
    }
    void set_damping(double damping) final {
        require_damping(damping);
        progress_.damping = damping;
    }

    SolverState save() const final;
    void restore(const SolverState& state) final;

  protected:
    /// Every row once, then the priors' messages at coupling().
    virtual void pass_messages(IterationReport& report) = 0;
    /// After that, and where all is finite: means, and how they changed.
    virtual void look_at_weights(IterationReport& report) = 0;
    /// Sum of the squared means of all weights.
    virtual double squares() const = 0;
    /// The messages' arrays; restore with change = false only looks whether they are there.
    virtual void save_messages(SolverState& state) const = 0;
    virtual void restore_messages(const SolverState& state, bool change) = 0;
    /// Plates and messages are those of a saved state: brings up to date what follows from them.
    virtual void follow_restored() = 0;
    /// What the solver is told besides and keeps in a saved state.
    virtual std::vector<double> more_numbers() const { return {}; }
    virtual void set_more_numbers(std::span<const double>) {}

    const Coupling& coupling() const { return progress_.coupling; }
    double damping() const { return progress_.damping; }

    std::vector<Plate> plates_;         ///< in the graph's order, to be filled in
    std::vector<RowGroup> row_groups_;  ///< their gates tolerate what the temperature lets them
    const std::size_t weight_count_;

  private:
    void require_alike() const;

    std::string name_;
    SolverProgress progress_;
    std::vector<std::shared_ptr<const RowFactor>> gates_;  ///< without tolerance
};

template <class Plate>
void PlateSolver<Plate>::require_alike() const {
    const Plate& first = plates_.front();
    for (const Plate& plate : plates_) {
        if (plate.size() != first.size() || plate.is_real() != first.is_real()) {
            throw_unlike({first.name(), first.size(), first.is_real()},
                         {plate.name(), plate.size(), plate.is_real()});
        }
    }
}

template <class Plate>
Weights PlateSolver<Plate>::weights() const {
    require_alike();
    const std::size_t n = plates_.front().size(), units = plates_.size();
    if (!plates_.front().is_real()) {
        Weights weights(n, units);
        for (std::size_t p = 0; p < units; ++p) plates_[p].put_signs(p, weights);
        return weights;
    }
    std::vector<double> all;
    all.reserve(n * units);
    for (const Plate& plate : plates_) {
        const std::vector<double>& means = plate.means();
        all.insert(all.end(), means.begin(), means.end());
    }
    Weights weights = Weights::from_values(n, units, std::move(all));
    weights.normalise();
    return weights;
}

template <class Plate>
FocusingOverlaps PlateSolver<Plate>::focusing_overlaps() const {
    FocusingOverlaps mean;
    for (const Plate& plate : plates_) {
        const FocusingOverlaps here = plate.focusing_overlaps(coupling());
        const double share = static_cast<double>(plate.size()) / static_cast<double>(weight_count_);
        mean.center += share * here.center;
        mean.coupling += share * here.coupling;
        mean.replicas += share * here.replicas;
        mean.tie += share * here.tie;
    }
    return mean;
}

template <class Plate>
void PlateSolver<Plate>::set_start_field(const std::vector<std::vector<double>>& fields) {
    std::vector<std::size_t> sizes;
    for (const Plate& plate : plates_) sizes.push_back(plate.size());
    require_start_field(fields, sizes);
    for (std::size_t p = 0; p < plates_.size(); ++p) {
        plates_[p].set_start_field(fields.empty() ? std::vector<double>() : fields[p]);
    }
}

template <class Plate>
SolverState PlateSolver<Plate>::save() const {
    SolverState state;
    state.solver = name_;
    progress_.save(more_numbers(), state);
    for (std::size_t p = 0; p < plates_.size(); ++p) plates_[p].save(p, state);
    save_messages(state);
    return state;
}

template <class Plate>
void PlateSolver<Plate>::restore(const SolverState& state) {
    state.require_solver(name_);
    std::vector<double> more = more_numbers();
    // Everything is looked up before anything changes.
    for (const bool change : {false, true}) {
        progress_.restore(state, more, change);
        for (std::size_t p = 0; p < plates_.size(); ++p) plates_[p].restore(p, state, change);
        restore_messages(state, change);
    }
    set_more_numbers(more);
    follow_restored();
}

}  // namespace steppe
