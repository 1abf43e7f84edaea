#include "steppe/inference/bp/belief_propagation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "steppe/error.hpp"
#include "steppe/graph/tolerant_gate.hpp"
#include "steppe/inference/bp/dense_messages.hpp"
#include "steppe/inference/bp/exact_row.hpp"
#include "steppe/inference/bp/gaussian_messages.hpp"
#include "steppe/inference/bp/stored_messages.hpp"
#include "steppe/inference/row_pass.hpp"
#include "steppe/inference/sites.hpp"
#include "steppe/numeric/log_odds.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

using kernels::group_rows;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Pieces a block of rows is cut into at most: each has its own sum of changes, and the sums are
/// added in order. More than any number of cores that shares one block to advantage.
constexpr std::size_t most_pieces = 64;

/// Pattern-weight pairs (at the cost of one of accuracy relaxed) that a piece has at least: about
/// 10 microseconds. Less is not worth handing to another thread, and where another program keeps a
/// core busy every piece handed out can mean a wait.
constexpr std::size_t least_work = 32768;

/// Weights per piece of loops over weights.
constexpr std::size_t weight_grain = 1024;

/// What channels must give for messages to weights of that kind.
ChannelAbilities needed_by(Accuracy accuracy, VariableKind kind) {
    if (accuracy == Accuracy::Exact) return {.answer = true};
    if (accuracy == Accuracy::Gaussian && kind == VariableKind::IsingWeight) {
        return {.log_probability = true};
    }
    return {.derivatives = true};
}

}  // namespace

std::string accuracy_name(Accuracy accuracy) {
    switch (accuracy) {
        case Accuracy::Exact:
            return "exact";
        case Accuracy::Gaussian:
            return "gaussian";
        case Accuracy::Relaxed:
            return "relaxed";
    }
    return "?";
}

void BeliefPropagationOptions::validate() const {
    if (!(damping >= 0.0 && damping < 1.0)) {
        throw Error(fmt::format("damping is {}: it must be at least 0 and below 1", damping));
    }
    if (!(start > 0.0 && start <= 1.0)) {
        throw Error(fmt::format("start is {}: it must be above 0 and at most 1", start));
    }
}

/// The part that does not depend on the precision.
struct BeliefPropagation::Impl {
    virtual ~Impl() = default;
    virtual IterationReport step(const Coupling& coupling) = 0;
    virtual double overlap() const = 0;
    virtual double free_entropy(FreeEntropyForm form) const = 0;
    virtual double expected_errors() const = 0;
    virtual SolverState save() const = 0;
    virtual void restore(const SolverState& state) = 0;

    BeliefPropagationOptions options;
    std::vector<RowGroup> groups;
    std::vector<std::shared_ptr<const RowFactor>> gates;  // of the groups, without tolerance
    std::vector<Sites> sites;                             // one a weight plate
    std::size_t weight_count = 0;
    std::size_t iterations = 0;
    Coupling coupling;
};

namespace {

template <class Real>
class Solver final : public BeliefPropagation::Impl {
  public:
    Solver(const FactorGraph& graph, const BeliefPropagationOptions& wanted) {
        options = wanted;
        groups = graph.row_groups();
        for (const RowGroup& group : groups) gates.push_back(group.gate);
        weight_count = graph.weight_count();
        for (const WeightPlate& plate : graph.weight_plates()) sites.emplace_back(plate);
        const Philox start(options.seed, Stream::Init);
        std::size_t unit = 0;
        for (const RowGroup& group : groups) {
            states_.emplace_back();
            for (const UnitBranch& branch : group.units) {
                if (sites[branch.weights].is_real()) {
                    states_.back().push_back(std::make_unique<GaussianMessages<Real>>(
                        branch, group.rows, start, unit++, options));
                } else if (branch.wiring.real) {
                    states_.back().push_back(std::make_unique<DenseMessages<Real>>(
                        branch, group.rows, start, unit++, options.start));
                } else {
                    states_.back().push_back(std::make_unique<StoredMessages<Real>>(
                        branch, group.rows, start, unit++, options.start));
                }
                Sites& plate = sites[branch.weights];
                states_.back().back()->add_to({plate.data_precision(), plate.data()});
            }
        }
        for (std::size_t p = 0; p < sites.size(); ++p) {
            if (sites[p].is_real()) sites[p].update_prior({}, 0.0);
            refresh(p);
        }
        for_each_state([](State& state, std::size_t) { state.take_weight_change(); });
    }

    IterationReport step(const Coupling& wanted) override;
    double overlap() const override;
    double free_entropy(FreeEntropyForm form) const override;
    double expected_errors() const override;
    SolverState save() const override;
    void restore(const SolverState& state) override;

  private:
    using State = MessageState<Real>;
    using States = std::vector<std::unique_ptr<State>>;

    static const char* state_name() {
        return sizeof(Real) == 4 ? "belief-propagation-single" : "belief-propagation-double";
    }

    /// Scratch of one piece of a block; kept between iterations.
    struct Piece {
        Piece(const RowGroup& group, const States& states) : pass(group, group_rows) {
            for (const auto& state : states) changes.push_back(state->changes());
        }
        RowPass pass;
        std::vector<Changes<Real>> changes;  // per unit
        std::vector<ExactRow> exact;         // per unit, accuracy exact
    };

    template <class Use>
    void for_each_state(const Use& use) {
        for (std::size_t g = 0; g < groups.size(); ++g) {
            for (std::size_t k = 0; k < states_[g].size(); ++k) {
                use(*states_[g][k], groups[g].units[k].weights);
            }
        }
    }

    /// Brings the kernels' copies of a plate's fields up to date.
    void refresh(std::size_t plate) {
        for_each_state([&](State& state, std::size_t weights) {
            if (weights == plate) state.refresh(sites[plate]);
        });
    }

    void visit_group(std::size_t g, IterationReport& report);
    /// Rows order[begin..end) (or groups of rows, where flooding) as one block.
    template <class Rows>
    void visit_block(std::size_t g, std::size_t visits, const Rows& rows, IterationReport& report);
    /// How much there is to do for one row, in pattern-weight pairs of accuracy relaxed.
    std::size_t work_of_row(std::size_t g) const;
    /// Some rows up and down.
    void visit_rows(std::size_t g, std::size_t first, std::size_t kernel_rows, Piece& piece);
    void take_sums(std::size_t g, std::size_t first, std::size_t kernel_rows, RowPass& pass) const;
    void take_exact(std::size_t g, std::size_t a, Piece& piece) const;
    void update_relaxed(std::size_t g, std::size_t first, std::size_t kernel_rows, Piece& piece);

    /// Sums in double that stand for a plate of weights.
    struct PlateSums {
        std::vector<double> data, data_precision, total, total_precision;
    };
    std::vector<PlateSums> sum_messages() const;
    /// The row's part of the free entropy, less that of its edges; NaN where the row is impossible.
    double row_entropy(std::size_t g, std::size_t a, FreeEntropyForm form,
                       const std::vector<PlateSums>& sums, Piece& piece) const;

    std::vector<States> states_;                               // [group][unit]
    std::vector<std::vector<std::unique_ptr<Piece>>> pieces_;  // [group]
};

template <class Real>
IterationReport Solver<Real>::step(const Coupling& wanted) {
    coupling = wanted;
    IterationReport report;
    pieces_.resize(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) visit_group(g, report);
    for (std::size_t p = 0; p < sites.size(); ++p) {
        sites[p].update_prior(coupling, options.damping);
        refresh(p);
    }
    ++iterations;
    for_each_state([&](State& state, std::size_t) {
        report.weight_change = std::max(report.weight_change, state.take_weight_change());
    });
    require_finite(sites, iterations);
    return report.without(options.damping);
}

template <class Real>
void Solver<Real>::visit_group(std::size_t g, IterationReport& report) {
    const std::size_t rows = groups[g].rows;
    const std::size_t block = options.block == 0 ? rows : std::min(options.block, rows);
    if (block == rows) {
        visit_block(
            g, (rows + group_rows - 1) / group_rows,
            [](std::size_t visit) { return std::pair(visit * group_rows, group_rows); }, report);
        return;
    }
    // A fresh random order; it belongs to (seed, iteration, group).
    const std::vector<std::size_t> order =
        Philox(options.seed, Stream::Order).order(rows, iterations * groups.size() + g);
    for (std::size_t begin = 0; begin < rows; begin += block) {
        visit_block(
            g, std::min(block, rows - begin),
            [&](std::size_t visit) { return std::pair(order[begin + visit], std::size_t{1}); },
            report);
    }
}

template <class Real>
std::size_t Solver<Real>::work_of_row(std::size_t g) const {
    std::size_t work = 0;
    for (const auto& state : states_[g]) {
        // Rough figures: what a pair costs beside one of accuracy relaxed (benchmarks/).
        work += state->inputs() * (options.accuracy == Accuracy::Exact      ? state->inputs()
                                   : options.accuracy == Accuracy::Gaussian ? 8
                                                                            : 1);
    }
    return work;
}

template <class Real>
template <class Rows>
void Solver<Real>::visit_block(std::size_t g, std::size_t visits, const Rows& rows,
                               IterationReport& report) {
    // The pieces' shape depends on the problem and the block alone, so the sums do too.
    const std::size_t work = rows(0).second * work_of_row(g);
    const std::size_t per_piece =
        std::max((least_work + work - 1) / work, (visits + most_pieces - 1) / most_pieces);
    const std::size_t count = (visits + per_piece - 1) / per_piece;
    auto& pieces = pieces_[g];
    while (pieces.size() < count) {
        pieces.push_back(std::make_unique<Piece>(groups[g], states_[g]));
    }
    parallel_for(visits, per_piece, [&](std::size_t begin, std::size_t end) {
        Piece& piece = *pieces[begin / per_piece];
        for (auto& changes : piece.changes) changes.clear();
        for (std::size_t visit = begin; visit < end; ++visit) {
            const auto [first, kernel_rows] = rows(visit);
            visit_rows(g, first, kernel_rows, piece);
        }
    });
    for (std::size_t k = 0; k < states_[g].size(); ++k) {
        const State& state = *states_[g][k];
        for (std::size_t p = 0; p < count; ++p) {
            const Changes<Real>& changes = pieces[p]->changes[k];
            report.message_change = std::max(report.message_change, changes.largest);
            report.floored += changes.floored;
        }
        Sites& plate = sites[groups[g].units[k].weights];
        parallel_for(state.inputs(), weight_grain, [&](std::size_t begin, std::size_t end) {
            for (std::size_t p = 0; p < count; ++p) {
                state.apply(pieces[p]->changes[k], begin, end, plate);
            }
        });
        refresh(groups[g].units[k].weights);
    }
}

template <class Real>
void Solver<Real>::take_sums(std::size_t g, std::size_t first, std::size_t kernel_rows,
                             RowPass& pass) const {
    const std::size_t count = std::min(kernel_rows, groups[g].rows - first);
    pass.set_rows(first, count);
    for (std::size_t k = 0; k < states_[g].size(); ++k) {
        Real omega[group_rows];
        Real variance[group_rows];
        states_[g][k]->sums(first, kernel_rows, omega, variance);
        const UnitBranch& unit = groups[g].units[k];
        const double least = smallest_variance_of(unit.wiring, sites[unit.weights].is_real());
        for (std::size_t r = 0; r < count; ++r) {
            pass.omega[pass.index(k, r)] = static_cast<double>(omega[r]);
            pass.variance[pass.index(k, r)] = std::max(static_cast<double>(variance[r]), least);
        }
    }
}

template <class Real>
void Solver<Real>::take_exact(std::size_t g, std::size_t a, Piece& piece) const {
    RowPass& pass = piece.pass;
    const std::size_t units = states_[g].size();
    piece.exact.resize(units);
    for (std::size_t k = 0; k < units; ++k) {
        states_[g][k]->take_exact(*groups[g].units[k].channel, a, piece.exact[k]);
        pass.log_plus[k] = piece.exact[k].log_plus();
        pass.log_minus[k] = piece.exact[k].log_minus();
    }
    pass.fields_from_probabilities();
}

template <class Real>
void Solver<Real>::visit_rows(std::size_t g, std::size_t first, std::size_t kernel_rows,
                              Piece& piece) {
    RowPass& pass = piece.pass;
    if (options.accuracy == Accuracy::Exact) {
        const std::size_t last = std::min(first + kernel_rows, groups[g].rows);
        for (std::size_t a = first; a < last; ++a) {
            pass.set_rows(a, 1);
            take_exact(g, a, piece);
            pass.ask_gate();
            for (std::size_t k = 0; k < states_[g].size(); ++k) {
                states_[g][k]->update_exact(piece.exact[k], a, pass.field_down[k], options.damping,
                                            piece.changes[k]);
            }
        }
        return;
    }
    take_sums(g, first, kernel_rows, pass);
    if (pass.gate_reads_fields()) pass.ask_channels();
    pass.ask_gate();
    if (options.accuracy == Accuracy::Relaxed) {
        pass.ask_derivatives();
        update_relaxed(g, first, kernel_rows, piece);
        return;
    }
    for (std::size_t k = 0; k < states_[g].size(); ++k) {
        for (std::size_t r = 0; r < pass.count(); ++r) {
            const std::size_t e = pass.index(k, r);
            states_[g][k]->update_gaussian(*groups[g].units[k].channel, first + r, pass.omega[e],
                                           pass.variance[e], pass.field_down[e], options.damping,
                                           piece.changes[k]);
        }
    }
}

template <class Real>
void Solver<Real>::update_relaxed(std::size_t g, std::size_t first, std::size_t kernel_rows,
                                  Piece& piece) {
    const RowPass& pass = piece.pass;
    const auto bounded = [](double x) {
        return static_cast<Real>(std::clamp(x, -largest_response, largest_response));
    };
    for (std::size_t k = 0; k < states_[g].size(); ++k) {
        Real response[group_rows] = {};
        Real slope[group_rows] = {};
        for (std::size_t r = 0; r < pass.count(); ++r) {
            response[r] = bounded(pass.g[pass.index(k, r)]);
            slope[r] = bounded(pass.g_prime[pass.index(k, r)]);
        }
        states_[g][k]->update_relaxed(first, kernel_rows, response, slope, options.damping,
                                      piece.changes[k]);
    }
}

template <class Real>
double Solver<Real>::overlap() const {
    // A plate is counted once, through the first wiring that reads it.
    std::vector<bool> seen(sites.size(), false);
    double sum = 0.0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        for (std::size_t k = 0; k < states_[g].size(); ++k) {
            const std::size_t plate = groups[g].units[k].weights;
            if (seen[plate]) continue;
            seen[plate] = true;
            sum += states_[g][k]->sum_of_squared_means();
        }
    }
    return overlap_of(sum, weight_count);
}

/// What all messages say of the weights of each plate, and with the prior's message besides: added
/// up anew, for the sums that iterations keep are off by their rounding.
template <class Real>
std::vector<typename Solver<Real>::PlateSums> Solver<Real>::sum_messages() const {
    std::vector<PlateSums> sums(sites.size());
    for (std::size_t p = 0; p < sites.size(); ++p) {
        sums[p].data.assign(sites[p].size(), 0.0);
        sums[p].data_precision.assign(sites[p].data_precision().size(), 0.0);
    }
    for (std::size_t g = 0; g < groups.size(); ++g) {
        for (std::size_t k = 0; k < states_[g].size(); ++k) {
            PlateSums& plate = sums[groups[g].units[k].weights];
            states_[g][k]->add_to({plate.data_precision, plate.data});
        }
    }
    for (std::size_t p = 0; p < sites.size(); ++p) {
        sums[p].total = sums[p].data;
        sums[p].total_precision = sums[p].data_precision;
        for (std::size_t i = 0; i < sites[p].size(); ++i) sums[p].total[i] += sites[p].own()[i];
        for (std::size_t i = 0; i < sums[p].total_precision.size(); ++i) {
            sums[p].total_precision[i] += sites[p].own_precision()[i];
        }
    }
    return sums;
}

template <class Real>
double Solver<Real>::row_entropy(std::size_t g, std::size_t a, FreeEntropyForm form,
                                 const std::vector<PlateSums>& sums, Piece& piece) const {
    RowPass& pass = piece.pass;
    const bool exact = options.accuracy == Accuracy::Exact;
    const std::size_t units = states_[g].size();
    double sum = 0.0;
    pass.set_rows(a, 1);
    for (std::size_t k = 0; k < units; ++k) {
        const PlateSums& plate = sums[groups[g].units[k].weights];
        const RowTerms terms = states_[g][k]->row_terms(a, {plate.total_precision, plate.total});
        pass.omega[k] = terms.omega;
        pass.variance[k] = std::max(terms.variance, smallest_variance);
        sum -= terms.edges;
    }
    if (exact) {
        take_exact(g, a, piece);
    } else {
        pass.ask_channels();
    }
    const double log_gate = pass.log_gate()[0];
    // The row has no chance at all: no sum of logarithms means anything.
    if (log_gate < least_log_probability) return nan;
    if (!exact || form == FreeEntropyForm::Consistent) return sum + log_gate;
    // The reference implementation's row: exact messages, normal probabilities.
    const std::vector<double> f = pass.field_up;
    pass.ask_gate();
    pass.ask_channels();
    if (!pass.gate_reads_fields()) return sum + pass.log_gate()[0];
    sum += log_gate;
    for (std::size_t k = 0; k < units; ++k) {
        const double v = pass.field_down[k];
        // log[(1 + t)/2 P + (1 - t)/2 (1 - P)] - log[(1 + t tanh f)/2]
        sum += log_add_exp(v + pass.log_plus[k], pass.log_minus[k] - v) - log_2cosh(v);
        sum -= log_2cosh(v + f[k]) - log_2cosh(v) - log_2cosh(f[k]);
    }
    return sum;
}

template <class Real>
double Solver<Real>::free_entropy(FreeEntropyForm form) const {
    const std::vector<PlateSums> sums = sum_messages();
    double total = 0.0;
    for (std::size_t p = 0; p < sites.size(); ++p) {
        total += sites[p].log_partition({sums[p].data_precision, sums[p].data}, coupling);
    }
    if (std::isnan(total)) return nan;
    const bool exact = options.accuracy == Accuracy::Exact;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        for (const UnitBranch& branch : groups[g].units) {
            if ((!exact || form == FreeEntropyForm::Reference) &&
                !branch.channel->abilities().log_probability) {
                return nan;
            }
        }
        total += parallel_sum(groups[g].rows, 8, [&](std::size_t begin, std::size_t end) {
            Piece piece(groups[g], states_[g]);
            double sum = 0.0;
            for (std::size_t a = begin; a < end; ++a) {
                sum += row_entropy(g, a, form, sums, piece);
            }
            return sum;
        });
    }
    return total / static_cast<double>(weight_count);
}

template <class Real>
double Solver<Real>::expected_errors() const {
    const bool exact = options.accuracy == Accuracy::Exact;
    double total = 0.0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        for (const UnitBranch& branch : groups[g].units) {
            if (!exact && !branch.channel->abilities().log_probability) return nan;
        }
        total += parallel_sum(groups[g].rows, 8, [&](std::size_t begin, std::size_t end) {
            Piece piece(groups[g], states_[g]);
            double sum = 0.0;
            for (std::size_t a = begin; a < end; ++a) {
                take_sums(g, a, 1, piece.pass);
                if (exact) {
                    take_exact(g, a, piece);
                } else {
                    piece.pass.ask_channels();
                }
                sum += piece.pass.violations();
            }
            return sum;
        });
    }
    return total;
}

template <class Real>
SolverState Solver<Real>::save() const {
    SolverState state;
    state.solver = state_name();
    const bool fields_form = coupling.form == ReinforcementForm::Fields;
    state.arrays.push_back({"progress", std::vector<std::uint64_t>{iterations, fields_form}});
    state.arrays.push_back(
        {"numbers", std::vector<double>{options.damping, coupling.gamma, coupling.replicas}});
    for (std::size_t p = 0; p < sites.size(); ++p) sites[p].save(p, state);
    for (std::size_t g = 0; g < groups.size(); ++g) {
        for (std::size_t k = 0; k < states_[g].size(); ++k) {
            states_[g][k]->save(fmt::format("{} {}", g, k), state);
        }
    }
    return state;
}

template <class Real>
void Solver<Real>::restore(const SolverState& state) {
    state.require_solver(state_name());
    // Everything is looked up before anything changes.
    const auto& progress = state.find<std::uint64_t>("progress", 2);
    const auto& numbers = state.find<double>("numbers", 3);
    for (const bool change : {false, true}) {
        for (std::size_t p = 0; p < sites.size(); ++p) sites[p].restore(p, state, change);
        for (std::size_t g = 0; g < groups.size(); ++g) {
            for (std::size_t k = 0; k < states_[g].size(); ++k) {
                states_[g][k]->restore(fmt::format("{} {}", g, k), state, change);
            }
        }
    }
    iterations = progress[0];
    options.damping = numbers[0];
    coupling = {numbers[1], numbers[2],
                progress[1] ? ReinforcementForm::Fields : ReinforcementForm::Replicas};
    for (std::size_t p = 0; p < sites.size(); ++p) refresh(p);
    for_each_state([](State& s, std::size_t) { s.take_weight_change(); });
}

}  // namespace

BeliefPropagation::BeliefPropagation(const FactorGraph& graph,
                                     const BeliefPropagationOptions& options) {
    options.validate();
    graph.check();
    const std::string user =
        fmt::format("belief propagation at accuracy {}", accuracy_name(options.accuracy));
    const std::vector<WeightPlate> plates = graph.weight_plates();
    for (const WeightPlate& plate : plates) {
        if (options.accuracy == Accuracy::Exact && plate.plate.kind == VariableKind::RealWeight) {
            throw Error(fmt::format(
                "accuracy exact sums over +-1 weights, and plate '{}' holds real ones: use "
                "gaussian or relaxed",
                plate.plate.name));
        }
        graph.require(needed_by(options.accuracy, plate.plate.kind), user);
    }
    for (const RowGroup& group : graph.row_groups()) {
        // Fields up, of a gate that wants them, come from the same place as messages down.
        if (group.gate->reads_fields() && options.accuracy != Accuracy::Exact) {
            graph.require({.log_probability = true}, fmt::format("gate '{}'", group.gate->name()));
        }
        for (const UnitBranch& unit : group.units) {
            if (options.accuracy == Accuracy::Exact && unit.wiring.real) {
                throw Error(
                    "accuracy exact sums over +-1 inputs, and the patterns have real ones: use "
                    "gaussian or relaxed");
            }
            if (options.accuracy == Accuracy::Exact && unit.wiring.inputs > ExactRow::max_inputs) {
                throw Error(
                    fmt::format("accuracy exact costs the square of the inputs and takes at "
                                "most {}; a unit here has {}: use gaussian or relaxed",
                                ExactRow::max_inputs, unit.wiring.inputs));
            }
        }
    }
    if (options.precision == Precision::Single) {
        impl_ = std::make_unique<Solver<float>>(graph, options);
    } else {
        impl_ = std::make_unique<Solver<double>>(graph, options);
    }
}

BeliefPropagation::~BeliefPropagation() = default;
BeliefPropagation::BeliefPropagation(BeliefPropagation&&) noexcept = default;
BeliefPropagation& BeliefPropagation::operator=(BeliefPropagation&&) noexcept = default;

IterationReport BeliefPropagation::step(const Coupling& coupling) {
    return impl_->step(coupling);
}

std::size_t BeliefPropagation::iterations() const {
    return impl_->iterations;
}

Weights BeliefPropagation::weights() const {
    return weights_of(impl_->sites);
}

std::vector<double> BeliefPropagation::fields(std::size_t plate) const {
    return fields_of(impl_->sites, plate);
}

std::vector<double> BeliefPropagation::magnetizations(std::size_t plate) const {
    return magnetizations_of(impl_->sites, plate);
}

double BeliefPropagation::overlap() const {
    return impl_->overlap();
}

FocusingOverlaps BeliefPropagation::focusing_overlaps() const {
    return focusing_overlaps_of(impl_->sites, impl_->coupling);
}

double BeliefPropagation::free_entropy() const {
    return impl_->free_entropy(FreeEntropyForm::Consistent);
}

double BeliefPropagation::free_entropy(FreeEntropyForm form) const {
    return impl_->free_entropy(form);
}

void BeliefPropagation::set_start_field(const std::vector<std::vector<double>>& fields) {
    set_start_field_of(impl_->sites, fields);
}

void BeliefPropagation::set_start_scale(double scale) {
    for (Sites& plate : impl_->sites) plate.set_start_scale(scale);
}

void BeliefPropagation::set_inverse_temperature(double beta) {
    for (std::size_t g = 0; g < impl_->groups.size(); ++g) {
        impl_->groups[g].gate = tolerant_gate(impl_->gates[g], beta);
    }
}

double BeliefPropagation::expected_errors() const {
    return impl_->expected_errors();
}

void BeliefPropagation::set_damping(double damping) {
    BeliefPropagationOptions changed = impl_->options;
    changed.damping = damping;
    changed.validate();
    impl_->options = changed;
}

SolverState BeliefPropagation::save() const {
    return impl_->save();
}

void BeliefPropagation::restore(const SolverState& state) {
    impl_->restore(state);
}

namespace {

/// Messages, fields and sums of changes of one wiring. Weights have some fields in double besides.
/// Messages about real inputs to +-1 weights have rows without padding, and fit as well.
std::size_t wiring_bytes(std::size_t first_input, std::size_t inputs, std::size_t rows,
                         VariableKind kind, Precision precision, Accuracy accuracy) {
    const bool real = kind == VariableKind::RealWeight;
    const auto messages = [&](auto number) {
        using Real = decltype(number);
        return real ? GaussianMessages<Real>::memory_bytes(first_input, inputs, rows, accuracy)
                    : StoredMessages<Real>::memory_bytes(first_input, inputs, rows);
    };
    const bool single = precision == Precision::Single;
    const std::size_t pieces = std::min(most_pieces, (rows + group_rows - 1) / group_rows);
    return (single ? messages(float{}) : messages(double{})) +
           pieces * inputs * (single ? sizeof(float) : sizeof(double)) +
           (real ? 6 : 3) * sizeof(double) * inputs;
}

}  // namespace

std::size_t BeliefPropagation::memory_bytes(const FactorGraph& graph, Precision precision,
                                            Accuracy accuracy) {
    const std::vector<WeightPlate> plates = graph.weight_plates();
    std::size_t bytes = 0;
    for (const RowGroup& group : graph.row_groups()) {
        for (const UnitBranch& unit : group.units) {
            bytes += wiring_bytes(unit.wiring.first_input, unit.wiring.inputs, group.rows,
                                  plates[unit.weights].plate.kind, precision, accuracy);
        }
    }
    return bytes;
}

std::size_t BeliefPropagation::memory_bytes(const Network& network, std::size_t patterns,
                                            Precision precision, Accuracy accuracy) {
    const VariableKind kind = network.weights == WeightKind::Spherical ? VariableKind::RealWeight
                                                                       : VariableKind::IsingWeight;
    std::size_t bytes = 0;
    for (std::size_t k = 0; k < network.hidden; ++k) {
        bytes += wiring_bytes(network.first_input(k), network.unit_inputs(), patterns, kind,
                              precision, accuracy);
    }
    return bytes;
}

}  // namespace steppe
