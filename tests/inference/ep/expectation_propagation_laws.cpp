// Laws of expectation propagation. A start field that is kept makes the units differ and the fixed
// point one; loads are low and couplings weak.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "steppe/inference/ep/expectation_propagation.hpp"
#include "steppe/numeric/random.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

using Fields = std::vector<std::vector<double>>;

struct Problem {
    Network network;
    std::size_t patterns = 0;
    std::vector<float> inputs;  // row after row
    Coupling coupling;
    Fields field;  // by unit

    float& at(std::size_t a, std::size_t i) { return inputs[a * network.inputs + i]; }
};

Problem any_problem(std::size_t hidden, Gate gate = Gate::Majority) {
    Problem p;
    const Wiring wiring = hidden > 1 && *rc::gen::arbitrary<bool>() ? Wiring::Tree : Wiring::Full;
    const auto per_unit = *rc::gen::inRange<std::size_t>(8, 20);
    p.network =
        spherical(wiring == Wiring::Tree ? per_unit * hidden : per_unit, hidden, wiring, gate);
    p.network.weights = *rc::gen::element(WeightKind::Spherical, WeightKind::Binary);
    // More patterns than inputs of a unit as well: the basis is that of the weights then.
    p.patterns = *rc::gen::inRange<std::size_t>(1, per_unit + per_unit / 2);
    p.coupling = {*rc::gen::inRange(0, 500) * 1e-3, 1 + *rc::gen::inRange(0, 300) * 1e-2};
    const Philox random(*rc::gen::inRange<std::uint64_t>(1, 1000), Stream::Test);
    for (std::size_t e = 0; e < p.patterns * p.network.inputs; ++e) {
        // Some are equal: correlated patterns.
        p.inputs.push_back(static_cast<float>(random.normal(e, 0) + 0.5));
    }
    for (std::size_t k = 0; k < hidden; ++k) {
        p.field.emplace_back();
        for (std::size_t i = 0; i < p.network.unit_inputs(); ++i) {
            p.field.back().push_back(0.7 * random.normal(i, 1 + static_cast<std::uint32_t>(k)));
        }
    }
    return p;
}

struct FixedPoint {
    Fields means;
    double free_entropy = 0.0;
};

FixedPoint converge(const Problem& p, const Coupling& coupling, std::uint64_t seed = 1) {
    const auto set = std::make_shared<const RealPatterns>(
        RealPatterns::from_values(p.network.inputs, p.patterns, p.inputs));
    ExpectationPropagation solver(build_graph(p.network, set), {.damping = 0.6, .seed = seed});
    solver.set_start_field(p.field);
    solver.set_start_scale(1.0);
    double change = 1.0;
    for (int t = 0; t < 4000 && change > 1e-12; ++t) change = solver.step(coupling).change();
    // Overloaded problems have no fixed point to speak of.
    RC_PRE(change <= 1e-12);
    FixedPoint result;
    for (std::size_t k = 0; k < p.network.hidden; ++k) {
        result.means.push_back(solver.magnetizations(k));
    }
    result.free_entropy = solver.free_entropy();
    return result;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

double distance(const FixedPoint& a, const FixedPoint& b) {
    double largest = std::abs(a.free_entropy - b.free_entropy);
    for (std::size_t k = 0; k < a.means.size(); ++k) {
        largest = std::max(largest, distance(a.means[k], b.means[k]));
    }
    return largest;
}

std::vector<std::size_t> any_order(std::size_t count) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const Philox random(*rc::gen::inRange<std::uint64_t>(1, 1000), Stream::Order);
    for (std::size_t left = count; left > 1; --left) {
        std::swap(order[left - 1], order[random.below(left, left)]);
    }
    return order;
}

constexpr double tight = 1e-7;

}  // namespace

TEST_CASE("gauge: turning an input in every pattern turns its weights") {
    CHECK(rc::check("gauge", [] {
        const Problem p = any_problem(*rc::gen::element<std::size_t>(1, 3));
        const std::size_t n = p.network.inputs;
        const auto turn = *rc::gen::container<std::vector<bool>>(n, rc::gen::arbitrary<bool>());
        Problem turned = p;
        for (std::size_t a = 0; a < p.patterns; ++a) {
            for (std::size_t i = 0; i < n; ++i) {
                if (turn[i]) turned.at(a, i) *= -1.0f;
            }
        }
        const auto turn_back = [&](Fields& fields) {
            for (std::size_t k = 0; k < p.network.hidden; ++k) {
                for (std::size_t i = 0; i < fields[k].size(); ++i) {
                    if (turn[p.network.first_input(k) + i]) fields[k][i] *= -1.0;
                }
            }
        };
        turn_back(turned.field);
        const FixedPoint plain = converge(p, p.coupling);
        FixedPoint found = converge(turned, p.coupling);
        turn_back(found.means);
        RC_ASSERT(distance(plain, found) < tight);
    }));
}

TEST_CASE("permuting patterns does nothing; permuting units permutes their weights") {
    CHECK(rc::check("permutation", [] {
        const Gate gate = *rc::gen::element(Gate::Majority, Gate::Parity);
        Problem p = any_problem(3, gate);
        if (p.network.wiring == Wiring::Tree) {
            // Units of a tree see different inputs: only the patterns.
            const auto order = any_order(p.patterns);
            Problem moved = p;
            for (std::size_t a = 0; a < p.patterns; ++a) {
                for (std::size_t i = 0; i < p.network.inputs; ++i) {
                    moved.at(a, i) = p.at(order[a], i);
                }
            }
            RC_ASSERT(distance(converge(p, p.coupling), converge(moved, p.coupling)) < tight);
            return;
        }
        const auto order = any_order(3);
        Problem moved = p;
        for (std::size_t k = 0; k < 3; ++k) moved.field[k] = p.field[order[k]];
        FixedPoint plain = converge(p, p.coupling);
        const FixedPoint found = converge(moved, p.coupling);
        FixedPoint expected = plain;
        for (std::size_t k = 0; k < 3; ++k) expected.means[k] = plain.means[order[k]];
        RC_ASSERT(distance(expected, found) < tight);
    }));
}

TEST_CASE("gamma = 0 and y = 1 are no focusing; a large gamma is an infinite one") {
    CHECK(rc::check("limits", [] {
        const Problem p = any_problem(1);
        const double y = p.coupling.replicas;
        const FixedPoint none = converge(p, {});
        RC_ASSERT(distance(none, converge(p, {0.0, y})) < tight);
        RC_ASSERT(distance(none.means[0], converge(p, {1.0, 1.0}).means[0]) < tight);
        const double infinity = std::numeric_limits<double>::infinity();
        const FixedPoint infinite = converge(p, {infinity, 1.2});
        RC_ASSERT(distance(infinite.means[0], converge(p, {1e9, 1.2}).means[0]) < 1e-5);
    }));
}

TEST_CASE("the fixed point does not depend on the order of the units") {
    CHECK(rc::check("order", [] {
        const Problem p = any_problem(3);
        RC_ASSERT(distance(converge(p, p.coupling, 1), converge(p, p.coupling, 2)) < tight);
    }));
}
