#include "steppe/inference/bp/belief_propagation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "steppe/error.hpp"
#include "steppe/inference/bp/dense_messages.hpp"
#include "steppe/inference/bp/exact_row.hpp"
#include "steppe/inference/bp/gaussian_messages.hpp"
#include "steppe/inference/bp/stored_messages.hpp"
#include "steppe/inference/plate_solver.hpp"
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
    require_damping(damping);
    require_start(start);
}

/// The part that does not depend on the precision.
struct BeliefPropagation::Impl : PlateSolver<Sites> {
    using PlateSolver::PlateSolver;
    double free_entropy() const final { return free_entropy_as(FreeEntropyForm::Consistent); }
    virtual double free_entropy_as(FreeEntropyForm form) const = 0;
};

namespace {

template <class Real>
class Solver final : public BeliefPropagation::Impl {
  public:
    Solver(const FactorGraph& graph, const BeliefPropagationOptions& options)
        : Impl(graph, state_name(), options.damping), options_(options) {
        for (const WeightPlate& plate : graph.weight_plates()) plates_.emplace_back(plate);
        make_states();
        for (std::size_t p = 0; p < plates_.size(); ++p) {
            if (plates_[p].is_real()) plates_[p].update_prior({}, 0.0);
            refresh(p);
        }
        for_each_state([](State& state, std::size_t) { state.take_weight_change(); });
    }

    double free_entropy_as(FreeEntropyForm form) const override;
    double expected_errors() const override;
    CavitySums cavity_sums(std::size_t group, std::size_t unit) const override;

  protected:
    void pass_messages(IterationReport& report) override;
    void look_at_weights(IterationReport& report) override;
    double squares() const override;
    void save_messages(SolverState& state) const override;
    void restore_messages(const SolverState& state, bool change) override;
    void follow_restored() override;

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
        for (std::size_t g = 0; g < row_groups_.size(); ++g) {
            for (std::size_t k = 0; k < states_[g].size(); ++k) {
                use(*states_[g][k], row_groups_[g].units[k].weights);
            }
        }
    }

    /// Brings the kernels' copies of a plate's fields up to date.
    void refresh(std::size_t plate) {
        for_each_state([&](State& state, std::size_t weights) {
            if (weights == plate) state.refresh(plates_[plate]);
        });
    }

    void make_states();
    /// The state of a unit that has none yet; `unit` counts those of all groups.
    std::unique_ptr<State> make_state(const UnitBranch& branch, std::size_t rows,
                                      const Philox& random, std::size_t unit) const;
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

    const BeliefPropagationOptions options_;                   // but for damping()
    std::vector<States> states_;                               // [group][unit]
    std::vector<std::vector<std::unique_ptr<Piece>>> pieces_;  // [group]
};

template <class Real>
void Solver<Real>::make_states() {
    const Philox start(options_.seed, Stream::Init);
    std::size_t unit = 0;
    for (const RowGroup& group : row_groups_) {
        States& states = states_.emplace_back();
        for (const UnitBranch& branch : group.units) {
            states.push_back(make_state(branch, group.rows, start, unit++));
            Sites& plate = plates_[branch.weights];
            states.back()->add_to({plate.data_precision(), plate.data()});
        }
    }
}

template <class Real>
std::unique_ptr<MessageState<Real>> Solver<Real>::make_state(const UnitBranch& branch,
                                                             std::size_t rows, const Philox& random,
                                                             std::size_t unit) const {
    if (plates_[branch.weights].is_real()) {
        return std::make_unique<GaussianMessages<Real>>(branch, rows, random, unit, options_);
    }
    if (branch.wiring.real) {
        return std::make_unique<DenseMessages<Real>>(branch, rows, random, unit, options_.start);
    }
    return std::make_unique<StoredMessages<Real>>(branch, rows, random, unit, options_.start);
}

template <class Real>
void Solver<Real>::pass_messages(IterationReport& report) {
    pieces_.resize(row_groups_.size());
    for (std::size_t g = 0; g < row_groups_.size(); ++g) visit_group(g, report);
    for (std::size_t p = 0; p < plates_.size(); ++p) {
        plates_[p].update_prior(coupling(), damping());
        refresh(p);
    }
}

template <class Real>
void Solver<Real>::look_at_weights(IterationReport& report) {
    for_each_state([&](State& state, std::size_t) {
        report.weight_change = std::max(report.weight_change, state.take_weight_change());
    });
}

template <class Real>
void Solver<Real>::visit_group(std::size_t g, IterationReport& report) {
    const std::size_t rows = row_groups_[g].rows;
    const std::size_t block = options_.block == 0 ? rows : std::min(options_.block, rows);
    if (block == rows) {
        visit_block(
            g, (rows + group_rows - 1) / group_rows,
            [](std::size_t visit) { return std::pair(visit * group_rows, group_rows); }, report);
        return;
    }
    // A fresh random order; it belongs to (seed, iteration, group).
    const std::vector<std::size_t> order =
        Philox(options_.seed, Stream::Order).order(rows, iterations() * row_groups_.size() + g);
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
        work += state->inputs() * (options_.accuracy == Accuracy::Exact      ? state->inputs()
                                   : options_.accuracy == Accuracy::Gaussian ? 8
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
        pieces.push_back(std::make_unique<Piece>(row_groups_[g], states_[g]));
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
        Sites& plate = plates_[row_groups_[g].units[k].weights];
        parallel_for(state.inputs(), weight_grain, [&](std::size_t begin, std::size_t end) {
            for (std::size_t p = 0; p < count; ++p) {
                state.apply(pieces[p]->changes[k], begin, end, plate);
            }
        });
        refresh(row_groups_[g].units[k].weights);
    }
}

template <class Real>
void Solver<Real>::take_sums(std::size_t g, std::size_t first, std::size_t kernel_rows,
                             RowPass& pass) const {
    const std::size_t count = std::min(kernel_rows, row_groups_[g].rows - first);
    pass.set_rows(first, count);
    for (std::size_t k = 0; k < states_[g].size(); ++k) {
        Real omega[group_rows];
        Real variance[group_rows];
        states_[g][k]->sums(first, kernel_rows, omega, variance);
        const UnitBranch& unit = row_groups_[g].units[k];
        const double least = smallest_variance_of(unit.wiring, plates_[unit.weights].is_real());
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
        states_[g][k]->take_exact(*row_groups_[g].units[k].channel, a, piece.exact[k]);
        pass.log_plus[k] = piece.exact[k].log_plus();
        pass.log_minus[k] = piece.exact[k].log_minus();
    }
    pass.fields_from_probabilities();
}

template <class Real>
void Solver<Real>::visit_rows(std::size_t g, std::size_t first, std::size_t kernel_rows,
                              Piece& piece) {
    RowPass& pass = piece.pass;
    if (options_.accuracy == Accuracy::Exact) {
        const std::size_t last = std::min(first + kernel_rows, row_groups_[g].rows);
        for (std::size_t a = first; a < last; ++a) {
            pass.set_rows(a, 1);
            take_exact(g, a, piece);
            pass.ask_gate();
            for (std::size_t k = 0; k < states_[g].size(); ++k) {
                states_[g][k]->update_exact(piece.exact[k], a, pass.field_down[k], damping(),
                                            piece.changes[k]);
            }
        }
        return;
    }
    take_sums(g, first, kernel_rows, pass);
    if (pass.gate_reads_fields()) pass.ask_channels();
    pass.ask_gate();
    if (options_.accuracy == Accuracy::Relaxed) {
        pass.ask_derivatives();
        update_relaxed(g, first, kernel_rows, piece);
        return;
    }
    for (std::size_t k = 0; k < states_[g].size(); ++k) {
        for (std::size_t r = 0; r < pass.count(); ++r) {
            const std::size_t e = pass.index(k, r);
            states_[g][k]->update_gaussian(*row_groups_[g].units[k].channel, first + r,
                                           pass.omega[e], pass.variance[e], pass.field_down[e],
                                           damping(), piece.changes[k]);
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
        states_[g][k]->update_relaxed(first, kernel_rows, response, slope, damping(),
                                      piece.changes[k]);
    }
}

template <class Real>
double Solver<Real>::squares() const {
    // A plate is counted once, through the first wiring that reads it.
    std::vector<bool> seen(plates_.size(), false);
    double sum = 0.0;
    for (std::size_t g = 0; g < row_groups_.size(); ++g) {
        for (std::size_t k = 0; k < states_[g].size(); ++k) {
            const std::size_t plate = row_groups_[g].units[k].weights;
            if (seen[plate]) continue;
            seen[plate] = true;
            sum += states_[g][k]->sum_of_squared_means();
        }
    }
    return sum;
}

/// What all messages say of the weights of each plate, and with the prior's message besides: added
/// up anew, for the sums that iterations keep are off by their rounding.
template <class Real>
std::vector<typename Solver<Real>::PlateSums> Solver<Real>::sum_messages() const {
    std::vector<PlateSums> sums(plates_.size());
    for (std::size_t p = 0; p < plates_.size(); ++p) {
        sums[p].data.assign(plates_[p].size(), 0.0);
        sums[p].data_precision.assign(plates_[p].data_precision().size(), 0.0);
    }
    for (std::size_t g = 0; g < row_groups_.size(); ++g) {
        for (std::size_t k = 0; k < states_[g].size(); ++k) {
            PlateSums& plate = sums[row_groups_[g].units[k].weights];
            states_[g][k]->add_to({plate.data_precision, plate.data});
        }
    }
    for (std::size_t p = 0; p < plates_.size(); ++p) {
        sums[p].total = sums[p].data;
        sums[p].total_precision = sums[p].data_precision;
        for (std::size_t i = 0; i < plates_[p].size(); ++i) sums[p].total[i] += plates_[p].own()[i];
        for (std::size_t i = 0; i < sums[p].total_precision.size(); ++i) {
            sums[p].total_precision[i] += plates_[p].own_precision()[i];
        }
    }
    return sums;
}

template <class Real>
double Solver<Real>::row_entropy(std::size_t g, std::size_t a, FreeEntropyForm form,
                                 const std::vector<PlateSums>& sums, Piece& piece) const {
    RowPass& pass = piece.pass;
    const bool exact = options_.accuracy == Accuracy::Exact;
    const std::size_t units = states_[g].size();
    double sum = 0.0;
    pass.set_rows(a, 1);
    for (std::size_t k = 0; k < units; ++k) {
        const PlateSums& plate = sums[row_groups_[g].units[k].weights];
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
double Solver<Real>::free_entropy_as(FreeEntropyForm form) const {
    const bool by_sums = options_.accuracy != Accuracy::Exact || form == FreeEntropyForm::Reference;
    if (by_sums && !give_probabilities(row_groups_)) return nan;
    const std::vector<PlateSums> sums = sum_messages();
    double total = 0.0;
    for (std::size_t p = 0; p < plates_.size(); ++p) {
        total += plates_[p].log_partition({sums[p].data_precision, sums[p].data}, coupling());
    }
    if (std::isnan(total)) return nan;
    for (std::size_t g = 0; g < row_groups_.size(); ++g) {
        total += parallel_sum(row_groups_[g].rows, 8, [&](std::size_t begin, std::size_t end) {
            Piece piece(row_groups_[g], states_[g]);
            double sum = 0.0;
            for (std::size_t a = begin; a < end; ++a) {
                sum += row_entropy(g, a, form, sums, piece);
            }
            return sum;
        });
    }
    return total / static_cast<double>(weight_count_);
}

template <class Real>
double Solver<Real>::expected_errors() const {
    const bool exact = options_.accuracy == Accuracy::Exact;
    if (!exact && !give_probabilities(row_groups_)) return nan;
    double total = 0.0;
    for (std::size_t g = 0; g < row_groups_.size(); ++g) {
        total += parallel_sum(row_groups_[g].rows, 8, [&](std::size_t begin, std::size_t end) {
            Piece piece(row_groups_[g], states_[g]);
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
CavitySums Solver<Real>::cavity_sums(std::size_t g, std::size_t k) const {
    require_unit(g, k, row_groups_);
    const std::size_t rows = row_groups_[g].rows;
    CavitySums sums{std::vector<double>(rows), std::vector<double>(rows)};
    parallel_for(rows, group_rows, [&](std::size_t begin, std::size_t) {
        RowPass pass(row_groups_[g], group_rows);
        take_sums(g, begin, group_rows, pass);
        for (std::size_t r = 0; r < pass.count(); ++r) {
            sums.mean[begin + r] = pass.omega[pass.index(k, r)];
            sums.variance[begin + r] = pass.variance[pass.index(k, r)];
        }
    });
    return sums;
}

template <class Real>
void Solver<Real>::save_messages(SolverState& state) const {
    for (std::size_t g = 0; g < states_.size(); ++g) {
        for (std::size_t k = 0; k < states_[g].size(); ++k) {
            states_[g][k]->save(fmt::format("{} {}", g, k), state);
        }
    }
}

template <class Real>
void Solver<Real>::restore_messages(const SolverState& state, bool change) {
    for (std::size_t g = 0; g < states_.size(); ++g) {
        for (std::size_t k = 0; k < states_[g].size(); ++k) {
            states_[g][k]->restore(fmt::format("{} {}", g, k), state, change);
        }
    }
}

template <class Real>
void Solver<Real>::follow_restored() {
    for (std::size_t p = 0; p < plates_.size(); ++p) refresh(p);
    for_each_state([](State& state, std::size_t) { state.take_weight_change(); });
}

/// Throws Error where messages cannot be computed at that accuracy.
void require_accuracy(const FactorGraph& graph, Accuracy accuracy) {
    const std::string user =
        fmt::format("belief propagation at accuracy {}", accuracy_name(accuracy));
    for (const WeightPlate& plate : graph.weight_plates()) {
        if (accuracy == Accuracy::Exact && plate.plate.kind == VariableKind::RealWeight) {
            throw Error(fmt::format(
                "accuracy exact sums over +-1 weights, and plate '{}' holds real ones: use "
                "gaussian or relaxed",
                plate.plate.name));
        }
        graph.require(needed_by(accuracy, plate.plate.kind), user);
    }
    // At accuracy exact fields up come from the sums that messages down are made of.
    if (accuracy != Accuracy::Exact) {
        require_fields_up(graph);
        return;
    }
    for (const RowGroup& group : graph.row_groups()) {
        for (const UnitBranch& unit : group.units) {
            if (unit.wiring.real) {
                throw Error(
                    "accuracy exact sums over +-1 inputs, and the patterns have real ones: use "
                    "gaussian or relaxed");
            }
            if (unit.wiring.inputs > ExactRow::max_inputs) {
                throw Error(
                    fmt::format("accuracy exact costs the square of the inputs and takes at "
                                "most {}; a unit here has {}: use gaussian or relaxed",
                                ExactRow::max_inputs, unit.wiring.inputs));
            }
        }
    }
}

std::unique_ptr<MessagePassing> make_solver(const FactorGraph& graph,
                                            const BeliefPropagationOptions& options) {
    options.validate();
    graph.check();
    require_accuracy(graph, options.accuracy);
    if (options.precision == Precision::Single) {
        return std::make_unique<Solver<float>>(graph, options);
    }
    return std::make_unique<Solver<double>>(graph, options);
}

}  // namespace

BeliefPropagation::BeliefPropagation(const FactorGraph& graph,
                                     const BeliefPropagationOptions& options)
    : OpaqueSolver(make_solver(graph, options)) {}

double BeliefPropagation::free_entropy(FreeEntropyForm form) const {
    return static_cast<const Impl&>(behind()).free_entropy_as(form);
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
