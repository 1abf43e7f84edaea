#include "steppe/inference/belief_propagation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "steppe/error.hpp"
#include "steppe/inference/exact_row.hpp"
#include "steppe/inference/gaussian_series.hpp"
#include "steppe/inference/row_pass.hpp"
#include "steppe/inference/sites.hpp"
#include "steppe/inference/stored_messages.hpp"
#include "steppe/numeric/log_odds.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

using kernels::group_rows;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Sums over a row with all weights frozen keep a variance: a response divides by it.
constexpr double smallest_variance = 1e-25;
/// Responses are kept where products with them stay finite in single precision.
constexpr double largest_response = 1e15;

/// Pieces a block of rows is cut into at most: each has its own sum of changes, and the sums are
/// added in order. More than any number of cores that shares one block to advantage.
constexpr std::size_t most_pieces = 64;

/// Pattern-weight pairs (at the cost of one of accuracy relaxed) that a piece has at least: about
/// 10 microseconds. Less is not worth handing to another thread, and where another program keeps a
/// core busy every piece handed out can mean a wait.
constexpr std::size_t least_work = 32768;

/// Weights per piece of loops over weights.
constexpr std::size_t weight_grain = 1024;

ChannelAbilities needed_by(Accuracy accuracy) {
    switch (accuracy) {
        case Accuracy::Exact:
            return {.answer = true};
        case Accuracy::Gaussian:
            return {.log_probability = true};
        case Accuracy::Relaxed:
            return {.derivatives = true};
    }
    return {};
}

/// A new message from the wanted one.
double saturate(double field) {
    return std::clamp(field, -saturation_field, saturation_field);
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
    virtual SolverState save() const = 0;
    virtual void restore(const SolverState& state) = 0;

    BeliefPropagationOptions options;
    std::vector<RowGroup> groups;
    std::vector<Sites> sites;  // one a weight plate
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
        weight_count = graph.weight_count();
        for (const WeightPlate& plate : graph.weight_plates()) sites.emplace_back(plate);
        const Philox start(options.seed, Stream::Init);
        std::size_t unit = 0;
        for (const RowGroup& group : groups) {
            states_.emplace_back();
            for (const UnitBranch& branch : group.units) {
                states_.back().emplace_back(branch, group.rows, start, unit++, options.start);
                states_.back().back().add_to(sites[branch.weights].data());
            }
        }
        for (std::size_t p = 0; p < sites.size(); ++p) refresh(p);
        for_each_state([](auto& state, std::size_t) { state.take_weight_change(); });
    }

    IterationReport step(const Coupling& wanted) override;
    double overlap() const override;
    double free_entropy(FreeEntropyForm form) const override;
    SolverState save() const override;
    void restore(const SolverState& state) override;

  private:
    using State = StoredMessages<Real>;

    static const char* state_name() {
        return sizeof(Real) == 4 ? "belief-propagation-single" : "belief-propagation-double";
    }

    /// Scratch of one piece of a block; kept between iterations.
    struct Piece {
        Piece(const RowGroup& group, const std::vector<State>& states)
            : pass(group, group_rows), mean(longest(states)), variance(longest(states)) {
            for (const State& state : states) changes.emplace_back(state.lanes());
        }
        static std::size_t longest(const std::vector<State>& states) {
            std::size_t lanes = 0;
            for (const State& state : states) lanes = std::max(lanes, state.lanes());
            return lanes;
        }
        RowPass pass;
        std::vector<AlignedArray<Real>> changes;  // of the field, per unit
        double largest_change = 0.0;
        // Accuracies exact and gaussian, one row at a time.
        std::vector<ExactRow> exact;
        AlignedArray<Real> mean, variance;
        std::vector<double> wanted, cavity_omega, cavity_variance, up_plus, up_minus, down_plus,
            down_minus;
        std::vector<std::uint32_t> same_row;
    };

    template <class Use>
    void for_each_state(const Use& use) {
        for (std::size_t g = 0; g < groups.size(); ++g) {
            for (std::size_t k = 0; k < states_[g].size(); ++k) {
                use(states_[g][k], groups[g].units[k].weights);
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
    void update_gaussian(std::size_t g, std::size_t a, std::size_t k, Piece& piece);
    void update_gaussian_directly(std::size_t g, std::size_t a, std::size_t k, Piece& piece);
    void update_exact(std::size_t g, std::size_t a, std::size_t k, Piece& piece);
    /// Moves the messages of row a towards piece.wanted.
    void move_row(State& state, std::size_t a, AlignedArray<Real>& changes, Piece& piece);

    std::vector<std::vector<State>> states_;                   // [group][unit]
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
    return report;
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
    // A fresh random order (Fisher and Yates); the numbers belong to (seed, iteration, group).
    std::vector<std::size_t> order(rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const Philox random(options.seed, Stream::Order);
    for (std::size_t left = rows; left > 1; --left) {
        const std::size_t pick =
            random.below(left, iterations * groups.size() + g, static_cast<std::uint32_t>(left));
        std::swap(order[left - 1], order[pick]);
    }
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
    for (const State& state : states_[g]) {
        // Rough figures: what a pair costs beside one of accuracy relaxed (benchmarks/).
        work += state.inputs() * (options.accuracy == Accuracy::Exact      ? state.inputs()
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
        piece.largest_change = 0.0;
        for (auto& changes : piece.changes) std::fill_n(changes.data(), changes.size(), Real{0});
        for (std::size_t visit = begin; visit < end; ++visit) {
            const auto [first, kernel_rows] = rows(visit);
            visit_rows(g, first, kernel_rows, piece);
        }
    });
    for (std::size_t p = 0; p < count; ++p) {
        report.message_change = std::max(report.message_change, pieces[p]->largest_change);
    }
    for (std::size_t k = 0; k < states_[g].size(); ++k) {
        const State& state = states_[g][k];
        const std::span<double> data = sites[groups[g].units[k].weights].data();
        parallel_for(state.inputs(), weight_grain, [&](std::size_t begin, std::size_t end) {
            for (std::size_t p = 0; p < count; ++p) {
                const Real* changes = pieces[p]->changes[k].data() + state.offset();
                for (std::size_t i = begin; i < end; ++i) {
                    data[i] += static_cast<double>(changes[i]);
                }
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
        // The kernels only read here; a panel also serves to write.
        kernels::sums(const_cast<State&>(states_[g][k]).panel(first, kernel_rows), omega, variance);
        for (std::size_t r = 0; r < count; ++r) {
            pass.omega[pass.index(k, r)] = static_cast<double>(omega[r]);
            pass.variance[pass.index(k, r)] =
                std::max(static_cast<double>(variance[r]), smallest_variance);
        }
    }
}

template <class Real>
void Solver<Real>::take_exact(std::size_t g, std::size_t a, Piece& piece) const {
    RowPass& pass = piece.pass;
    const std::size_t units = states_[g].size();
    piece.exact.resize(units);
    for (std::size_t k = 0; k < units; ++k) {
        const State& state = states_[g][k];
        const Real* messages = state.row(a);
        piece.wanted.resize(state.inputs());
        for (std::size_t i = 0; i < state.inputs(); ++i) {
            piece.wanted[i] =
                state.sign(a, i) * static_cast<double>(state.field(i) - messages[state.element(i)]);
        }
        piece.exact[k].set(*groups[g].units[k].channel, piece.wanted);
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
            for (std::size_t k = 0; k < states_[g].size(); ++k) update_exact(g, a, k, piece);
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
        for (std::size_t r = 0; r < pass.count(); ++r) update_gaussian(g, first + r, k, piece);
    }
}

template <class Real>
void Solver<Real>::update_relaxed(std::size_t g, std::size_t first, std::size_t kernel_rows,
                                  Piece& piece) {
    const RowPass& pass = piece.pass;
    for (std::size_t k = 0; k < states_[g].size(); ++k) {
        State& state = states_[g][k];
        const kernels::Panel<Real> panel = state.panel(first, kernel_rows);
        Real response[group_rows] = {};
        Real slope[group_rows] = {};
        kernels::Update<Real> update{static_cast<Real>(options.damping), piece.changes[k].data()};
        double bounds[group_rows];
        for (std::size_t r = 0; r < pass.count(); ++r) {
            const std::size_t e = pass.index(k, r);
            const double here = std::clamp(pass.g[e], -largest_response, largest_response);
            const double there = std::clamp(pass.g_prime[e], -largest_response, largest_response);
            response[r] = static_cast<Real>(here);
            slope[r] = static_cast<Real>(there);
            bounds[r] = std::abs(here) + std::abs(there);
        }
        const Real change = kernels::update_relaxed(panel, response, slope, update);
        piece.largest_change = std::max(piece.largest_change, static_cast<double>(change));
        for (std::size_t r = 0; r < pass.count(); ++r) {
            float& bound = state.bound(first + r);
            bound = static_cast<float>((1.0 - options.damping) * bounds[r]) +
                    static_cast<float>(options.damping) * bound;
        }
    }
}

template <class Real>
void Solver<Real>::update_gaussian(std::size_t g, std::size_t a, std::size_t k, Piece& piece) {
    const RowPass& pass = piece.pass;
    const std::size_t e = pass.index(k, a - pass.first_row());
    kernels::GaussianRow<Real> row;
    double bound = 0.0;
    if (!gaussian_series(*groups[g].units[k].channel, pass.omega[e], pass.variance[e],
                         pass.field_down[e], row, bound)) {
        update_gaussian_directly(g, a, k, piece);
        return;
    }
    State& state = states_[g][k];
    const Real change = kernels::update_gaussian(
        state.panel(a, 1), row, {static_cast<Real>(options.damping), piece.changes[k].data()});
    piece.largest_change = std::max(piece.largest_change, static_cast<double>(change));
    float& kept = state.bound(a);
    kept = static_cast<float>((1.0 - options.damping) * bound) +
           static_cast<float>(options.damping) * kept;
}

template <class Real>
void Solver<Real>::update_gaussian_directly(std::size_t g, std::size_t a, std::size_t k,
                                            Piece& piece) {
    State& state = states_[g][k];
    const RowPass& pass = piece.pass;
    const std::size_t e = pass.index(k, a - pass.first_row());
    const std::size_t n = state.inputs();
    kernels::cavities(state.panel(a, 1), piece.mean.data(), piece.variance.data());
    for (auto* values : {&piece.wanted, &piece.cavity_omega, &piece.cavity_variance, &piece.up_plus,
                         &piece.up_minus, &piece.down_plus, &piece.down_minus}) {
        values->resize(n);
    }
    piece.same_row.assign(n, static_cast<std::uint32_t>(a));
    const double v = pass.field_down[e];
    const bool imposed = std::isinf(v) && v > 0.0;
    // The whole row at once, with xi_i w_i = +1 and then -1.
    const auto ask = [&](double xi_w, std::vector<double>& plus, std::vector<double>& minus) {
        for (std::size_t i = 0; i < n; ++i) {
            const double mean = static_cast<double>(piece.mean.data()[state.offset() + i]);
            piece.cavity_omega[i] = pass.omega[e] - state.sign(a, i) * mean + xi_w;
        }
        groups[g].units[k].channel->log_probability(
            {piece.same_row, piece.cavity_omega, piece.cavity_variance, {}}, plus,
            imposed ? std::span<double>() : std::span<double>(minus));
        if (imposed) return;
        for (std::size_t i = 0; i < n; ++i) plus[i] = log_add_exp(v + plus[i], minus[i] - v);
    };
    for (std::size_t i = 0; i < n; ++i) {
        const double own = static_cast<double>(piece.variance.data()[state.offset() + i]);
        piece.cavity_variance[i] = std::max(pass.variance[e] - own, smallest_variance);
    }
    ask(+1.0, piece.up_plus, piece.up_minus);
    ask(-1.0, piece.down_plus, piece.down_minus);
    for (std::size_t i = 0; i < n; ++i) {
        const double u = 0.5 * (piece.up_plus[i] - piece.down_plus[i]);
        // No number: both are impossible, and the row says nothing.
        piece.wanted[i] = std::isnan(u) ? 0.0 : state.sign(a, i) * saturate(u);
    }
    move_row(state, a, piece.changes[k], piece);
}

template <class Real>
void Solver<Real>::update_exact(std::size_t g, std::size_t a, std::size_t k, Piece& piece) {
    State& state = states_[g][k];
    piece.wanted.resize(state.inputs());
    piece.exact[k].messages(piece.pass.field_down[k], piece.wanted);
    for (std::size_t i = 0; i < state.inputs(); ++i) piece.wanted[i] *= state.sign(a, i);
    move_row(state, a, piece.changes[k], piece);
}

template <class Real>
void Solver<Real>::move_row(State& state, std::size_t a, AlignedArray<Real>& changes,
                            Piece& piece) {
    Real* messages = state.row(a);
    double bound = 0.0;
    for (std::size_t i = 0; i < state.inputs(); ++i) {
        Real& u = messages[state.element(i)];
        const double old = static_cast<double>(u);
        u = static_cast<Real>((1.0 - options.damping) * piece.wanted[i] + options.damping * old);
        const double now = static_cast<double>(u);
        changes.data()[state.offset() + i] += static_cast<Real>(now - old);
        bound = std::max(bound, std::abs(now));
        if (std::abs(now - old) > piece.largest_change) {
            piece.largest_change =
                std::max(piece.largest_change, std::abs(std::tanh(now) - std::tanh(old)));
        }
    }
    state.bound(a) =
        std::nextafter(static_cast<float>(bound), std::numeric_limits<float>::infinity());
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
            sum += states_[g][k].sum_of_squared_magnetizations();
        }
    }
    return sum / static_cast<double>(weight_count);
}

/// log 2cosh(h) - log 2cosh(h - u), summed over the weights of one row: with T = tanh h each is
/// -log(cosh u - T sinh u), and one logarithm serves several weights.
template <class Real>
double edge_sum(const StoredMessages<Real>& state, std::size_t a) {
    const Real* messages = state.row(a);
    double sum = 0.0;
    double product = 1.0;
    for (std::size_t i = 0; i < state.inputs(); ++i) {
        const double u = static_cast<double>(messages[state.element(i)]);
        if (std::abs(u) < kernels::medium_message) {
            const double s = u * u;
            const double cosh = 1.0 + s * (0.5 + s * (1.0 / 24 + s * (1.0 / 720 + s / 40320)));
            const double sinh =
                u * (1.0 + s * (1.0 / 6 + s * (1.0 / 120 + s * (1.0 / 5040 + s / 362880))));
            product *= cosh - static_cast<double>(state.tanh(i)) * sinh;
            if (i % 16 == 15) {
                sum -= std::log(product);
                product = 1.0;
            }
        } else {
            const double h = static_cast<double>(state.field(i));
            sum += log_2cosh(h) - log_2cosh(h - u);
        }
    }
    return sum - std::log(product);
}

template <class Real>
double Solver<Real>::free_entropy(FreeEntropyForm form) const {
    double total = 0.0;
    for (const Sites& plate : sites) total += plate.log_partition(coupling);
    if (std::isnan(total)) return nan;
    const bool exact = options.accuracy == Accuracy::Exact;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const std::size_t units = states_[g].size();
        for (const UnitBranch& branch : groups[g].units) {
            if ((!exact || form == FreeEntropyForm::Reference) &&
                !branch.channel->abilities().log_probability) {
                return nan;
            }
        }
        total += parallel_sum(groups[g].rows, 8, [&](std::size_t begin, std::size_t end) {
            Piece piece(groups[g], states_[g]);
            RowPass& pass = piece.pass;
            double sum = 0.0;
            for (std::size_t a = begin; a < end; ++a) {
                for (const State& state : states_[g]) sum -= edge_sum(state, a);
                take_sums(g, a, 1, pass);
                if (exact) {
                    take_exact(g, a, piece);
                } else {
                    pass.ask_channels();
                }
                if (!exact || form == FreeEntropyForm::Consistent) {
                    sum += pass.log_gate()[0];
                    continue;
                }
                // The reference implementation's row: exact messages, normal probabilities.
                const std::vector<double> f = pass.field_up;
                const double log_gate = pass.log_gate()[0];
                pass.ask_gate();
                pass.ask_channels();
                if (!pass.gate_reads_fields()) {
                    sum += pass.log_gate()[0];
                    continue;
                }
                sum += log_gate;
                for (std::size_t k = 0; k < units; ++k) {
                    const double v = pass.field_down[k];
                    // log[(1 + t)/2 P + (1 - t)/2 (1 - P)] - log[(1 + t tanh f)/2]
                    sum += log_add_exp(v + pass.log_plus[k], pass.log_minus[k] - v) - log_2cosh(v);
                    sum -= log_2cosh(v + f[k]) - log_2cosh(v) - log_2cosh(f[k]);
                }
            }
            return sum;
        });
    }
    return total / static_cast<double>(weight_count);
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
            const auto& messages = states_[g][k].messages();
            state.arrays.push_back(
                {fmt::format("messages {} {}", g, k),
                 std::vector<Real>(messages.data(), messages.data() + messages.size())});
            std::vector<float> bounds;
            for (std::size_t a = 0; a < groups[g].rows; ++a) {
                bounds.push_back(const_cast<State&>(states_[g][k]).bound(a));
            }
            state.arrays.push_back({fmt::format("bounds {} {}", g, k), std::move(bounds)});
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
                State& mine_here = states_[g][k];
                const auto& messages = state.find<Real>(fmt::format("messages {} {}", g, k),
                                                        mine_here.messages().size());
                const auto& bounds =
                    state.find<float>(fmt::format("bounds {} {}", g, k), groups[g].rows);
                if (!change) continue;
                std::copy(messages.begin(), messages.end(), mine_here.messages().data());
                for (std::size_t a = 0; a < bounds.size(); ++a) mine_here.bound(a) = bounds[a];
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
    graph.require(needed_by(options.accuracy), fmt::format("belief propagation at accuracy {}",
                                                           accuracy_name(options.accuracy)));
    for (const RowGroup& group : graph.row_groups()) {
        // Fields up, of a gate that wants them, come from the same place as messages down.
        if (group.gate->reads_fields() && options.accuracy != Accuracy::Exact) {
            graph.require({.log_probability = true}, fmt::format("gate '{}'", group.gate->name()));
        }
        for (const UnitBranch& unit : group.units) {
            if (!unit.wiring.patterns) {
                throw Error(
                    "the patterns have real inputs; belief propagation here takes +-1 inputs, and "
                    "approximate message passing takes both");
            }
            if (options.accuracy == Accuracy::Exact && unit.wiring.inputs > ExactRow::max_inputs) {
                throw Error(
                    fmt::format("accuracy exact costs the square of the inputs and takes at "
                                "most {}; a unit here has {}: use gaussian or relaxed",
                                ExactRow::max_inputs, unit.wiring.inputs));
            }
        }
    }
    for (const WeightPlate& plate : graph.weight_plates()) {
        if (plate.plate.kind != VariableKind::IsingWeight) {
            throw Error(
                fmt::format("plate '{}' holds real weights; belief propagation here takes +-1 "
                            "weights",
                            plate.plate.name));
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

/// Messages, fields and sums of changes of one wiring. Weights have three fields in double besides.
std::size_t wiring_bytes(std::size_t first_input, std::size_t inputs, std::size_t rows,
                         Precision precision) {
    const bool single = precision == Precision::Single;
    const std::size_t pieces = std::min(most_pieces, (rows + group_rows - 1) / group_rows);
    return (single ? StoredMessages<float>::memory_bytes(first_input, inputs, rows)
                   : StoredMessages<double>::memory_bytes(first_input, inputs, rows)) +
           pieces * inputs * (single ? sizeof(float) : sizeof(double)) +
           3 * sizeof(double) * inputs;
}

}  // namespace

std::size_t BeliefPropagation::memory_bytes(const FactorGraph& graph, Precision precision) {
    std::size_t bytes = 0;
    for (const RowGroup& group : graph.row_groups()) {
        for (const UnitBranch& unit : group.units) {
            bytes +=
                wiring_bytes(unit.wiring.first_input, unit.wiring.inputs, group.rows, precision);
        }
    }
    return bytes;
}

std::size_t BeliefPropagation::memory_bytes(const Network& network, std::size_t patterns,
                                            Precision precision) {
    return network.hidden * wiring_bytes(0, network.unit_inputs(), patterns, precision);
}

}  // namespace steppe
