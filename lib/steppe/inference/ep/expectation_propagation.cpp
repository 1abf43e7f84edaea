#include "steppe/inference/ep/expectation_propagation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "steppe/error.hpp"
#include "steppe/inference/ep/joint_weights.hpp"
#include "steppe/inference/plate_solver.hpp"
#include "steppe/inference/row_pass.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

/// Rows per piece of the parallel loops.
constexpr std::size_t row_grain = 64;

/// A cavity precision below this part of the full one is raised to it.
constexpr double smallest_cavity = 1e-6;
/// A site that tells z better than this part of the pattern's own variance says no more.
constexpr double largest_site = 1e8;

/// A plate of weights and the sites of the patterns that its unit sees.
struct Unit {
    std::size_t group, index;  ///< which unit of which group
    std::shared_ptr<const SingularBasis> basis;
    std::unique_ptr<JointWeights> weights;
    double precision;           ///< D, of all patterns
    std::vector<double> sites;  ///< e, of each pattern
    std::vector<double> mean;   ///< of each weight, after the last iteration

    /// Tells the weights of the sites.
    void update_data() {
        std::vector<double> along(basis->rank());
        multiply_transposed(basis->left(), sites, along);
        for (std::size_t j = 0; j < basis->rank(); ++j) along[j] *= basis->values()[j];
        weights->set_data(precision, along);
    }

    // What PlateSolver asks of a plate.
    const std::string& name() const { return weights->name(); }
    std::size_t size() const { return weights->size(); }
    bool is_real() const { return weights->is_real(); }
    const std::vector<double>& means() const { return mean; }
    std::vector<double> fields() const { return weights->fields(); }
    void put_signs(std::size_t unit, Weights& to) const {
        for (std::size_t i = 0; i < size(); ++i) to.set(unit, i, mean[i] >= 0.0);
    }
    FocusingOverlaps focusing_overlaps(const Coupling& coupling) const {
        return weights->focusing_overlaps(coupling);
    }
    void set_start_field(const std::vector<double>& field) { weights->set_start_field(field); }
    void set_start_scale(double scale) { weights->set_start_scale(scale); }
    void require_finite(std::size_t iteration) const {
        if (weights->is_finite() && std::isfinite(precision)) return;
        throw Error(fmt::format("plate '{}' is not finite after iteration {}", name(), iteration));
    }
    void save(std::size_t p, SolverState& state) const {
        weights->save(p, state);
        state.add<double>(fmt::format("sites {}", p), sites);
        state.add<double>(fmt::format("site precision {}", p), {&precision, 1});
    }
    void restore(std::size_t p, const SolverState& state, bool change) {
        weights->restore(p, state, change);
        state.take<double>(fmt::format("sites {}", p), sites, change);
        state.take<double>(fmt::format("site precision {}", p), {&precision, 1}, change);
        if (change) update_data();
    }
};

/// Sums over some rows.
struct Sums {
    double shrink = 0.0, variance = 0.0;
    std::size_t floored = 0, rows = 0;

    Sums& operator+=(const Sums& more) {
        shrink += more.shrink;
        variance += more.variance;
        floored += more.floored;
        rows += more.rows;
        return *this;
    }
};

}  // namespace

void ExpectationPropagationOptions::validate() const {
    require_damping(damping);
}

struct ExpectationPropagation::Impl final : PlateSolver<Unit> {
    struct Group {
        explicit Group(const RowGroup& group) : rows(group) {}

        const RowGroup& rows;
        /// omega, V and fields up of each piece of the rows; but for the fields up scratch.
        mutable std::vector<RowPass> passes;
        std::vector<std::size_t> units;
    };

    static std::unique_ptr<Impl> make(const FactorGraph& graph,
                                      const ExpectationPropagationOptions& options) {
        options.validate();
        graph.check();
        graph.require({.log_probability = true, .derivatives = true}, "expectation propagation");
        return std::make_unique<Impl>(graph, options);
    }
    Impl(const FactorGraph& graph, const ExpectationPropagationOptions& options);

    double free_entropy() const override;
    double expected_errors() const override;
    CavitySums cavity_sums(std::size_t group, std::size_t unit) const override;
    std::vector<double> variances(std::size_t plate) const {
        require_plate(plate, plates_.size());
        return plates_[plate].weights->variances();
    }

    void pass_messages(IterationReport& report) override;
    void look_at_weights(IterationReport& report) override;
    double squares() const override { return squares_; }
    void save_messages(SolverState& state) const override;
    void restore_messages(const SolverState& state, bool change) override;
    void follow_restored() override { update_means(); }

    Unit unit_of(const WeightPlate& plate, std::size_t k,
                 std::shared_ptr<const SingularBasis> basis) const;
    void make_passes(Group& group) const;
    /// Cavities of the rows [begin, end) and, where the gate reads them, fields up. `x` and `t` are
    /// mean and variance along the basis, times s and s^2.
    Sums visit_rows(const Unit& unit, std::size_t begin, std::size_t end,
                    const std::vector<double>& x, const std::vector<double>& t) const;
    /// The same of all rows, with `then(begin, end, sums)` after each piece of them.
    template <class Then>
    Sums visit_all(const Unit& unit, const Then& then) const;
    /// Cavities of a unit at its present sites, under its weights as they are: they do not answer
    /// anew, so that asking changes nothing.
    void take_cavities(const Unit& unit) const;
    /// Those of all units of a group, and `use()` of them; the fields up of the iteration come
    /// back.
    template <class Use>
    void at_cavities(const Group& group, const Use& use) const;
    /// Cavities of a unit, what channel and gate make of them, and the sites from that. Returns how
    /// many numbers had to be raised.
    std::size_t move_sites(Unit& unit);
    void update_means();

    const std::uint64_t seed_;
    std::vector<Group> groups_;
    std::size_t lost_rows_ = 0;
    double squares_ = 0.0, change_ = 0.0;
};

ExpectationPropagation::Impl::Impl(const FactorGraph& graph,
                                   const ExpectationPropagationOptions& options)
    : PlateSolver(graph, "expectation-propagation", options.damping), seed_(options.seed) {
    const std::vector<WeightPlate> plates = graph.weight_plates();
    std::vector<std::pair<LinearWiring, std::shared_ptr<const SingularBasis>>> bases;
    const auto basis_of = [&](const LinearWiring& wiring) {
        for (const auto& [known, basis] : bases) {
            if (known == wiring) return basis;
        }
        bases.emplace_back(wiring, std::make_shared<const SingularBasis>(wiring, options.poll));
        lost_rows_ += bases.back().second->lost_patterns();
        return bases.back().second;
    };
    std::vector<std::optional<Unit>> of_plate(plates.size());
    for (const RowGroup& rows : row_groups_) {
        Group& group = groups_.emplace_back(rows);
        for (std::size_t k = 0; k < rows.units.size(); ++k) {
            const std::size_t p = rows.units[k].weights;
            if (of_plate[p]) {
                throw Error(fmt::format(
                    "plate '{}' feeds several wirings: expectation propagation takes one a plate; "
                    "belief propagation and approximate message passing take several",
                    plates[p].plate.name));
            }
            of_plate[p] = unit_of(plates[p], k, basis_of(rows.units[k].wiring));
            group.units.push_back(p);
        }
        make_passes(group);
    }
    for (std::optional<Unit>& unit : of_plate) plates_.push_back(std::move(*unit));
}

/// Unit k of the last group.
Unit ExpectationPropagation::Impl::unit_of(const WeightPlate& plate, std::size_t k,
                                           std::shared_ptr<const SingularBasis> basis) const {
    std::unique_ptr<JointWeights> weights = JointWeights::make(plate, basis);
    return {groups_.size() - 1,
            k,
            std::move(basis),
            std::move(weights),
            0.0,
            std::vector<double>(groups_.back().rows.rows, 0.0),
            std::vector<double>(plate.plate.size, 0.0)};
}

void ExpectationPropagation::Impl::make_passes(Group& group) const {
    const std::size_t rows = group.rows.rows;
    for (std::size_t begin = 0; begin < rows; begin += row_grain) {
        const std::size_t count = std::min(row_grain, rows - begin);
        group.passes.emplace_back(group.rows, count);
        group.passes.back().set_rows(begin, count);
    }
}

Sums ExpectationPropagation::Impl::visit_rows(const Unit& unit, std::size_t begin, std::size_t end,
                                              const std::vector<double>& x,
                                              const std::vector<double>& t) const {
    RowPass& pass = groups_[unit.group].passes[begin / row_grain];
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
        pass.omega[e] = pass.variance[e] * (z[r] * full - unit.sites[begin + r]);
    }
    if (pass.gate_reads_fields()) pass.ask_channel(unit.index);
    return sums;
}

template <class Then>
Sums ExpectationPropagation::Impl::visit_all(const Unit& unit, const Then& then) const {
    const std::size_t rank = unit.basis->rank();
    std::vector<double> x(rank), t(rank);
    for (std::size_t j = 0; j < rank; ++j) {
        const double s = unit.basis->values()[j];
        x[j] = s * unit.weights->mean_along(j);
        t[j] = s * s * unit.weights->variance_along(j);
    }
    const Group& group = groups_[unit.group];
    std::vector<Sums> pieces(group.passes.size());
    parallel_for(group.rows.rows, row_grain, [&](std::size_t begin, std::size_t end) {
        Sums sums = visit_rows(unit, begin, end, x, t);
        then(begin, end, sums);
        pieces[begin / row_grain] = sums;
    });
    Sums sums;
    for (const Sums& piece : pieces) sums += piece;
    return sums;
}

void ExpectationPropagation::Impl::take_cavities(const Unit& unit) const {
    visit_all(unit, [](std::size_t, std::size_t, Sums&) {});
}

std::size_t ExpectationPropagation::Impl::move_sites(Unit& unit) {
    const double keep = damping();
    const std::size_t raised = unit.weights->answer(coupling(), keep);
    Group& group = groups_[unit.group];
    Sums sums = visit_all(unit, [&](std::size_t begin, std::size_t end, Sums& piece) {
        RowPass& pass = group.passes[begin / row_grain];
        pass.ask_gate();
        pass.ask_derivatives(unit.index);
        for (std::size_t r = 0; r < end - begin; ++r) {
            // A sum that is known to be 0 tells nothing of the others.
            if (!unit.basis->sees(begin + r)) continue;
            const std::size_t e = pass.index(unit.index, r);
            const double v = pass.variance[e];
            piece.shrink += 1.0 + v * pass.g_prime[e];
            piece.variance += v;
            ++piece.rows;
        }
    });
    sums.floored += raised;
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
    parallel_for(group.rows.rows, row_grain, [&](std::size_t begin, std::size_t end) {
        const RowPass& pass = group.passes[begin / row_grain];
        for (std::size_t a = begin; a < end; ++a) {
            const std::size_t e = pass.index(unit.index, a - begin);
            // Responses to a sum that is known to be 0 grow without bound, and move nothing.
            if (!unit.basis->sees(a)) continue;
            const double v = pass.variance[e];
            // (omega + V g)(D + 1/V) - omega/V, without the difference of large numbers.
            const double field = pass.omega[e] * wanted + pass.g[e] * (v * wanted + 1.0);
            unit.sites[a] = (1.0 - keep) * field + keep * unit.sites[a];
        }
    });
    unit.precision = (1.0 - keep) * wanted + keep * unit.precision;
    unit.update_data();
    return sums.floored;
}

void ExpectationPropagation::Impl::update_means() {
    squares_ = change_ = 0.0;
    for (Unit& unit : plates_) {
        const std::vector<double> old = unit.mean;
        unit.weights->means(unit.mean);
        for (std::size_t i = 0; i < unit.mean.size(); ++i) {
            change_ = std::max(change_, std::abs(unit.mean[i] - old[i]));
            squares_ += unit.mean[i] * unit.mean[i];
        }
    }
}

void ExpectationPropagation::Impl::pass_messages(IterationReport& report) {
    const Philox random(seed_, Stream::Order);
    for (Group& group : groups_) {
        if (iterations() == 0) {
            for (const std::size_t p : group.units) {
                plates_[p].weights->answer(coupling(), 1.0);
                take_cavities(plates_[p]);
            }
        }
        for (const std::size_t j : random.order(group.units.size(), iterations())) {
            report.floored += move_sites(plates_[group.units[j]]);
        }
    }
    report.lost_rows = lost_rows_;
    for (Unit& unit : plates_) unit.weights->answer(coupling(), 1.0);
}

void ExpectationPropagation::Impl::look_at_weights(IterationReport& report) {
    update_means();
    report.weight_change = change_;
}

template <class Use>
void ExpectationPropagation::Impl::at_cavities(const Group& group, const Use& use) const {
    const std::vector<RowPass> kept = group.passes;
    for (const std::size_t p : group.units) take_cavities(plates_[p]);
    use();
    group.passes = kept;
}

double ExpectationPropagation::Impl::free_entropy() const {
    double total = 0.0;
    for (const Unit& unit : plates_) total += unit.weights->log_partition(coupling());
    if (std::isnan(total)) return total;
    for (const Group& group : groups_) {
        const auto rows = [&](std::size_t begin, std::size_t end) {
            RowPass pass = group.passes[begin / row_grain];
            pass.ask_channels();
            double sum = 0.0;
            for (const double log_gate : pass.log_gate()) sum += log_gate;
            for (std::size_t k = 0; k < group.units.size(); ++k) {
                const Unit& unit = plates_[group.units[k]];
                for (std::size_t a = begin; a < end; ++a) {
                    const std::size_t e = pass.index(k, a - begin);
                    // log of the integral of cavity times site exp(-D z^2/2 + e z)
                    const double v = pass.variance[e], omega = pass.omega[e];
                    const double more = 1.0 + v * unit.precision;
                    const double field = omega + v * unit.sites[a];
                    sum -= 0.5 * (field * field / (v * more) - omega * omega / v - std::log(more));
                }
            }
            return sum;
        };
        at_cavities(group, [&] { total += parallel_sum(group.rows.rows, row_grain, rows); });
    }
    return total / static_cast<double>(weight_count_);
}

double ExpectationPropagation::Impl::expected_errors() const {
    double total = 0.0;
    for (const Group& group : groups_) {
        at_cavities(group, [&] {
            for (RowPass& pass : group.passes) {
                pass.ask_channels();
                total += pass.violations();
            }
        });
    }
    return total;
}

CavitySums ExpectationPropagation::Impl::cavity_sums(std::size_t g, std::size_t k) const {
    require_unit(g, k, row_groups_);
    CavitySums sums;
    at_cavities(groups_[g], [&] {
        for (const RowPass& pass : groups_[g].passes) {
            for (std::size_t r = 0; r < pass.count(); ++r) {
                sums.mean.push_back(pass.omega[pass.index(k, r)]);
                sums.variance.push_back(pass.variance[pass.index(k, r)]);
            }
        }
    });
    return sums;
}

void ExpectationPropagation::Impl::save_messages(SolverState& state) const {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        std::vector<double> up;
        for (const RowPass& pass : groups_[g].passes) {
            up.insert(up.end(), pass.field_up.begin(), pass.field_up.end());
        }
        state.arrays.push_back({fmt::format("fields up {}", g), std::move(up)});
    }
}

void ExpectationPropagation::Impl::restore_messages(const SolverState& state, bool change) {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        Group& group = groups_[g];
        const auto& up = state.find<double>(fmt::format("fields up {}", g),
                                            group.rows.rows * group.units.size());
        if (!change) continue;
        auto from = up.begin();
        for (RowPass& pass : group.passes) {
            std::copy_n(from, pass.field_up.size(), pass.field_up.begin());
            from += static_cast<std::ptrdiff_t>(pass.field_up.size());
        }
    }
}

ExpectationPropagation::ExpectationPropagation(const FactorGraph& graph,
                                               const ExpectationPropagationOptions& options)
    : OpaqueSolver(Impl::make(graph, options)) {}

std::vector<double> ExpectationPropagation::variances(std::size_t plate) const {
    return static_cast<const Impl&>(behind()).variances(plate);
}

std::size_t ExpectationPropagation::memory_bytes(const Network& network, std::size_t patterns) {
    const std::size_t n = network.unit_inputs();
    const std::size_t bases = network.wiring == Wiring::Tree ? network.hidden : 1;
    return bases * SingularBasis::memory_bytes(patterns, n) +
           network.hidden * sizeof(double) * (8 * n + 10 * patterns);
}

}  // namespace steppe
