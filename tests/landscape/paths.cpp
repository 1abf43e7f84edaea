// Between two solutions: units that are exchanged or turned, and errors on the way.
#include "steppe/landscape/paths.hpp"

#include <doctest/doctest.h>

#include <rapidcheck.h>
#include <algorithm>
#include <memory>
#include <numeric>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/start_weights.hpp"
#include "steppe/run/solve.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

TEST_CASE("units that were exchanged, and turned in pairs, are found again") {
    rc::check("the match undoes what was done", [] {
        Network network = *rc::gen::element(
            Network{31, 5}, spherical(31, 5), spherical(31, 4, Wiring::Full, Gate::Parity),
            Network{33, 3, Wiring::Tree, Gate::Parity}, spherical(33, 3, Wiring::Tree));
        const bool relu = *rc::gen::arbitrary<bool>();
        if (relu) {
            network = spherical(31, 4);
            network.activation = Activation::Relu;
        }
        const Weights a = some_weights(network, *rc::gen::inRange<std::uint64_t>(1, 1000));
        UnitMatch done;
        done.unit.resize(network.hidden);
        std::iota(done.unit.begin(), done.unit.end(), std::size_t{0});
        if (network.wiring == Wiring::Full && !relu) {
            std::rotate(done.unit.begin(), done.unit.begin() + 1, done.unit.end());
        } else if (relu) {
            std::swap(done.unit[0], done.unit[2]);
        }
        done.sign.assign(network.hidden, 1);
        if (network.gate == Gate::Parity) done.sign[0] = done.sign[2] = -1;
        const Weights b = matched(network, a, done);
        const UnitMatch found = match_units(network, a, b);
        RC_ASSERT(std::abs(found.overlap - 1.0) < 1e-9);
        RC_ASSERT(matched(network, b, found) == a);
        // The network answers as before.
        const auto patterns = patterns_of(network, 50);
        RC_ASSERT(count_errors(network, a, *patterns) == count_errors(network, b, *patterns));
        const Weights both[] = {a, b, some_weights(network, 5000)};
        const std::vector<double> overlaps = overlap_matrix(network, both);
        RC_ASSERT(std::abs(overlaps[1] - 1.0) < 1e-9);
        RC_ASSERT(overlaps[2] < 0.9);
        RC_ASSERT(overlaps[2] == overlaps[6]);
    });
}

TEST_CASE("the match is the best of all") {
    const Network network = spherical(9, 4, Wiring::Full, Gate::Majority);
    Network odd = network;
    odd.hidden = 5;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Weights a = some_weights(odd, seed), b = some_weights(odd, seed + 100);
        std::vector<std::size_t> order{0, 1, 2, 3, 4};
        double best = -1.0;
        do {
            double sum = 0.0;
            for (std::size_t k = 0; k < 5; ++k) {
                for (std::size_t i = 0; i < 9; ++i) sum += a.value(k, i) * b.value(order[k], i);
            }
            best = std::max(best, sum / (5.0 * 9.0));
        } while (std::next_permutation(order.begin(), order.end()));
        CHECK(match_units(odd, a, b).overlap == doctest::Approx(best));
    }
}

TEST_CASE("solutions of a convex problem have none but solutions between them") {
    const Network network = spherical(101);
    const auto patterns = patterns_of(network, 120);
    SolveOptions options;
    options.network = network;
    options.solver = "lal";
    const Weights a = solve(options, patterns).weights;
    options.seed = 7;
    const Weights b = solve(options, patterns).weights;
    REQUIRE(match_units(network, a, b).overlap < 0.999);
    for (const Path path : {Path::Straight, Path::Geodesic}) {
        const auto points = error_along(network, a, b, patterns, path, 21);
        REQUIRE(points.size() == 21);
        CHECK(points.front().position == 0.0);
        CHECK(points.back().position == 1.0);
        CHECK(barrier_of(points).error_rate == 0.0);
    }
}

TEST_CASE("between random weights errors are those of the weights there") {
    for (const Network& network : {Network{33, 3}, spherical(33, 3)}) {
        const auto patterns = patterns_of(network, 60);
        const Weights a = some_weights(network, 1), b = some_weights(network, 2);
        for (const Path path : {Path::Straight, Path::Geodesic}) {
            const auto points = error_along(network, a, b, patterns, path, 3);
            CHECK(points[0].error_rate ==
                  static_cast<double>(count_errors(network, a, *patterns)) / 60.0);
            CHECK(points[2].error_rate ==
                  static_cast<double>(count_errors(network, b, *patterns)) / 60.0);
            // Half-way the two paths go through the same directions.
            std::vector<double> middle;
            for (std::size_t k = 0; k < 3; ++k) {
                for (std::size_t i = 0; i < 33; ++i) {
                    middle.push_back(a.value(k, i) + b.value(k, i));
                }
            }
            const Network real = spherical(33, 3);
            CHECK(points[1].error_rate ==
                  static_cast<double>(
                      count_errors(real, Weights::from_values(33, 3, middle), *patterns)) /
                      60.0);
        }
    }
}

TEST_CASE("paths that are none are refused") {
    const Network network = spherical(21);
    const Weights a = some_weights(network, 1);
    const auto patterns = patterns_of(network, 10);
    const Weights opposite = matched(network, a, {{0}, {-1}, 0.0});
    CHECK_THROWS_WITH_AS(error_along(network, a, opposite, patterns, Path::Geodesic, 5),
                         doctest::Contains("is opposite to that of the other"), Error);
    CHECK_THROWS_AS(error_along(network, a, a, patterns, Path::Straight, 1), Error);
    CHECK_THROWS_AS(match_units(network, a, some_weights(spherical(23), 1)), Error);
    CHECK(barrier_of(error_along(network, a, a, patterns, Path::Geodesic, 5)).position == 0.0);
}
