#include "steppe/landscape/local_entropy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "steppe/data/repeated_patterns.hpp"
#include "steppe/error.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/message_passing.hpp"
#include "steppe/model/folded.hpp"
#include "steppe/model/require_weights.hpp"
#include "steppe/options/solve_options.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/run/messages/entropy_judgement.hpp"
#include "steppe/run/solver_choice.hpp"

namespace steppe {

namespace {

/// Weights that are all but certain: what is measured is one solution, not those round it.
constexpr double frozen_overlap = 0.999;

/// Messages that do not settle get more damping, the step halved, for as many iterations again.
constexpr std::size_t dampings = 3;

/// How near to a distance that was asked for counts as there, and how far its field is sought.
constexpr double distance_tolerance = 1e-5;
constexpr double widest = 20.0;

/// The entropy is a difference of numbers as large as the field: beyond this rounding is above
/// 1e-6.
constexpr double largest_field = 1e9;

class LocalMeasure {
  public:
    LocalMeasure(const Network& network, const Weights& weights, const Patterns& patterns,
                 const LocalEntropyOptions& options)
        : network_(network), patterns_(distinct(folded(network, patterns))) {
        require_weights(network, weights);
        for (std::size_t k = 0; k < network.hidden; ++k) {
            for (std::size_t i = 0; i < network.unit_inputs(); ++i) {
                along_.push_back(weights.value(k, i));
            }
        }
        SolveOptions asked;
        asked.network = network;
        asked.accuracy = options.accuracy;
        asked.seed = options.seed;
        asked.schedule.kind = ScheduleKind::None;
        asked.max_iterations = options.max_iterations;
        asked.solver = options.solver;
        settle(asked, patterns_.patterns());
        if (asked.solver == "auto") {
            asked.solver =
                patterns_.visit([&](const auto& set) { return choose_solver(network, *set); })
                    .solver;
        }
        asked.validate();
        solver_ = &solver_named(asked.solver);
        if (!solver_->passes_messages()) {
            throw Error(fmt::format("{} passes no messages, and has no entropy: use bp, amp or ep",
                                    solver_->name));
        }
        const bool correlated = !solver_->takes_correlations && are_correlated(patterns_);
        how_ = asked.resolved(asked.conditions(solver_->name, correlated));
        if (options.max_iterations == 0) how_.max_iterations *= dampings;
    }

    LocalEntropyPoint at(double field) const {
        if (!(std::abs(field) <= largest_field)) {
            throw Error(
                fmt::format("a field along the weights is {}: it must be from -1e9 to 1e9", field));
        }
        std::vector<double> external(along_.size());
        for (std::size_t j = 0; j < external.size(); ++j) external[j] = field * along_[j];
        const FactorGraph graph =
            patterns_.visit([&](const auto& set) { return build_graph(network_, set, external); });
        const std::unique_ptr<MessagePassing> messages = solver_->make_messages(graph, how_, {});
        LocalEntropyPoint point;
        point.field = field;
        const std::size_t lost = settle_messages(*messages, point);
        measure(*messages, lost, point);
        return point;
    }

    LocalEntropyPoint at_distance(double distance) const {
        if (!(distance > 0.0 && distance < 1.0)) {
            throw Error(fmt::format("a distance is {}: it must be above 0 and below 1", distance));
        }
        LocalEntropyPoint last;
        const auto excess = [&](double field) {
            last = at(field);
            const double off = last.distance - distance;
            return std::abs(off) < distance_tolerance ? 0.0 : off;
        };
        double low = field_alone(distance), high = low;
        double above = excess(low), below = above;
        for (double width = 0.5; above < 0.0 && width < widest; width *= 2.0) {
            low -= width;
            above = excess(low);
        }
        for (double width = 0.5; below > 0.0 && width < widest; width *= 2.0) {
            high += width;
            below = excess(high);
        }
        if (above > 0.0 && below < 0.0) {
            std::uintmax_t steps = 30;
            const auto close = [](double a, double b) { return std::abs(a - b) < 1e-5; };
            boost::math::tools::toms748_solve(excess, low, high, above, below, close, steps);
        }
        if (std::abs(last.distance - distance) >= distance_tolerance) {
            last.entropy = std::numeric_limits<double>::quiet_NaN();
            last.note = fmt::format(
                "no field holds the solutions at distance {}: the last tried "
                "has them at {:.4g}",
                distance, last.distance);
        }
        return last;
    }

  private:
    /// The field that holds weights at a distance where there are no patterns.
    double field_alone(double distance) const {
        const double overlap = 1.0 - 2.0 * distance;
        return network_.weights == WeightKind::Binary ? std::atanh(overlap)
                                                      : overlap / (1.0 - overlap * overlap);
    }

    /// Iterates to a fixed point, or to the end of the iterations; returns the rows that are lost.
    std::size_t settle_messages(MessagePassing& messages, LocalEntropyPoint& point) const {
        double damping = *how_.damping;
        const std::size_t stage = std::max<std::size_t>(1, how_.max_iterations / dampings);
        std::size_t lost = 0;
        while (point.iterations < how_.max_iterations && !point.converged) {
            if (point.iterations > 0 && point.iterations % stage == 0) {
                damping = 0.5 * (1.0 + damping);
                messages.set_damping(damping);
            }
            const IterationReport report = messages.step();
            ++point.iterations;
            point.converged = report.converged(*how_.tolerance);
            lost = report.lost_rows;
        }
        return lost;
    }

    void measure(const MessagePassing& messages, std::size_t lost, LocalEntropyPoint& point) const {
        const auto count = static_cast<double>(along_.size());
        const std::size_t n = network_.unit_inputs();
        double product = 0.0;
        for (std::size_t k = 0; k < network_.hidden; ++k) {
            const std::vector<double> m = messages.magnetizations(k);
            for (std::size_t i = 0; i < n; ++i) product += along_[k * n + i] * m[i];
        }
        point.overlap = product / count;
        point.distance = 0.5 * (1.0 - point.overlap);
        point.mutual_distance = 0.5 * (1.0 - messages.overlap());
        point.bound = bound(point);
        const JudgedEntropy judged = judge_entropy(
            messages.free_entropy() - point.field * point.overlap,
            {.weights = network_.weights, .converged = point.converged, .lost_patterns = lost});
        point.entropy = judged.value;
        point.note = judged.note;
        if (point.note.empty() && frozen(messages.overlap(), point.field)) {
            point.note = point.distance > 1.0 - frozen_overlap
                             ? "the weights are frozen away from those given"
                             : "the weights are frozen at those given";
        }
    }

    /// +-1 weights that are certain, where the field alone would leave them free.
    bool frozen(double overlap, double field) const {
        const double alone = std::tanh(field);
        return network_.weights == WeightKind::Binary && overlap > frozen_overlap &&
               alone * alone < frozen_overlap;
    }

    double bound(const LocalEntropyPoint& point) const {
        if (network_.weights == WeightKind::Spherical) {
            return 0.5 * std::log1p(-point.overlap * point.overlap);
        }
        const auto part = [](double d) { return d > 0.0 ? -d * std::log(d) : 0.0; };
        return part(point.distance) + part(1.0 - point.distance);
    }

    const Network& network_;
    Patterns patterns_;
    std::vector<double> along_;  ///< the weights, unit by unit
    const Solver* solver_;
    SolveOptions how_;
};

/// One point for each of the values.
template <class Measure>
std::vector<LocalEntropyPoint> points_of(const std::vector<double>& values, const Measure& measure,
                                         const LocalEntropyOptions& options,
                                         const LandscapeObserver& observer) {
    std::vector<LocalEntropyPoint> points;
    for (const double value : values) {
        points.push_back(measure(value));
        if (options.found) options.found(points.back());
        tell_observer(observer,
                      static_cast<double>(points.size()) / static_cast<double>(values.size()));
    }
    return points;
}

}  // namespace

std::vector<LocalEntropyPoint> local_entropy(const Network& network, const Weights& weights,
                                             const Patterns& patterns,
                                             const LocalEntropyOptions& options,
                                             const LandscapeObserver& observer) {
    const LocalMeasure measure(network, weights, patterns, options);
    return points_of(
        options.fields, [&](double field) { return measure.at(field); }, options, observer);
}

std::vector<LocalEntropyPoint> local_entropy_at(const Network& network, const Weights& weights,
                                                const Patterns& patterns,
                                                const std::vector<double>& distances,
                                                const LocalEntropyOptions& options,
                                                const LandscapeObserver& observer) {
    if (!options.fields.empty()) {
        throw Error("fields and distances are both given: a field has one distance");
    }
    const LocalMeasure measure(network, weights, patterns, options);
    return points_of(
        distances, [&](double distance) { return measure.at_distance(distance); }, options,
        observer);
}

}  // namespace steppe
