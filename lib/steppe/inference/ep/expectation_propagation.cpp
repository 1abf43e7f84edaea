#include "steppe/inference/ep/expectation_propagation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "steppe/error.hpp"
#include "steppe/graph/tolerant_gate.hpp"
#include "steppe/inference/ep/joint_weights.hpp"
#include "steppe/inference/row_pass.hpp"
#include "steppe/inference/sites.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

constexpr const char* state_name = "expectation-propagation";

/// Rows per piece of the parallel loops.
constexpr std::size_t row_grain = 64;

/// A cavity precision below this part of the full one is raised to it.
constexpr double smallest_cavity = 1e-6;
/// A site that tells z better than this part of the pattern's own variance says no more.
constexpr double largest_site = 1e8;

}  // namespace

void ExpectationPropagationOptions::validate() const {
    if (!(damping >= 0.0 && damping < 1.0)) {
        throw Error(fmt::format("damping is {}: it must be at least 0 and below 1", damping));
    }
}

struct ExpectationPropagation::Impl {
    struct Unit {
        std::size_t group, index;  ///< which unit of which group
        std::shared_ptr<const SingularBasis> basis;
        std::unique_ptr<JointWeights> weights;
        double precision;            ///< D, of all patterns
        std::vector<double> fields;  ///< e, of each pattern
        std::vector<double> mean;    ///< of each weight
    };
    struct Group {
        RowGroup rows;
        std::shared_ptr<const RowFactor> gate;  ///< without tolerance
        std::vector<RowPass> passes;  ///< omega, V and fields up of each piece of the rows
        std::vector<std::size_t> units;
    };
    /// Sums over the rows of a piece.
    struct Sums {
        double shrink = 0.0, variance = 0.0;
        std::size_t floored = 0, rows = 0;
    };

    Impl(const FactorGraph& graph, const ExpectationPropagationOptions& wanted);

    IterationReport step(const Coupling& coupling);
    /// The data of the plate from the sites.
    void update_data(Unit& unit);
    /// Cavities of the rows [begin, end) and what channel and gate make of them. `x` and `t` are
    /// mean and variance along the basis, times s and s^2.
    Sums visit_rows(Unit& unit, std::size_t begin, std::size_t end, const std::vector<double>& x,
                    const std::vector<double>& t);
    std::size_t update(Unit& unit, bool move_site);
    void update_means();
    double free_entropy();
    double expected_errors();

    ExpectationPropagationOptions options;
    std::vector<Group> groups;
    std::vector<Unit> units;  ///< in the order of the graph's plates
    std::size_t weight_count = 0, iterations = 0, lost_rows = 0;
    double squares = 0.0, change = 0.0;
    Coupling coupling;
};

ExpectationPropagation::Impl::Impl(const FactorGraph& graph,
                                   const ExpectationPropagationOptions& wanted)
    : options(wanted), weight_count(graph.weight_count()) {
    const std::vector<WeightPlate> plates = graph.weight_plates();
    const std::vector<RowGroup> all = graph.row_groups();
    groups.reserve(all.size());  // Passes refer to the group they belong to.
    std::vector<std::pair<LinearWiring, std::shared_ptr<const SingularBasis>>> bases;
    std::vector<std::optional<Unit>> of_plate(plates.size());
    for (const RowGroup& rows : all) {
        Group& group = groups.emplace_back();
        group.rows = rows;
        group.gate = rows.gate;
        for (std::size_t k = 0; k < rows.units.size(); ++k) {
            const UnitBranch& branch = rows.units[k];
            const WeightPlate& plate = plates[branch.weights];
            if (of_plate[branch.weights]) {
                throw Error(fmt::format(
                    "plate '{}' feeds several wirings: expectation propagation takes one a plate; "
                    "belief propagation and approximate message passing take several",
                    plate.plate.name));
            }
            auto found = std::ranges::find_if(
                bases, [&](const auto& known) { return known.first == branch.wiring; });
            if (found == bases.end()) {
                bases.emplace_back(branch.wiring, std::make_shared<const SingularBasis>(
                                                      branch.wiring, wanted.poll));
                found = bases.end() - 1;
                lost_rows += found->second->lost_patterns();
            }
            const std::shared_ptr<const SingularBasis>& basis = found->second;
            of_plate[branch.weights] = Unit{groups.size() - 1,
                                            k,
                                            basis,
                                            JointWeights::make(plate, basis),
                                            0.0,
                                            std::vector<double>(rows.rows, 0.0),
                                            std::vector<double>(plate.plate.size, 0.0)};
            group.units.push_back(branch.weights);
        }
        for (std::size_t begin = 0; begin < rows.rows; begin += row_grain) {
            const std::size_t count = std::min(row_grain, rows.rows - begin);
            group.passes.emplace_back(group.rows, count);
            group.passes.back().set_rows(begin, count);
        }
    }
    for (std::optional<Unit>& unit : of_plate) units.push_back(std::move(*unit));
}

void ExpectationPropagation::Impl::update_data(Unit& unit) {
    const SingularBasis& basis = *unit.basis;
    std::vector<double> along(basis.rank());
    multiply_transposed(basis.left(), unit.fields, along);
    for (std::size_t j = 0; j < basis.rank(); ++j) along[j] *= basis.values()[j];
    unit.weights->set_data(unit.precision, along);
}

ExpectationPropagation::Impl::Sums ExpectationPropagation::Impl::visit_rows(
    Unit& unit, std::size_t begin, std::size_t end, const std::vector<double>& x,
    const std::vector<double>& t) {
    Group& group = groups[unit.group];
    RowPass& pass = group.passes[begin / row_grain];
    const std::size_t count = end - begin;
    std::array<double, row_grain> z, c;
    multiply_rows(unit.basis->left(), begin, end, x, std::span(z).first(count));
    multiply_rows(unit.basis->left_squares(), begin, end, t, std::span(c).first(count));
    Sums sums;
    for (std::size_t r = 0; r < count; ++r) {
        const std::size_t e = pass.index(unit.index, r);
        const double full = 1.0 / std::max(c[r], smallest_variance);
        double cavity = full - unit.precision;
        if (!(cavity > smallest_cavity * full)) {
            cavity = smallest_cavity * full;
            ++sums.floored;
        }
        pass.variance[e] = 1.0 / cavity;
        pass.omega[e] = pass.variance[e] * (z[r] * full - unit.fields[begin + r]);
    }
    if (pass.gate_reads_fields()) pass.ask_channel(unit.index);
    return sums;
}

std::size_t ExpectationPropagation::Impl::update(Unit& unit, bool move_site) {
    const std::size_t raised = unit.weights->answer(coupling, move_site ? options.damping : 1.0);
    Group& group = groups[unit.group];
    const std::size_t rank = unit.basis->rank(), rows = group.rows.rows;
    std::vector<double> x(rank), t(rank);
    for (std::size_t j = 0; j < rank; ++j) {
        const double s = unit.basis->values()[j];
        x[j] = s * unit.weights->mean_along(j);
        t[j] = s * s * unit.weights->variance_along(j);
    }
    std::vector<Sums> pieces(group.passes.size());
    parallel_for(rows, row_grain, [&](std::size_t begin, std::size_t end) {
        Sums sums = visit_rows(unit, begin, end, x, t);
        RowPass& pass = group.passes[begin / row_grain];
        if (move_site) {
            pass.ask_gate();
            pass.ask_derivatives(unit.index);
            for (std::size_t r = 0; r < end - begin; ++r) {
                // A sum that is known to be 0 tells nothing of the others.
                if (!unit.basis->sees(begin + r)) continue;
                const std::size_t e = pass.index(unit.index, r);
                const double v = pass.variance[e];
                sums.shrink += 1.0 + v * pass.g_prime[e];
                sums.variance += v;
                ++sums.rows;
            }
        }
        pieces[begin / row_grain] = sums;
    });
    Sums sums;
    sums.floored = raised;
    for (const Sums& piece : pieces) {
        sums.shrink += piece.shrink;
        sums.variance += piece.variance;
        sums.floored += piece.floored;
        sums.rows += piece.rows;
    }
    if (!move_site) return sums.floored;
    // (1/r - 1)/mean V, r the mean of what is left of the variances.
    if (sums.rows == 0) return sums.floored;
    const double count = static_cast<double>(sums.rows);
    const double mean_variance = sums.variance / count;
    double wanted = largest_site / mean_variance;
    if (sums.shrink > 0.0) wanted = std::min(wanted, (count / sums.shrink - 1.0) / mean_variance);
    if (!(wanted >= 0.0)) {
        wanted = 0.0;
        ++sums.floored;
    }
    const double keep = options.damping;
    parallel_for(rows, row_grain, [&](std::size_t begin, std::size_t end) {
        const RowPass& pass = group.passes[begin / row_grain];
        for (std::size_t a = begin; a < end; ++a) {
            const std::size_t e = pass.index(unit.index, a - begin);
            // Responses to a sum that is known to be 0 grow without bound, and move nothing.
            if (!unit.basis->sees(a)) continue;
            const double v = pass.variance[e];
            // (omega + V g)(D + 1/V) - omega/V, without the difference of large numbers.
            const double field = pass.omega[e] * wanted + pass.g[e] * (v * wanted + 1.0);
            unit.fields[a] = (1.0 - keep) * field + keep * unit.fields[a];
        }
    });
    unit.precision = (1.0 - keep) * wanted + keep * unit.precision;
    update_data(unit);
    return sums.floored;
}

void ExpectationPropagation::Impl::update_means() {
    squares = change = 0.0;
    for (Unit& unit : units) {
        const std::vector<double> old = unit.mean;
        unit.weights->means(unit.mean);
        for (std::size_t i = 0; i < unit.mean.size(); ++i) {
            change = std::max(change, std::abs(unit.mean[i] - old[i]));
            squares += unit.mean[i] * unit.mean[i];
        }
    }
}

IterationReport ExpectationPropagation::Impl::step(const Coupling& wanted) {
    coupling = wanted;
    const Philox random(options.seed, Stream::Order);
    std::size_t floored = 0;
    for (Group& group : groups) {
        if (iterations == 0) {
            for (const std::size_t p : group.units) update(units[p], false);
        }
        for (const std::size_t j : random.order(group.units.size(), iterations)) {
            floored += update(units[group.units[j]], true);
        }
    }
    ++iterations;
    for (Unit& unit : units) unit.weights->answer(coupling, 1.0);
    for (const Unit& unit : units) {
        if (!unit.weights->is_finite() || !std::isfinite(unit.precision)) {
            throw Error(fmt::format("plate '{}' is not finite after iteration {}",
                                    unit.weights->name(), iterations));
        }
    }
    update_means();
    return IterationReport{.weight_change = change, .floored = floored, .lost_rows = lost_rows}
        .without(options.damping);
}

double ExpectationPropagation::Impl::free_entropy() {
    double total = 0.0;
    for (const Unit& unit : units) total += unit.weights->log_partition(coupling);
    if (std::isnan(total)) return total;
    for (Group& group : groups) {
        // Cavities of all units at the present sites; the fields up of the iteration come back.
        const std::vector<RowPass> kept = group.passes;
        for (const std::size_t p : group.units) update(units[p], false);
        total += parallel_sum(group.rows.rows, row_grain, [&](std::size_t begin, std::size_t end) {
            RowPass pass = group.passes[begin / row_grain];
            pass.ask_channels();
            double sum = 0.0;
            for (const double log_gate : pass.log_gate()) sum += log_gate;
            for (std::size_t k = 0; k < group.units.size(); ++k) {
                const Unit& unit = units[group.units[k]];
                for (std::size_t a = begin; a < end; ++a) {
                    const std::size_t e = pass.index(k, a - begin);
                    // log of the integral of cavity times site exp(-D z^2/2 + e z)
                    const double v = pass.variance[e], omega = pass.omega[e];
                    const double more = 1.0 + v * unit.precision;
                    const double field = omega + v * unit.fields[a];
                    sum -= 0.5 * (field * field / (v * more) - omega * omega / v - std::log(more));
                }
            }
            return sum;
        });
        group.passes = kept;
    }
    return total / static_cast<double>(weight_count);
}

double ExpectationPropagation::Impl::expected_errors() {
    double total = 0.0;
    for (Group& group : groups) {
        // Cavities of all units at the present sites; the fields up of the iteration come back.
        const std::vector<RowPass> kept = group.passes;
        for (const std::size_t p : group.units) update(units[p], false);
        for (RowPass& pass : group.passes) {
            pass.ask_channels();
            total += pass.violations();
        }
        group.passes = kept;
    }
    return total;
}

ExpectationPropagation::ExpectationPropagation(const FactorGraph& graph,
                                               const ExpectationPropagationOptions& options) {
    options.validate();
    graph.check();
    graph.require({.log_probability = true, .derivatives = true}, "expectation propagation");
    impl_ = std::make_unique<Impl>(graph, options);
}

ExpectationPropagation::~ExpectationPropagation() = default;
ExpectationPropagation::ExpectationPropagation(ExpectationPropagation&&) noexcept = default;
ExpectationPropagation& ExpectationPropagation::operator=(ExpectationPropagation&&) noexcept =
    default;

IterationReport ExpectationPropagation::step(const Coupling& coupling) {
    return impl_->step(coupling);
}

std::size_t ExpectationPropagation::iterations() const {
    return impl_->iterations;
}

Weights ExpectationPropagation::weights() const {
    const Impl::Unit& first = impl_->units.front();
    std::vector<double> means;
    for (const Impl::Unit& unit : impl_->units) {
        if (unit.mean.size() != first.mean.size() ||
            unit.weights->is_real() != first.weights->is_real()) {
            throw Error("the plates have different sizes: read them with magnetizations()");
        }
        means.insert(means.end(), unit.mean.begin(), unit.mean.end());
    }
    const std::size_t n = first.mean.size(), count = impl_->units.size();
    if (!first.weights->is_real()) {
        std::vector<signed char> signs(means.size());
        std::ranges::transform(means, signs.begin(), [](double m) { return m >= 0.0 ? 1 : -1; });
        return Weights::from_signs(n, count, signs);
    }
    Weights weights = Weights::from_values(n, count, std::move(means));
    weights.normalise();
    return weights;
}

namespace {

template <class Units>
auto& unit_of(Units& units, std::size_t plate) {
    require_plate(plate, units.size());
    return units[plate];
}

}  // namespace

std::vector<double> ExpectationPropagation::magnetizations(std::size_t plate) const {
    return unit_of(impl_->units, plate).mean;
}

std::vector<double> ExpectationPropagation::variances(std::size_t plate) const {
    return unit_of(impl_->units, plate).weights->variances();
}

std::vector<double> ExpectationPropagation::fields(std::size_t plate) const {
    return unit_of(impl_->units, plate).weights->fields();
}

double ExpectationPropagation::overlap() const {
    return overlap_of(impl_->squares, impl_->weight_count);
}

FocusingOverlaps ExpectationPropagation::focusing_overlaps() const {
    FocusingOverlaps mean;
    for (const Impl::Unit& unit : impl_->units) {
        const FocusingOverlaps here = unit.weights->focusing_overlaps(impl_->coupling);
        const double share =
            static_cast<double>(unit.mean.size()) / static_cast<double>(impl_->weight_count);
        mean.center += share * here.center;
        mean.coupling += share * here.coupling;
    }
    return mean;
}

double ExpectationPropagation::free_entropy() const {
    return impl_->free_entropy();
}

void ExpectationPropagation::set_inverse_temperature(double beta) {
    for (Impl::Group& group : impl_->groups) group.rows.gate = tolerant_gate(group.gate, beta);
}

double ExpectationPropagation::expected_errors() const {
    return impl_->expected_errors();
}

void ExpectationPropagation::set_damping(double damping) {
    ExpectationPropagationOptions changed = impl_->options;
    changed.damping = damping;
    changed.validate();
    impl_->options = changed;
}

void ExpectationPropagation::set_start_field(const std::vector<std::vector<double>>& fields) {
    std::vector<std::size_t> sizes;
    sizes.reserve(impl_->units.size());
    for (const Impl::Unit& unit : impl_->units) sizes.push_back(unit.weights->size());
    require_start_field(fields, sizes);
    for (std::size_t p = 0; p < impl_->units.size(); ++p) {
        impl_->units[p].weights->set_start_field(fields.empty() ? std::vector<double>()
                                                                : fields[p]);
    }
}

void ExpectationPropagation::set_start_scale(double scale) {
    for (Impl::Unit& unit : impl_->units) unit.weights->set_start_scale(scale);
}

SolverState ExpectationPropagation::save() const {
    const Impl& impl = *impl_;
    SolverState state;
    state.solver = state_name;
    const bool fields_form = impl.coupling.form == ReinforcementForm::Fields;
    state.arrays.push_back({"progress", std::vector<std::uint64_t>{impl.iterations, fields_form}});
    state.arrays.push_back(
        {"numbers",
         std::vector<double>{impl.options.damping, impl.coupling.gamma, impl.coupling.replicas}});
    for (std::size_t p = 0; p < impl.units.size(); ++p) {
        const Impl::Unit& unit = impl.units[p];
        unit.weights->save(p, state);
        state.arrays.push_back({fmt::format("sites {}", p), unit.fields});
        state.arrays.push_back({fmt::format("site precision {}", p), std::vector{unit.precision}});
    }
    for (std::size_t g = 0; g < impl.groups.size(); ++g) {
        std::vector<double> up;
        for (const RowPass& pass : impl.groups[g].passes) {
            up.insert(up.end(), pass.field_up.begin(), pass.field_up.end());
        }
        state.arrays.push_back({fmt::format("fields up {}", g), std::move(up)});
    }
    return state;
}

void ExpectationPropagation::restore(const SolverState& state) {
    Impl& impl = *impl_;
    state.require_solver(state_name);
    // Everything is looked up before anything changes.
    const auto& progress = state.find<std::uint64_t>("progress", 2);
    const auto& numbers = state.find<double>("numbers", 3);
    for (const bool change : {false, true}) {
        for (std::size_t p = 0; p < impl.units.size(); ++p) {
            Impl::Unit& unit = impl.units[p];
            unit.weights->restore(p, state, change);
            const auto& fields = state.find<double>(fmt::format("sites {}", p), unit.fields.size());
            const auto& precision = state.find<double>(fmt::format("site precision {}", p), 1);
            if (!change) continue;
            unit.fields = fields;
            unit.precision = precision[0];
            impl.update_data(unit);
        }
        for (std::size_t g = 0; g < impl.groups.size(); ++g) {
            Impl::Group& group = impl.groups[g];
            const auto& up = state.find<double>(fmt::format("fields up {}", g),
                                                group.rows.rows * group.units.size());
            auto from = up.begin();
            for (RowPass& pass : group.passes) {
                if (!change) break;
                std::copy_n(from, pass.field_up.size(), pass.field_up.begin());
                from += static_cast<std::ptrdiff_t>(pass.field_up.size());
            }
        }
    }
    impl.iterations = progress[0];
    impl.options.damping = numbers[0];
    impl.coupling = {numbers[1], numbers[2],
                     progress[1] ? ReinforcementForm::Fields : ReinforcementForm::Replicas};
    impl.update_means();
}

std::size_t ExpectationPropagation::memory_bytes(const Network& network, std::size_t patterns) {
    const std::size_t n = network.unit_inputs();
    const std::size_t bases = network.wiring == Wiring::Tree ? network.hidden : 1;
    return bases * SingularBasis::memory_bytes(patterns, n) +
           network.hidden * sizeof(double) * (8 * n + 10 * patterns);
}

}  // namespace steppe
