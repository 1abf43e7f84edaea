#include "steppe/inference/amp/approximate_message_passing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "steppe/error.hpp"
#include "steppe/inference/amp/onsager.hpp"
#include "steppe/inference/amp/pinned_rows.hpp"
#include "steppe/inference/plate_solver.hpp"
#include "steppe/inference/row_pass.hpp"
#include "steppe/inference/sites.hpp"
#include "steppe/numeric/log_odds.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Rows and weights per piece of the parallel loops.
constexpr std::size_t row_grain = 512;
constexpr std::size_t weight_grain = 4096;

/// What magnetize does, for real weights from `begin` on.
MagnetizationSums average(const Sites& plate, std::size_t begin, std::span<float> m) {
    MagnetizationSums sums;
    for (std::size_t i = 0; i < m.size(); ++i) {
        const double mean = plate.mean(begin + i);
        sums.variance += plate.variance(begin + i);
        sums.squares += mean * mean;
        sums.change = std::max(sums.change, std::abs(mean - static_cast<double>(m[i])));
        m[i] = static_cast<float>(mean);
    }
    return sums;
}

}  // namespace

void ApproximateMessagePassingOptions::validate() const {
    require_damping(damping);
    require_start(start);
}

struct ApproximateMessagePassing::Impl final : PlateSolver<Sites> {
    /// One unit of a group: where its numbers are.
    struct Unit {
        std::size_t plate;   ///< of its weights
        std::size_t wiring;  ///< index into Group::wirings
        std::size_t side;    ///< of that wiring
        double variance;     ///< V of +-1 inputs, the same for every row
    };
    struct Group {
        explicit Group(const RowGroup& group) : rows(group) {}

        const RowGroup& rows;
        /// What they multiply is theirs, what comes out scratch of an iteration.
        mutable std::vector<Onsager> wirings;
        std::vector<Unit> units;
        /// Scratch of each piece of the rows, and its sum of g' for each unit.
        std::vector<RowPass> passes;
        std::vector<std::vector<double>> slopes;
        /// Of each piece of the rows: largest change of sqrt(V) g.
        std::vector<double> moved;
    };

    /// C of the weights of one unit of a group.
    class WeightPrecision {
      public:
        WeightPrecision(const Group& group, std::size_t k) {
            const Unit& unit = group.units[k];
            const Onsager& wiring = group.wirings[unit.wiring];
            if (wiring.real_inputs()) {
                each_ = wiring.back_slopes(unit.side);
            } else {
                for (const auto& slopes : group.slopes) all_ -= slopes[k];
            }
        }
        double operator()(std::size_t i) const {
            return each_.empty() ? all_ : -static_cast<double>(each_[i]);
        }

      private:
        std::span<const float> each_;
        double all_ = 0.0;
    };

    static std::unique_ptr<Impl> make(const FactorGraph& graph,
                                      const ApproximateMessagePassingOptions& options) {
        options.validate();
        graph.check();
        graph.require({.derivatives = true}, "approximate message passing");
        require_fields_up(graph);
        return std::make_unique<Impl>(graph, options);
    }
    Impl(const FactorGraph& graph, const ApproximateMessagePassingOptions& options);

    double free_entropy() const override;
    double expected_errors() const override;
    CavitySums cavity_sums(std::size_t group, std::size_t unit) const override;

    void pass_messages(IterationReport& report) override;
    void look_at_weights(IterationReport& report) override;
    double squares() const override { return squares_; }
    void save_messages(SolverState& state) const override;
    void restore_messages(const SolverState& state, bool change) override;
    void follow_restored() override { magnetize_all(); }
    std::vector<double> more_numbers() const override { return {margin_, margin_in_force_}; }
    void set_more_numbers(std::span<const double> numbers) override {
        margin_ = numbers[0];
        margin_in_force_ = numbers[1];
    }

    /// Brings magnetizations, V and overlap up to date with the fields.
    void magnetize_all();
    void visit_rows(Group& group, std::size_t begin, std::size_t end);
    void fill_pass(const Group& group, RowPass& pass, std::size_t begin, std::size_t end) const;
    void move_fields();
    /// Of omega by the margin of the last step.
    double shift_of(const Onsager& wiring) const {
        return margin_in_force_ * std::sqrt(static_cast<double>(wiring.inputs()));
    }
    /// The rows' part of the free entropy.
    double rows_entropy(const Group& group) const;

    std::vector<Group> groups_;
    std::vector<std::vector<double>> wanted_;            ///< B of each plate
    std::vector<std::vector<double>> wanted_precision_;  ///< C of each plate of real weights
    /// For the next step, and of the last one: what is measured is measured under that.
    double margin_ = 0.0, margin_in_force_ = 0.0;
    double squares_ = 0.0, change_ = 0.0;
};

ApproximateMessagePassing::Impl::Impl(const FactorGraph& graph,
                                      const ApproximateMessagePassingOptions& options)
    : PlateSolver(graph, "approximate-message-passing", options.damping) {
    const Philox start(options.seed, Stream::Init);
    std::size_t first = 0;
    for (const WeightPlate& plate : graph.weight_plates()) {
        plates_.emplace_back(plate);
        for (double& field : plates_.back().data()) {
            field = options.start * (2.0 * start.uniform(first++) - 1.0);
        }
        plates_.back().update_prior({}, 0.0);
        wanted_.emplace_back(plate.plate.size);
        wanted_precision_.emplace_back(plates_.back().data_precision().size());
    }
    for (const RowGroup& rows : row_groups_) {
        Group& group = groups_.emplace_back(rows);
        // Units that read the same inputs share one pass over the bits.
        std::vector<std::vector<std::size_t>> alike;
        const auto same = [&](std::size_t j, std::size_t k) {
            return group.rows.units[j].wiring == group.rows.units[k].wiring;
        };
        for (std::size_t k = 0; k < group.rows.units.size(); ++k) {
            const auto found = std::find_if(alike.begin(), alike.end(),
                                            [&](const auto& some) { return same(some[0], k); });
            const auto place = static_cast<std::size_t>(found - alike.begin());
            if (found == alike.end()) alike.emplace_back();
            alike[place].push_back(k);
            group.units.push_back(
                {group.rows.units[k].weights, place, alike[place].size() - 1, 0.0});
        }
        for (auto& units : alike) group.wirings.emplace_back(group.rows, std::move(units));
        const std::size_t pieces = (group.rows.rows + row_grain - 1) / row_grain;
        for (std::size_t p = 0; p < pieces; ++p) {
            group.passes.emplace_back(group.rows, std::min(row_grain, group.rows.rows));
            group.slopes.emplace_back(group.units.size(), 0.0);
        }
        group.moved.assign(pieces, 0.0);
    }
    magnetize_all();
}

void ApproximateMessagePassing::Impl::magnetize_all() {
    squares_ = change_ = 0.0;
    std::vector<bool> seen(plates_.size(), false);
    for (Group& group : groups_) {
        for (Unit& unit : group.units) {
            const Sites& plate = plates_[unit.plate];
            const std::span<float> m = group.wirings[unit.wiring].magnetizations(unit.side);
            std::vector<MagnetizationSums> sums((plate.size() + weight_grain - 1) / weight_grain);
            parallel_for(plate.size(), weight_grain, [&](std::size_t begin, std::size_t end) {
                sums[begin / weight_grain] =
                    plate.is_real() ? average(plate, begin, m.subspan(begin, end - begin))
                                    : magnetize(plate.data().subspan(begin, end - begin),
                                                plate.own().subspan(begin, end - begin),
                                                m.subspan(begin, end - begin));
            });
            unit.variance = 0.0;
            double plate_squares = 0.0;
            for (const MagnetizationSums& sum : sums) {
                unit.variance += sum.variance;
                plate_squares += sum.squares;
                change_ = std::max(change_, sum.change);
            }
            const std::size_t k = static_cast<std::size_t>(&unit - group.units.data());
            unit.variance = std::max(
                unit.variance, smallest_variance_of(group.rows.units[k].wiring, plate.is_real()));
            if (group.wirings[unit.wiring].real_inputs()) {
                const std::span<float> v = group.wirings[unit.wiring].weight_variances(unit.side);
                for (std::size_t i = 0; i < v.size(); ++i) {
                    v[i] = static_cast<float>(plate.variance(i));
                }
            }
            if (!seen[unit.plate]) squares_ += plate_squares;
            seen[unit.plate] = true;
        }
    }
}

void ApproximateMessagePassing::Impl::fill_pass(const Group& group, RowPass& pass,
                                                std::size_t begin, std::size_t end) const {
    pass.set_rows(begin, end - begin);
    for (std::size_t k = 0; k < group.units.size(); ++k) {
        const Unit& unit = group.units[k];
        const Onsager& wiring = group.wirings[unit.wiring];
        const std::span<const float> z = wiring.sums(unit.side);
        const std::span<const float> g = wiring.responses(unit.side);
        const double shift = shift_of(wiring);
        for (std::size_t a = begin; a < end; ++a) {
            const std::size_t e = pass.index(k, a - begin);
            pass.variance[e] = wiring.real_inputs()
                                   ? std::max(static_cast<double>(wiring.variances(unit.side)[a]),
                                              smallest_variance)
                                   : unit.variance;
            pass.omega[e] =
                static_cast<double>(z[a]) - pass.variance[e] * static_cast<double>(g[a]) - shift;
        }
    }
}

void ApproximateMessagePassing::Impl::visit_rows(Group& group, std::size_t begin, std::size_t end) {
    RowPass& pass = group.passes[begin / row_grain];
    fill_pass(group, pass, begin, end);
    if (pass.gate_reads_fields()) pass.ask_channels();
    pass.ask_gate();
    pass.ask_derivatives();
    double moved = 0.0;
    for (std::size_t k = 0; k < group.units.size(); ++k) {
        const Unit& unit = group.units[k];
        Onsager& wiring = group.wirings[unit.wiring];
        const std::span<float> g = wiring.responses(unit.side);
        double slope = 0.0;
        for (std::size_t a = begin; a < end; ++a) {
            const std::size_t e = pass.index(k, a - begin);
            const double old = static_cast<double>(g[a]);
            g[a] = static_cast<float>(std::clamp(pass.g[e], -largest_response, largest_response));
            // Large responses are known to single precision.
            const double now = static_cast<double>(g[a]), v = pass.variance[e];
            moved = std::max(moved, v * (now - old) * (now - old) / (1.0 + v * now * now));
            slope += std::clamp(pass.g_prime[e], -largest_response, largest_response);
        }
        if (wiring.real_inputs()) {
            const std::span<float> slopes = wiring.slopes(unit.side);
            for (std::size_t a = begin; a < end; ++a) {
                slopes[a] = static_cast<float>(std::clamp(pass.g_prime[pass.index(k, a - begin)],
                                                          -largest_response, largest_response));
            }
        }
        group.slopes[begin / row_grain][k] = slope;
    }
    group.moved[begin / row_grain] = std::sqrt(moved);
}

void ApproximateMessagePassing::Impl::move_fields() {
    for (auto* of_plates : {&wanted_, &wanted_precision_}) {
        for (auto& values : *of_plates) std::fill(values.begin(), values.end(), 0.0);
    }
    for (Group& group : groups_) {
        for (std::size_t k = 0; k < group.units.size(); ++k) {
            const Unit& unit = group.units[k];
            const Onsager& wiring = group.wirings[unit.wiring];
            const std::span<const float> m = wiring.magnetizations(unit.side);
            const std::span<const float> back = wiring.back(unit.side);
            const WeightPrecision precision(group, k);
            std::vector<double>& fields = wanted_[unit.plate];
            for (std::size_t i = 0; i < m.size(); ++i) {
                fields[i] +=
                    static_cast<double>(back[i]) + static_cast<double>(m[i]) * precision(i);
            }
            std::vector<double>& precisions = wanted_precision_[unit.plate];
            for (std::size_t i = 0; i < precisions.size(); ++i) precisions[i] += precision(i);
        }
    }
    const double keep = damping();
    const auto move = [keep](std::span<double> data, const std::vector<double>& to) {
        for (std::size_t i = 0; i < data.size(); ++i) {
            data[i] = (1.0 - keep) * to[i] + keep * data[i];
        }
    };
    for (std::size_t p = 0; p < plates_.size(); ++p) {
        move(plates_[p].data(), wanted_[p]);
        move(plates_[p].data_precision(), wanted_precision_[p]);
        plates_[p].update_prior(coupling(), keep);
    }
}

void ApproximateMessagePassing::Impl::pass_messages(IterationReport& report) {
    margin_in_force_ = margin_;
    for (Group& group : groups_) {
        for (Onsager& wiring : group.wirings) wiring.multiply();
        parallel_for(group.rows.rows, row_grain,
                     [&](std::size_t begin, std::size_t end) { visit_rows(group, begin, end); });
        for (Onsager& wiring : group.wirings) wiring.multiply_transposed();
        for (const double piece : group.moved) {
            report.response_change = std::max(report.response_change, piece);
        }
    }
    move_fields();
}

void ApproximateMessagePassing::Impl::look_at_weights(IterationReport& report) {
    magnetize_all();
    report.weight_change = change_;
}

/// As a function of the means and variances of the weights, of which it has its extremum at the
/// fixed point: the fields that belong to them (sites' data B and, of real weights, C) are those of
/// the sites, and each row takes the omega that belongs to the mean of its z. What the iteration
/// carries from one step to the next (g, and sums in single precision) does not enter, so that
/// nothing large is left over where weights freeze.
double ApproximateMessagePassing::Impl::free_entropy() const {
    if (!give_probabilities(row_groups_)) return nan;
    double total = 0.0;
    for (const Sites& plate : plates_) {
        total += plate.log_partition(coupling());
        for (std::size_t i = 0; i < plate.size(); ++i) {
            const double m = plate.mean(i);
            total -= plate.data()[i] * m;
            if (plate.is_real()) {
                total += 0.5 * plate.data_precision()[i] * (m * m + plate.variance(i));
            }
        }
    }
    if (std::isnan(total)) return total;
    for (const Group& group : groups_) total += rows_entropy(group);
    // A row that cannot be: there is no entropy.
    return std::isfinite(total) ? total / static_cast<double>(weight_count_) : nan;
}

double ApproximateMessagePassing::Impl::rows_entropy(const Group& group) const {
    const std::size_t rows = group.rows.rows;
    std::vector<SumsOfRows> sums;
    for (const Unit& unit : group.units) {
        const Sites& plate = plates_[unit.plate];
        std::vector<double> m(plate.size()), v(plate.size());
        for (std::size_t i = 0; i < plate.size(); ++i) {
            m[i] = plate.mean(i);
            v[i] = plate.variance(i);
        }
        sums.push_back(group.wirings[unit.wiring].sums_in_double(m, v));
    }
    return parallel_sum(rows, row_grain, [&](std::size_t begin, std::size_t end) {
        RowPass pass(group.rows, end - begin);
        pass.set_rows(begin, end - begin);
        std::vector<double> z(group.units.size() * pass.count());
        for (std::size_t k = 0; k < group.units.size(); ++k) {
            const double shift = shift_of(group.wirings[group.units[k].wiring]);
            for (std::size_t a = begin; a < end; ++a) {
                const std::size_t e = pass.index(k, a - begin);
                z[e] = sums[k].means[a] - shift;
                pass.variance[e] = std::max(sums[k].variances[a], smallest_variance);
            }
        }
        double sum = 0.0;
        for (const double row : pinned_rows(pass, z)) sum += row;
        return sum;
    });
}

double ApproximateMessagePassing::Impl::expected_errors() const {
    if (!give_probabilities(row_groups_)) return nan;
    double total = 0.0;
    for (const Group& group : groups_) {
        for (Onsager& wiring : group.wirings) wiring.multiply();
        total += parallel_sum(group.rows.rows, row_grain, [&](std::size_t begin, std::size_t end) {
            RowPass pass(group.rows, row_grain);
            fill_pass(group, pass, begin, end);
            pass.ask_channels();
            return pass.violations();
        });
    }
    return total;
}

CavitySums ApproximateMessagePassing::Impl::cavity_sums(std::size_t g, std::size_t k) const {
    require_unit(g, k, row_groups_);
    const Group& group = groups_[g];
    Onsager& wiring = group.wirings[group.units[k].wiring];
    wiring.multiply();
    RowPass pass(group.rows, row_grain);
    CavitySums sums;
    // A margin of the solver's own is one of the threshold, not of the sums.
    const double shift = shift_of(wiring);
    for (std::size_t begin = 0; begin < group.rows.rows; begin += row_grain) {
        fill_pass(group, pass, begin, std::min(begin + row_grain, group.rows.rows));
        for (std::size_t r = 0; r < pass.count(); ++r) {
            sums.mean.push_back(pass.omega[pass.index(k, r)] + shift);
            sums.variance.push_back(pass.variance[pass.index(k, r)]);
        }
    }
    return sums;
}

void ApproximateMessagePassing::Impl::save_messages(SolverState& state) const {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        const Group& group = groups_[g];
        for (std::size_t k = 0; k < group.units.size(); ++k) {
            const Unit& unit = group.units[k];
            const Onsager& wiring = group.wirings[unit.wiring];
            state.add<float>(fmt::format("responses {} {}", g, k), wiring.responses(unit.side));
            double slope = 0.0;
            for (const auto& slopes : group.slopes) slope += slopes[k];
            state.add<double>(fmt::format("slope {} {}", g, k), {&slope, 1});
            if (wiring.real_inputs()) {
                state.add<float>(fmt::format("slopes {} {}", g, k), wiring.slopes(unit.side));
            }
        }
    }
}

void ApproximateMessagePassing::Impl::restore_messages(const SolverState& state, bool change) {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        Group& group = groups_[g];
        for (std::size_t k = 0; k < group.units.size(); ++k) {
            const Unit& unit = group.units[k];
            Onsager& wiring = group.wirings[unit.wiring];
            state.take(fmt::format("responses {} {}", g, k), wiring.responses(unit.side), change);
            if (wiring.real_inputs()) {
                state.take(fmt::format("slopes {} {}", g, k), wiring.slopes(unit.side), change);
            }
            const double slope = state.find<double>(fmt::format("slope {} {}", g, k), 1)[0];
            if (!change) continue;
            // The sum is all that is asked for, so it may stand in the first piece.
            for (auto& slopes : group.slopes) slopes[k] = 0.0;
            group.slopes[0][k] = slope;
        }
    }
}

ApproximateMessagePassing::ApproximateMessagePassing(
    const FactorGraph& graph, const ApproximateMessagePassingOptions& options)
    : OpaqueSolver(Impl::make(graph, options)) {}

void ApproximateMessagePassing::set_margin(double margin) {
    if (!std::isfinite(margin)) {
        throw Error(fmt::format("margin is {}: it must be finite", margin));
    }
    static_cast<Impl&>(behind()).margin_ = margin;
}

namespace {

/// Of `units` units that read the same inputs: fields, magnetizations and sums; what rows pass up
/// and down (eight numbers in double); the tables of the products.
std::size_t wiring_bytes(std::size_t inputs, std::size_t rows, std::size_t units) {
    return units * (inputs * (2 * sizeof(float) + 4 * sizeof(double)) +
                    rows * (2 * sizeof(float) + 8 * sizeof(double))) +
           BitProducts::memory_bytes(rows, inputs, units);
}

}  // namespace

std::size_t ApproximateMessagePassing::memory_bytes(const FactorGraph& graph) {
    std::size_t bytes = 0;
    for (const RowGroup& group : graph.row_groups()) {
        for (const UnitBranch& unit : group.units) {
            bytes += wiring_bytes(unit.wiring.inputs, group.rows, 1);
        }
    }
    return bytes;
}

std::size_t ApproximateMessagePassing::memory_bytes(const Network& network, std::size_t patterns) {
    return wiring_bytes(network.unit_inputs(), patterns, network.hidden);
}

}  // namespace steppe
