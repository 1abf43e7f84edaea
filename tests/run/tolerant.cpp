#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "steppe/error.hpp"
#include "steppe/run/solve.hpp"

using namespace steppe;

namespace {

SolveOptions spherical(std::size_t inputs) {
    SolveOptions options;
    options.network = {inputs};
    options.network.weights = WeightKind::Spherical;
    return options;
}

Patterns random(std::size_t inputs, std::size_t count, std::uint64_t seed = 1) {
    return std::make_shared<PatternSet>(random_patterns(inputs, count, seed));
}

/// 60 random patterns and the first `again` of them with label -1.
Patterns contradictory(std::size_t again) {
    const PatternSet plain = random_patterns(201, 60, 1);
    std::vector<signed char> signs = plain.signs(), labels(60 + again, 1);
    const std::vector<signed char> first(signs.begin(),
                                         signs.begin() + static_cast<std::ptrdiff_t>(201 * again));
    signs.insert(signs.end(), first.begin(), first.end());
    std::fill(labels.begin() + 60, labels.end(), -1);
    return std::make_shared<PatternSet>(PatternSet::from_signs(201, 60 + again, signs, labels));
}

}  // namespace

TEST_CASE("above what real weights store, few patterns are wrong, not a fifth of them") {
    SolveOptions options = spherical(201);
    const SolveResult result = solve(options, random(201, 450));
    CHECK(result.summary.status == SolveStatus::Unsolved);
    CHECK(result.summary.errors < 20);
    CHECK(result.summary.tolerant_tries > 0);
    CHECK(result.summary.message.find("in which patterns may be wrong") != std::string::npos);
    options.restarts = 0;
    const SolveResult plain = solve(options, random(201, 450));
    CHECK(plain.summary.tolerant_tries == 0);
    CHECK(plain.summary.errors > 2 * result.summary.errors);
}

TEST_CASE("a target ends the run; one that is not reached does not") {
    SolveOptions options = spherical(201);
    options.target_errors = 60;
    const SolveResult result = solve(options, random(201, 450));
    CHECK(result.summary.status == SolveStatus::Target);
    CHECK(result.summary.errors <= 60);
    CHECK(result.summary.errors > 0);
    CHECK(status_name(result.summary.status) == "target");
    options.target_errors = 1;
    options.max_iterations = 30;
    CHECK(solve(options, random(201, 450)).summary.status == SolveStatus::Unsolved);
    options.solver = "lal";
    options.target_errors = 200;
    options.max_iterations = 0;
    CHECK(solve(options, random(201, 450)).summary.status == SolveStatus::Target);
}

TEST_CASE("contradictory patterns: named, the least errors reached in few iterations") {
    for (const std::string solver : {"auto", "bp", "amp", "ep", "sbpi"}) {
        CAPTURE(solver);
        SolveOptions options;
        options.network = {201};
        options.solver = solver;
        const SolveSummary one = solve(options, contradictory(1)).summary;
        CHECK(one.status == SolveStatus::Unsolved);
        CHECK(one.errors == 1);
        CHECK(one.iterations < 1000);
        CHECK(one.message.find("Patterns 1 and 61 contradict each other: no weights have fewer "
                               "than 1 error.") != std::string::npos);
        CHECK(nlohmann::json::parse(one.json())["free_entropy"].is_null());
        const SolveSummary all = solve(options, contradictory(60)).summary;
        CHECK(all.errors == 60);
        CHECK(all.contradictions.groups == 60);
        CHECK(all.message.find("Patterns 1 and 61, 2 and 62, 3 and 63 and 57 more pairs "
                               "contradict each other") != std::string::npos);
    }
}

TEST_CASE(
    "measured without focusing, contradictory patterns leave no free entropy; at a "
    "temperature there is one") {
    SolveOptions options;
    options.network = {201};
    options.schedule.kind = ScheduleKind::None;
    options.continue_after_solution = true;
    const SolveSummary plain = solve(options, contradictory(1)).summary;
    CHECK(std::isinf(plain.free_entropy));
    CHECK(plain.text().find("minus infinity (no weights store contradictory patterns)") !=
          std::string::npos);
    CHECK(std::isnan(plain.expected_errors));
    options.temperature = Ramp{0.2, 0.2};
    const SolveSummary warm = solve(options, contradictory(1)).summary;
    CHECK(warm.status == SolveStatus::Converged);
    CHECK(warm.free_entropy > 0.4);
    CHECK(warm.free_entropy < std::log(2.0));
    CHECK(warm.expected_errors > 0.5);
    CHECK(warm.expected_errors < 1.2);
    const auto json = nlohmann::json::parse(warm.json());
    CHECK(json["temperature"] == 0.2);
    CHECK(json["contradictions"]["pairs"][0] == nlohmann::json{1, 61});
}

TEST_CASE("a temperature of 0 forbids: the run is the plain one") {
    SolveOptions options;
    options.network = {201};
    options.schedule.kind = ScheduleKind::None;
    options.running_margin = 0.0;
    options.continue_after_solution = true;
    const SolveSummary plain = solve(options, random(201, 80)).summary;
    options.temperature = Ramp{0.0, 0.0};
    const SolveSummary cold = solve(options, random(201, 80)).summary;
    CHECK(plain.overlap == cold.overlap);
    CHECK(plain.free_entropy == cold.free_entropy);
    CHECK(cold.expected_errors == 0.0);
}

TEST_CASE("temperatures that are none are refused") {
    SolveOptions options = spherical(21);
    options.temperature = Ramp{0.1, -0.1};
    CHECK_THROWS_WITH_AS(solve(options, random(21, 5)),
                         "temperature is 0.1:-0.1: it must be 0 or more", Error);
    options.temperature = Ramp{0.1, 0.2};
    options.schedule.kind = ScheduleKind::None;
    CHECK_THROWS_WITH_AS(solve(options, random(21, 5)),
                         "a temperature that moves needs a schedule, and the schedule is none",
                         Error);
}
