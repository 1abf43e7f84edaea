#include "steppe/landscape/local_entropy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "steppe/data/repeated_patterns.hpp"
#include "steppe/error.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/message_passing.hpp"
#include "steppe/landscape/fixed_point.hpp"
#include "steppe/model/folded.hpp"
#include "steppe/model/require_weights.hpp"
#include "steppe/run/messages/entropy_judgement.hpp"

namespace steppe {

namespace {

/// Weights that are all but certain: what is measured is one solution, not those round it.
constexpr double frozen_overlap = 0.999;

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
        : network_(network),
          patterns_(distinct(folded(network, patterns))),
          solver_(network, patterns_,
                  {options.solver, options.accuracy, options.max_iterations, options.seed}) {
        require_weights(network, weights);
        for (std::size_t k = 0; k < network.hidden; ++k) {
            for (std::size_t i = 0; i < network.unit_inputs(); ++i) {
                along_.push_back(weights.value(k, i));
            }
        }
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
        const FixedPoint fixed = solver_.settle(graph);
        LocalEntropyPoint point;
        point.field = field;
        point.iterations = fixed.iterations;
        point.converged = fixed.converged;
        measure(*fixed.messages, fixed.lost_patterns, point);
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
    FixedPointSolver solver_;
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
