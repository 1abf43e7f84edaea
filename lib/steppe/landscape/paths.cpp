#include "steppe/landscape/paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/maximum_weighted_matching.hpp>
#include <cmath>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/require_weights.hpp"

namespace steppe {

namespace {

/// Of unit k of a and unit l of b.
double cosine(const Weights& a, std::size_t k, const Weights& b, std::size_t l) {
    double product = 0.0, squares_a = 0.0, squares_b = 0.0;
    for (std::size_t i = 0; i < a.unit_inputs(); ++i) {
        product += a.value(k, i) * b.value(l, i);
        squares_a += a.value(k, i) * a.value(k, i);
        squares_b += b.value(l, i) * b.value(l, i);
    }
    return product == 0.0 ? 0.0 : std::clamp(product / std::sqrt(squares_a * squares_b), -1.0, 1.0);
}

bool may_exchange(const Network& network, std::size_t k, std::size_t l) {
    if (k == l) return true;
    if (network.wiring == Wiring::Tree) return false;
    // ReLU units count with the signs +1, -1, +1, ...
    return network.activation != Activation::Relu || k % 2 == l % 2;
}

/// Which unit of b goes with each of a, so that the sum of gains [k * hidden + l] is largest.
std::vector<std::size_t> assign(const Network& network, const std::vector<double>& gains) {
    using Graph =
        boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property,
                              boost::property<boost::edge_weight_t, long>>;
    const std::size_t hidden = network.hidden;
    Graph graph(2 * hidden);
    for (std::size_t k = 0; k < hidden; ++k) {
        for (std::size_t l = 0; l < hidden; ++l) {
            // Whole numbers: the matching compares for equality, and does not end on rounded ones.
            // Gains are -1 at least: a match that leaves nobody out is always worth more.
            const long weight = std::lround(1e9 * gains[k * hidden + l]) +
                                4'000'000'000L * static_cast<long>(hidden);
            if (may_exchange(network, k, l)) boost::add_edge(k, hidden + l, weight, graph);
        }
    }
    std::vector<boost::graph_traits<Graph>::vertex_descriptor> mate(2 * hidden);
    boost::maximum_weighted_matching(graph, mate.data());
    std::vector<std::size_t> units(hidden);
    for (std::size_t k = 0; k < hidden; ++k) units[k] = mate[k] - hidden;
    return units;
}

/// Position t between a and b, unit by unit.
std::vector<double> between(const Weights& a, const Weights& b, Path path, double t) {
    std::vector<double> values;
    for (std::size_t k = 0; k < a.units(); ++k) {
        double from_a = 1.0 - t, from_b = t;
        const double angle = std::acos(cosine(a, k, b, k));
        if (path == Path::Geodesic && std::sin(angle) < 1e-7) {
            if (angle > 1.0) {
                throw Error(fmt::format(
                    "unit {} of one solution is opposite to that of the other: no path between "
                    "them is the shortest",
                    k + 1));
            }
        } else if (path == Path::Geodesic) {
            from_a = std::sin((1.0 - t) * angle) / std::sin(angle);
            from_b = std::sin(t * angle) / std::sin(angle);
        }
        for (std::size_t i = 0; i < a.unit_inputs(); ++i) {
            values.push_back(from_a * a.value(k, i) + from_b * b.value(k, i));
        }
    }
    return values;
}

}  // namespace

UnitMatch match_units(const Network& network, const Weights& a, const Weights& b) {
    require_weights(network, a);
    require_weights(network, b);
    const std::size_t hidden = network.hidden;
    const bool turns = network.gate == Gate::Parity && network.margin == 0.0;
    std::vector<double> overlaps(hidden * hidden), gains(hidden * hidden);
    for (std::size_t k = 0; k < hidden; ++k) {
        for (std::size_t l = 0; l < hidden; ++l) {
            const double overlap = may_exchange(network, k, l) ? cosine(a, k, b, l) : 0.0;
            overlaps[k * hidden + l] = overlap;
            gains[k * hidden + l] = turns ? std::abs(overlap) : overlap;
        }
    }
    UnitMatch match;
    match.unit = assign(network, gains);
    const auto overlap = [&](std::size_t k) { return overlaps[k * hidden + match.unit[k]]; };
    std::size_t least = 0, turned = 0;
    for (std::size_t k = 0; k < hidden; ++k) {
        match.sign.push_back(turns && overlap(k) < 0.0 ? -1 : 1);
        if (match.sign[k] < 0) ++turned;
        if (std::abs(overlap(k)) < std::abs(overlap(least))) least = k;
    }
    if (turned % 2 == 1) match.sign[least] = -match.sign[least];
    for (std::size_t k = 0; k < hidden; ++k) {
        match.overlap += match.sign[k] * overlap(k) / static_cast<double>(hidden);
    }
    return match;
}

Weights matched(const Network& network, const Weights& b, const UnitMatch& match) {
    require_weights(network, b);
    const std::size_t n = network.unit_inputs();
    std::vector<double> values;
    for (std::size_t k = 0; k < network.hidden; ++k) {
        for (std::size_t i = 0; i < n; ++i) {
            values.push_back(match.sign.at(k) * b.value(match.unit.at(k), i));
        }
    }
    if (network.weights == WeightKind::Spherical) {
        return Weights::from_values(n, network.hidden, values);
    }
    std::vector<signed char> signs;
    for (const double value : values) signs.push_back(value < 0.0 ? -1 : 1);
    return Weights::from_signs(n, network.hidden, signs);
}

std::vector<double> overlap_matrix(const Network& network, std::span<const Weights> solutions) {
    const std::size_t count = solutions.size();
    std::vector<double> overlaps(count * count, 1.0);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const double overlap = match_units(network, solutions[i], solutions[j]).overlap;
            overlaps[i * count + j] = overlaps[j * count + i] = overlap;
        }
    }
    return overlaps;
}

std::vector<PathPoint> error_along(const Network& network, const Weights& a, const Weights& b,
                                   const Patterns& patterns, Path path, std::size_t points) {
    require_weights(network, a);
    require_weights(network, b);
    if (points < 2) throw Error(fmt::format("points of a path are {}: take 2 or more", points));
    Network real = network;
    real.weights = WeightKind::Spherical;
    std::vector<PathPoint> found;
    for (std::size_t p = 0; p < points; ++p) {
        const double t = static_cast<double>(p) / static_cast<double>(points - 1);
        Weights here =
            Weights::from_values(network.unit_inputs(), network.hidden, between(a, b, path, t));
        // Without a margin the length makes no difference, and sums that are exactly 0 stay so.
        if (network.margin != 0.0) here.normalise();
        const std::size_t errors =
            patterns.visit([&](const auto& set) { return count_errors(real, here, *set); });
        found.push_back(
            {t, static_cast<double>(errors) / static_cast<double>(patterns.patterns())});
    }
    return found;
}

PathPoint barrier_of(std::span<const PathPoint> path) {
    if (path.empty()) throw Error("a path without points has no barrier");
    return *std::ranges::max_element(path, {}, &PathPoint::error_rate);
}

}  // namespace steppe
