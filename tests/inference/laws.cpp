#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/numeric/random.hpp"

using namespace steppe;

// Laws of fixed points. Loads are low and couplings weak, so that there is one fixed point (up to
// the order of units).
namespace {

struct FixedPoint {
    std::vector<std::vector<double>> m;  // by unit
    double free_entropy;
};

FixedPoint converge(const Network& network, const PatternSet& patterns, const Coupling& coupling,
                    const std::vector<double>& field = {}, std::size_t block = 0,
                    Accuracy accuracy = Accuracy::Gaussian) {
    BeliefPropagationOptions options;
    options.damping = 0.5;
    options.accuracy = accuracy;
    options.precision = Precision::Double;
    options.block = block;
    BeliefPropagation solver(build_graph(network, std::make_shared<PatternSet>(patterns), field),
                             options);
    double change = 1.0;
    for (int i = 0; i < 3000 && change > 1e-13; ++i) change = solver.step(coupling).change();
    RC_ASSERT(change <= 1e-13);
    FixedPoint result;
    for (std::size_t k = 0; k < network.hidden; ++k) result.m.push_back(solver.magnetizations(k));
    result.free_entropy = solver.free_entropy();
    return result;
}

struct Problem {
    Network network;
    PatternSet patterns;
    Coupling coupling;
    std::vector<double> field;  // breaks the symmetry of the units
};

Problem any_problem(std::size_t hidden) {
    const std::size_t inputs = 2 * *rc::gen::inRange<std::size_t>(7, 25) + 1;
    const std::size_t patterns = *rc::gen::inRange<std::size_t>(1, inputs / 4);
    const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1000);
    const Coupling coupling{*rc::gen::inRange(0, 500) * 1e-3, 1 + *rc::gen::inRange(0, 300) * 1e-2};
    Problem problem{{inputs, hidden}, random_patterns(inputs, patterns, seed), coupling, {}};
    const Philox random(seed, Stream::Symmetry);
    for (std::size_t i = 0; i < inputs * hidden; ++i)
        problem.field.push_back(0.3 * random.normal(i));
    return problem;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

std::vector<std::size_t> any_order(std::size_t count) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const Philox random(*rc::gen::inRange<std::uint64_t>(1, 1000), Stream::Order);
    for (std::size_t left = count; left > 1; --left)
        std::swap(order[left - 1], order[random.below(left, left)]);
    return order;
}

constexpr double tight = 1e-10;

/// Where the means leave a pattern no room there is no number, however the problem is written.
bool same_number(double a, double b) {
    return std::isnan(a) ? std::isnan(b) : std::abs(a - b) < tight;
}

}  // namespace

TEST_CASE("gauge: turning an input in every pattern turns its magnetizations") {
    CHECK(rc::check("gauge", [] {
        const Problem p = any_problem(*rc::gen::element<std::size_t>(1, 3));
        const std::size_t n = p.network.inputs;
        const auto turn = *rc::gen::container<std::vector<bool>>(n, rc::gen::arbitrary<bool>());
        std::vector<signed char> signs = p.patterns.signs();
        for (std::size_t e = 0; e < signs.size(); ++e) {
            if (turn[e % n]) signs[e] = static_cast<signed char>(-signs[e]);
        }
        std::vector<double> field = p.field;
        for (std::size_t e = 0; e < field.size(); ++e) field[e] *= turn[e % n] ? -1 : 1;
        const FixedPoint plain = converge(p.network, p.patterns, p.coupling, p.field);
        FixedPoint turned = converge(
            p.network, PatternSet::from_signs(n, p.patterns.patterns(), signs), p.coupling, field);
        for (std::size_t k = 0; k < p.network.hidden; ++k) {
            for (std::size_t i = 0; i < n; ++i) turned.m[k][i] *= turn[i] ? -1 : 1;
            RC_ASSERT(distance(plain.m[k], turned.m[k]) < tight);
        }
        RC_ASSERT(same_number(plain.free_entropy, turned.free_entropy));
    }));
}

TEST_CASE(
    "relabelling: permuting inputs permutes magnetizations, permuting patterns does nothing") {
    CHECK(rc::check("relabelling", [] {
        const Problem p = any_problem(*rc::gen::element<std::size_t>(1, 3));
        const std::size_t n = p.network.inputs, m = p.patterns.patterns();
        const auto inputs = any_order(n), patterns = any_order(m);
        std::vector<signed char> signs;
        for (std::size_t a = 0; a < m; ++a) {
            for (std::size_t i = 0; i < n; ++i)
                signs.push_back(static_cast<signed char>(p.patterns.sign(patterns[a], inputs[i])));
        }
        std::vector<double> field;
        for (std::size_t e = 0; e < p.field.size(); ++e)
            field.push_back(p.field[e / n * n + inputs[e % n]]);
        const FixedPoint plain = converge(p.network, p.patterns, p.coupling, p.field);
        const FixedPoint moved =
            converge(p.network, PatternSet::from_signs(n, m, signs), p.coupling, field);
        for (std::size_t k = 0; k < p.network.hidden; ++k) {
            std::vector<double> back(n);
            for (std::size_t i = 0; i < n; ++i) back[inputs[i]] = moved.m[k][i];
            RC_ASSERT(distance(plain.m[k], back) < tight);
        }
        RC_ASSERT(same_number(plain.free_entropy, moved.free_entropy));
    }));
}

TEST_CASE("permuting the units of a committee permutes their weights") {
    CHECK(rc::check("units", [] {
        const Problem p = any_problem(5);
        const std::size_t n = p.network.inputs;
        const auto order = any_order(5);
        std::vector<double> field;
        for (std::size_t e = 0; e < p.field.size(); ++e)
            field.push_back(p.field[order[e / n] * n + e % n]);
        const FixedPoint plain = converge(p.network, p.patterns, p.coupling, p.field);
        const FixedPoint moved = converge(p.network, p.patterns, p.coupling, field);
        for (std::size_t k = 0; k < 5; ++k)
            RC_ASSERT(distance(plain.m[order[k]], moved.m[k]) < tight);
        RC_ASSERT(same_number(plain.free_entropy, moved.free_entropy));
    }));
}

TEST_CASE("the fixed point does not depend on blocks, accuracy exact included") {
    CHECK(rc::check("blocks", [] {
        const Problem p = any_problem(*rc::gen::element<std::size_t>(1, 3));
        const Accuracy accuracy =
            *rc::gen::element(Accuracy::Exact, Accuracy::Gaussian, Accuracy::Relaxed);
        const FixedPoint flooding =
            converge(p.network, p.patterns, p.coupling, p.field, 0, accuracy);
        const std::size_t block = *rc::gen::inRange<std::size_t>(1, p.patterns.patterns() + 3);
        const FixedPoint blocks =
            converge(p.network, p.patterns, p.coupling, p.field, block, accuracy);
        for (std::size_t k = 0; k < p.network.hidden; ++k)
            RC_ASSERT(distance(flooding.m[k], blocks.m[k]) < tight);
    }));
}

TEST_CASE("gamma = 0 and y = 1 are no focusing; a large gamma is an infinite one") {
    CHECK(rc::check("limits", [] {
        const Problem p = any_problem(1);
        const double y = p.coupling.replicas;
        const FixedPoint none = converge(p.network, p.patterns, {}, p.field);
        RC_ASSERT(distance(none.m[0], converge(p.network, p.patterns, {0.0, y}, p.field).m[0]) <
                  tight);
        RC_ASSERT(distance(none.m[0], converge(p.network, p.patterns, {1.0, 1.0}, p.field).m[0]) <
                  tight);
        // Weak reinforcement only: a strong one has a fixed point for every solution.
        const double rho = 0.1;
        const double infinity = std::numeric_limits<double>::infinity();
        const FixedPoint infinite =
            converge(p.network, p.patterns, {infinity, 1 / (1 - rho)}, p.field);
        const FixedPoint large = converge(p.network, p.patterns, {40.0, 1 / (1 - rho)}, p.field);
        RC_ASSERT(distance(infinite.m[0], large.m[0]) < tight);
    }));
}

TEST_CASE("without an external field both forms of reinforcement reach the same fixed point") {
    CHECK(rc::check("forms", [] {
        const Problem p = any_problem(1);
        const double infinity = std::numeric_limits<double>::infinity();
        const Coupling replicas{infinity, 1.2};
        const Coupling fields{infinity, 1.2, ReinforcementForm::Fields};
        RC_ASSERT(distance(converge(p.network, p.patterns, replicas).m[0],
                           converge(p.network, p.patterns, fields).m[0]) < tight);
    }));
}

TEST_CASE("the centre is at least as sure as a copy, and focusing makes copies surer") {
    CHECK(rc::check("focusing", [] {
        const Problem p = any_problem(1);
        BeliefPropagationOptions options;
        options.damping = 0.5;
        options.accuracy = Accuracy::Gaussian;
        options.precision = Precision::Double;
        BeliefPropagation solver(build_graph(p.network, std::make_shared<PatternSet>(p.patterns)),
                                 options);
        double q = -1.0;
        for (const double gamma : {0.0, 0.3, 0.6}) {
            for (int i = 0; i < 200; ++i) solver.step({gamma, 4.0});
            RC_ASSERT(solver.overlap() >= q - 1e-12);
            q = solver.overlap();
        }
        const FocusingOverlaps focusing = solver.focusing_overlaps();
        RC_ASSERT(focusing.coupling > 0.0);
        RC_ASSERT(focusing.coupling < 1.0);
        RC_ASSERT(focusing.center > 0.0);
    }));
}
