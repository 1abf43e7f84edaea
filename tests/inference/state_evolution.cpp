// Approximate message passing without damping, iteration by iteration, against its state evolution
// (Rangan, ISIT 2011): of many independent patterns the overlap of every iteration follows from the
// one before by averages over normals. The fields start at random with q_0 = start^2/3, R_0 = 0;
// the first responses see that q_0 and no response before.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/amp/approximate_message_passing.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;
using theory::normal_average;
using theory::normal_density;
using theory::normal_rule;

namespace {

/// q_t and R_t.
struct Overlaps {
    double own = 0.0, teacher = 0.0;
};

/// What the patterns send: the fields of the weights are conjugate_teacher w* + sqrt(conjugate) z.
using Conjugate = Overlaps;

constexpr double start = 0.01;
constexpr std::size_t iterations = 8;

/// E g^2 over normal omega of variance q, g = phi/(sqrt(1-q) H) at (margin - omega)/sqrt(1-q).
Conjugate of_signs(double load, double margin, const Overlaps& at) {
    const double rest = std::sqrt(1.0 - at.own);
    const theory::Value square = normal_average([&](double z) {
        const double g = inverse_mills_ratio((margin - std::sqrt(at.own) * z) / rest) / rest;
        return g * g;
    });
    return {load * square.value, 0.0};
}

/// Labels of a teacher, folded in: its sums are positive, and R^ is the mean of their response to
/// the teacher's weights.
Conjugate of_teacher(double load, const Overlaps& at) {
    const double rest = std::sqrt(1.0 - at.own), slope = at.teacher / std::sqrt(at.own);
    const double width = std::sqrt(1.0 - slope * slope);
    const auto mean = [&](auto&& f) {
        return normal_average([&](double z) {
                   const double g = inverse_mills_ratio(-std::sqrt(at.own) * z / rest) / rest;
                   return f(-slope * z / width, g);
               })
            .value;
    };
    return {2.0 * load * mean([](double x, double g) { return gaussian_tail(x) * g * g; }),
            2.0 * load * mean([&](double x, double g) { return normal_density(x) / width * g; })};
}

/// Three sign units of a tree, of which two or three are to be +1.
Conjugate of_tree(double load, const Overlaps& at) {
    const theory::NormalRule rule = normal_rule();
    const double rest = std::sqrt(1.0 - at.own), slope = std::sqrt(at.own) / rest;
    const std::size_t nodes = rule.node.size();
    std::vector<double> plus(nodes);
    for (std::size_t i = 0; i < nodes; ++i) plus[i] = gaussian_tail(-slope * rule.node[i]);
    double square = 0.0;
    for (std::size_t b = 0; b < nodes; ++b) {
        for (std::size_t c = 0; c < nodes; ++c) {
            const double both = plus[b] * plus[c], one = plus[b] + plus[c] - 2.0 * both;
            for (std::size_t a = 0; a < nodes; ++a) {
                const double response = normal_density(slope * rule.node[a]) / rest;
                const double g = response * one / (plus[a] * one + both);
                square += rule.weight[a] * rule.weight[b] * rule.weight[c] * g * g;
            }
        }
    }
    // Every pattern is seen by all units, which have a third of the weights each.
    return {3.0 * load * square, 0.0};
}

Overlaps binary(const Conjugate& to) {
    const auto field = [&](double z) { return std::tanh(to.teacher + std::sqrt(to.own) * z); };
    return {normal_average([&](double z) { return field(z) * field(z); }).value,
            to.teacher == 0.0 ? 0.0 : normal_average(field).value};
}

/// The variance V makes mean square and variance 1 together: s V^2 + V = 1.
Overlaps sphere(const Conjugate& to) {
    const double s = to.own + to.teacher * to.teacher;
    const double variance = (std::sqrt(1.0 + 4.0 * s) - 1.0) / (2.0 * s);
    return {1.0 - variance, to.teacher * variance};
}

std::vector<Overlaps> predicted(const std::function<Overlaps(const Overlaps&)>& step) {
    std::vector<Overlaps> path{step({start * start / 3.0, 0.0})};
    while (path.size() < iterations) path.push_back(step(path.back()));
    return path;
}

std::vector<Overlaps> measured(const Network& network, std::size_t patterns, bool teacher,
                               std::uint64_t seed) {
    Patterns set = patterns_of(network, patterns, seed);
    std::vector<double> t;
    if (teacher) {
        const Weights weights = random_teacher(network, seed);
        t = weights.values();
        set = std::make_shared<const PatternSet>(
            teacher_labels(network, weights, random_patterns(network.inputs, patterns, seed))
                .fold_labels());
    }
    const FactorGraph graph =
        set.visit([&](const auto& some) { return build_graph(network, some); });
    ApproximateMessagePassing amp(graph, {.damping = 0.0, .start = start, .seed = seed});
    std::vector<Overlaps> path;
    for (std::size_t i = 0; i < iterations; ++i) {
        amp.step();
        double product = 0.0;
        const std::vector<double> m = amp.magnetizations(0);
        for (std::size_t j = 0; j < t.size(); ++j) product += t[j] * m[j];
        path.push_back({amp.overlap(), product / static_cast<double>(m.size())});
    }
    return path;
}

/// Runs scatter by `deviation`, at most, at every iteration: each is to be within 4 of it, and the
/// mean of all within 3 of its own.
void compare(const Network& network, double load, bool teacher, const Overlaps& deviation,
             const std::function<Overlaps(const Overlaps&)>& step) {
    constexpr std::uint64_t seeds = 6;
    const std::vector<Overlaps> theory = predicted(step);
    std::vector<Overlaps> mean(iterations);
    const auto patterns =
        static_cast<std::size_t>(std::lround(load * static_cast<double>(network.weight_count())));
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const std::vector<Overlaps> run = measured(network, patterns, teacher, seed);
        for (std::size_t i = 0; i < iterations; ++i) {
            CAPTURE(seed);
            CAPTURE(i);
            CHECK(std::abs(run[i].own - theory[i].own) < 4.0 * deviation.own);
            if (teacher) {
                CHECK(std::abs(run[i].teacher - theory[i].teacher) < 4.0 * deviation.teacher);
            }
            mean[i].own += run[i].own / seeds;
            mean[i].teacher += run[i].teacher / seeds;
        }
    }
    const double narrow = 3.0 / std::sqrt(static_cast<double>(seeds));
    for (std::size_t i = 0; i < iterations; ++i) {
        CAPTURE(i);
        CHECK(std::abs(mean[i].own - theory[i].own) < narrow * deviation.own);
        if (teacher) {
            CHECK(std::abs(mean[i].teacher - theory[i].teacher) < narrow * deviation.teacher);
        }
    }
}

}  // namespace

// Deviations of the overlaps of single runs: ten runs at N = 20001 have at most 0.0015
// (perceptrons; 0.0009 on the tree), of the overlap with a teacher 0.0026, which goes with
// 1/sqrt(N).
TEST_CASE(
    "approximate message passing follows state evolution: +-1 weights, with and without margin") {
    for (const double margin : {0.0, 0.05}) {
        CAPTURE(margin);
        Network network{4001};
        network.margin = margin;
        compare(network, 0.5, false, {.own = 0.0034},
                [&](const Overlaps& at) { return binary(of_signs(0.5, margin, at)); });
    }
}

TEST_CASE("approximate message passing follows state evolution: real weights") {
    compare(spherical(4001), 0.5, false, {.own = 0.0034},
            [](const Overlaps& at) { return sphere(of_signs(0.5, 0.0, at)); });
}

TEST_CASE("approximate message passing follows state evolution: overlap with a teacher") {
    compare({4001}, 0.5, true, {0.0034, 0.0058},
            [](const Overlaps& at) { return binary(of_teacher(0.5, at)); });
    compare(spherical(4001), 0.5, true, {0.0034, 0.0058},
            [](const Overlaps& at) { return sphere(of_teacher(0.5, at)); });
}

TEST_CASE("approximate message passing follows state evolution: a tree of three units") {
    compare({4005, 3, Wiring::Tree}, 0.3, false, {.own = 0.002},
            [](const Overlaps& at) { return binary(of_tree(0.3, at)); });
}
