#include "steppe/landscape/typical_stabilities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>

#include "steppe/data/derived_patterns.hpp"
#include "steppe/data/repeated_patterns.hpp"
#include "steppe/error.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/landscape/fixed_point.hpp"
#include "steppe/model/folded.hpp"
#include "steppe/numeric/gaussian.hpp"

namespace steppe {

namespace {

/// +-1 weights that are all but certain are one solution, not the typical ones.
constexpr double frozen_overlap = 0.999;

/// Part of the stabilities beyond the last bin, where nothing else is said.
constexpr double part_beyond = 1e-3;

/// A normal of mean `omega` and deviation `sigma`, given that it is above `cut`.
struct CutNormal {
    double omega, sigma, cut, log_kept;

    CutNormal(double mean, double deviation, double above)
        : omega(mean), sigma(deviation), cut(above), log_kept(log_gaussian_tail(scaled(above))) {}

    double scaled(double h) const { return (h - omega) / sigma; }
    /// P(h > x).
    double tail(double x) const {
        return x <= cut ? 1.0 : std::exp(log_gaussian_tail(scaled(x)) - log_kept);
    }
    double mean() const { return omega + sigma * inverse_mills_ratio(scaled(cut)); }
};

std::vector<CutNormal> cut_normals(const RowGroup& group, const CavitySums& sums) {
    const UnitBranch& unit = group.units.front();
    const double root = std::sqrt(static_cast<double>(unit.wiring.inputs));
    std::vector<CutNormal> normals;
    for (std::size_t a = 0; a < group.rows; ++a) {
        double threshold = 0.0;
        if (!unit.channel->threshold(static_cast<std::uint32_t>(a), threshold)) {
            throw Error(fmt::format("channel '{}' has no threshold", unit.channel->name()));
        }
        normals.push_back(
            {sums.mean[a] / root, std::sqrt(sums.variance[a]) / root, threshold / root});
    }
    return normals;
}

/// The stability that a part of all are above.
double exceeded_by(double part, const std::vector<CutNormal>& normals, double from) {
    const auto excess = [&](double h) {
        double sum = 0.0;
        for (const CutNormal& normal : normals) sum += normal.tail(h);
        return sum / static_cast<double>(normals.size()) - part;
    };
    double step = 0.0;
    for (const CutNormal& normal : normals) step = std::max(step, normal.sigma);
    double low = from, high = from + step;
    for (; excess(high) > 0.0; low = high, high += step) step *= 2.0;
    std::uintmax_t steps = 60;
    const auto close = [](double a, double b) { return std::abs(b - a) <= 1e-6 * std::abs(b); };
    return boost::math::tools::toms748_solve(excess, low, high, close, steps).second;
}

std::string why_none(const Network& network, const FixedPoint& fixed) {
    if (fixed.lost_patterns > 0) {
        return fmt::format("{} patterns are too small beside the largest to be kept",
                           fixed.lost_patterns);
    }
    if (!fixed.converged) return "messages have not converged";
    if (network.weights == WeightKind::Binary && fixed.messages->overlap() > frozen_overlap) {
        return "the weights are frozen: messages see one solution, not the typical ones";
    }
    return "";
}

void require_sense(const Network& network, const TypicalStabilitiesOptions& options) {
    network.validate();
    const std::string why = why_no_typical_stabilities(network);
    if (!why.empty()) throw Error(why);
    if (options.bins == 0) throw Error("bins are 0: take 1 or more");
    if (options.to && !(*options.to > network.margin && std::isfinite(*options.to))) {
        throw Error(fmt::format("the last bin ends at {}: it must end above the margin {}",
                                *options.to, network.margin));
    }
}

/// One problem's fixed point.
class Typical {
  public:
    Typical(const Network& network, const Patterns& patterns,
            const TypicalStabilitiesOptions& options, const std::function<void(double)>& look) {
        const FixedPointSolver solver(
            network, patterns,
            {options.solver, options.accuracy, options.max_iterations, options.seed});
        const FactorGraph graph =
            patterns.visit([&](const auto& set) { return build_graph(network, set); });
        const FixedPoint fixed = solver.settle(graph, look);
        found_.overlap.mean = fixed.messages->overlap();
        found_.solver = solver.solver();
        found_.converged = fixed.converged;
        found_.iterations = fixed.iterations;
        found_.note = why_none(network, fixed);
        if (found_.note.empty()) {
            normals_ = cut_normals(graph.row_groups().front(), fixed.messages->cavity_sums(0, 0));
        }
    }

    const TypicalStabilities& found() const { return found_; }
    const std::vector<CutNormal>& normals() const { return normals_; }
    double first_cut() const { return std::ranges::min(normals_, {}, &CutNormal::cut).cut; }

    /// Of each bin the density; the part beyond, the mean and the overlap.
    std::vector<double> numbers(double from, double to, std::size_t bins) const {
        const double width = (to - from) / static_cast<double>(bins);
        std::vector<double> sums(bins + 2, 0.0);
        for (const CutNormal& normal : normals_) {
            double above = normal.tail(from);
            for (std::size_t b = 0; b < bins; ++b) {
                const double next =
                    normal.tail(b + 1 == bins ? to : from + width * static_cast<double>(b + 1));
                sums[b] += (above - next) / width;
                above = next;
            }
            sums[bins] += above;
            sums[bins + 1] += normal.mean();
        }
        for (double& sum : sums) sum /= static_cast<double>(normals_.size());
        sums.push_back(found_.overlap.mean);
        return sums;
    }

  private:
    TypicalStabilities found_;
    std::vector<CutNormal> normals_;
};

/// The patterns without each `groups`-th, from pattern `left_out` on.
Patterns without_group(const Patterns& patterns, std::size_t left_out, std::size_t groups) {
    std::vector<std::size_t> kept;
    for (std::size_t a = 0; a < patterns.patterns(); ++a) {
        if (a % groups != left_out) kept.push_back(a);
    }
    return selected(patterns, kept);
}

/// sqrt((G - 1)/G sum_g (x_g - mean)^2) of each column.
std::vector<double> jackknife_errors(const std::vector<std::vector<double>>& rows) {
    const double count = static_cast<double>(rows.size());
    std::vector<double> errors;
    for (std::size_t c = 0; c < rows.front().size(); ++c) {
        double sum = 0.0, squares = 0.0;
        for (const auto& row : rows) sum += row[c];
        for (const auto& row : rows) squares += (row[c] - sum / count) * (row[c] - sum / count);
        errors.push_back(std::sqrt((count - 1.0) / count * squares));
    }
    return errors;
}

}  // namespace

std::string why_no_typical_stabilities(const Network& network) {
    if (network.hidden == 1) return "";
    return fmt::format(
        "stabilities of typical solutions are those of one unit, and the network has {}",
        network.hidden);
}

TypicalStabilities typical_stabilities(const Network& network, const Patterns& patterns,
                                       const TypicalStabilitiesOptions& options,
                                       const LandscapeObserver& observer) {
    require_sense(network, options);
    const Patterns asked = distinct(folded(network, patterns));
    const std::size_t groups = std::min(options.groups, asked.patterns());
    const auto settled = [&](const Patterns& some, std::size_t done) {
        return Typical(network, some, options, [&, done](double part) {
            tell_observer(observer,
                          (static_cast<double>(done) + part) / static_cast<double>(groups + 1));
        });
    };
    const Typical whole = settled(asked, 0);
    TypicalStabilities found = whole.found();
    if (!found.note.empty()) return found;
    found.from = whole.first_cut();
    found.to = options.to ? *options.to : exceeded_by(part_beyond, whole.normals(), found.from);
    const auto numbers = [&](const Typical& typical) {
        return typical.numbers(found.from, found.to, options.bins);
    };
    const std::vector<double> values = numbers(whole);
    std::vector<double> errors(values.size(), std::numeric_limits<double>::quiet_NaN());
    std::vector<std::vector<double>> left_out;
    for (std::size_t g = 0; groups > 1 && g < groups; ++g) {
        const Typical part = settled(without_group(asked, g, groups), g + 1);
        if (!part.found().note.empty()) break;
        left_out.push_back(numbers(part));
    }
    if (groups > 1 && left_out.size() == groups) errors = jackknife_errors(left_out);
    const auto estimate = [&](std::size_t c) { return Estimate{values[c], errors[c]}; };
    for (std::size_t b = 0; b < options.bins; ++b) found.density.push_back(estimate(b));
    found.beyond = estimate(options.bins);
    found.mean = estimate(options.bins + 1);
    found.overlap = estimate(options.bins + 2);
    return found;
}

}  // namespace steppe
