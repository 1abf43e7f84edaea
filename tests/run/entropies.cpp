// What is told of free entropies, against what they must be.
#include <doctest/doctest.h>

#include <rapidcheck.h>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "steppe/data/pattern_set.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/run/solve.hpp"

using namespace steppe;

namespace {

const std::string solvers[] = {"bp", "amp", "ep"};

SolveOptions measuring(const Network& network, const std::string& solver) {
    SolveOptions options;
    options.network = network;
    options.solver = solver;
    options.schedule.kind = ScheduleKind::None;
    options.continue_after_solution = true;
    options.threads = 1;
    return options;
}

Patterns signs(std::size_t inputs, const std::vector<signed char>& values,
               const std::vector<signed char>& labels = {}) {
    return std::make_shared<const PatternSet>(
        PatternSet::from_signs(inputs, values.size() / inputs, values, labels));
}

/// Six patterns of 17 inputs; 2700 of the 2^17 weights store them, with overlap 0.2212.
const std::vector<signed char> six = {
    1,  1,  1,  -1, -1, -1, -1, -1, -1, 1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  -1,
    1,  1,  -1, -1, 1,  1,  -1, 1,  1,  1,  -1, -1, 1,  -1, 1,  -1, -1, -1, -1, -1, -1,
    -1, -1, -1, 1,  1,  1,  -1, 1,  1,  -1, -1, 1,  1,  1,  -1, 1,  1,  1,  1,  1,  1,
    -1, 1,  -1, 1,  1,  1,  1,  -1, -1, -1, -1, 1,  1,  -1, 1,  1,  -1, 1,  1,  -1, -1,
    1,  1,  1,  -1, 1,  -1, -1, 1,  -1, -1, 1,  1,  -1, -1, -1, 1,  -1, 1};

}  // namespace

TEST_CASE("a recovered teacher: one solution, entropy 0") {
    const Network network{501, 1};
    const Weights teacher = random_teacher(network, 1);
    const auto patterns = std::make_shared<const PatternSet>(
        teacher_labels(network, teacher, random_patterns(501, 1002, 1)));
    for (const std::string& solver : solvers) {
        CAPTURE(solver);
        const SolveSummary s = solve(measuring(network, solver), patterns).summary;
        CHECK(s.errors == 0);
        if (s.converged) {
            CHECK(s.overlap == doctest::Approx(1.0).epsilon(1e-4));
            CHECK(std::abs(s.free_entropy) < 1e-3);
        } else {
            CHECK(std::isnan(s.free_entropy));
        }
    }
}

TEST_CASE("repeated patterns are one constraint") {
    std::vector<signed char> five_times;
    for (int copy = 0; copy < 5; ++copy)
        five_times.insert(five_times.end(), six.begin(), six.end());
    for (const std::string& solver : solvers) {
        CAPTURE(solver);
        const SolveOptions options = measuring({17, 1}, solver);
        const SolveSummary once = solve(options, signs(17, six)).summary;
        const SolveSummary repeated = solve(options, signs(17, five_times)).summary;
        CHECK(once.repeated == 0);
        CHECK(repeated.repeated == 24);
        CHECK(repeated.patterns == 30);
        CHECK(repeated.free_entropy == once.free_entropy);
        CHECK(repeated.overlap == once.overlap);
        CHECK(once.free_entropy == doctest::Approx(std::log(2700.0) / 17.0).epsilon(0.02));
        CHECK(once.overlap == doctest::Approx(0.2212).epsilon(0.13));
    }
}

TEST_CASE("one pattern with both labels has no free entropy, and the reason is told") {
    std::vector<signed char> values = six;
    values.insert(values.end(), six.begin(), six.begin() + 17);
    const std::vector<signed char> labels = {1, 1, 1, 1, 1, 1, -1};
    for (const std::string& solver : solvers) {
        CAPTURE(solver);
        const SolveSummary s = solve(measuring({17, 1}, solver), signs(17, values, labels)).summary;
        CHECK(s.errors > 0);
        CHECK(std::isinf(s.free_entropy));
        CHECK(s.free_entropy < 0.0);
        CHECK(s.free_entropy_note == "no weights store contradictory patterns");
        CHECK(nlohmann::json::parse(s.json())["free_entropy"].is_null());
    }
}

TEST_CASE("without focusing a field goes away before anything is measured") {
    Network network{15, 3};
    network.wiring = Wiring::Tree;
    network.gate = Gate::Parity;
    const auto patterns = std::make_shared<const PatternSet>(random_patterns(15, 3, 2));
    for (const std::string& solver : solvers) {
        CAPTURE(solver);
        SolveOptions options = measuring(network, solver);
        options.symmetry_field = 0.0;
        const SolveSummary without = solve(options, patterns).summary;
        options.symmetry_field = 0.1;
        const SolveSummary with = solve(options, patterns).summary;
        REQUIRE(with.converged);
        CHECK(with.options.symmetry_decay == 0.7);
        // Each pattern halves the solutions where the units stay undecided.
        CHECK(without.free_entropy == doctest::Approx(0.8 * std::log(2.0)).epsilon(1e-3));
        CHECK(with.free_entropy == doctest::Approx(without.free_entropy).epsilon(1e-3));
    }
}

TEST_CASE("without focusing nothing that is told is above ln 2, or 0 of real weights") {
    rc::check([] {
        const std::size_t n = *rc::gen::inRange<std::size_t>(3, 14);
        const std::size_t m = *rc::gen::inRange<std::size_t>(1, 3 * n);
        std::vector<signed char> values(n * m);
        for (signed char& x : values) x = *rc::gen::element<signed char>(-1, 1);
        Network network{n, 1};
        const bool binary = *rc::gen::arbitrary<bool>();
        if (!binary) network.weights = WeightKind::Spherical;
        SolveOptions options = measuring(
            network, *rc::gen::elementOf(std::vector(std::begin(solvers), std::end(solvers))));
        options.max_iterations = 200;
        const SolveSummary s = solve(options, signs(n, values)).summary;
        RC_ASSERT(std::isfinite(s.free_entropy) == s.free_entropy_note.empty());
        if (!std::isfinite(s.free_entropy)) return;
        RC_ASSERT(s.converged);
        RC_ASSERT(s.free_entropy <= (binary ? std::log(2.0) : 0.0) + 1e-6);
    });
}
