#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "steppe/run/solve.hpp"

using namespace steppe;

TEST_CASE("JSON: one line with the request, the answer and the version") {
    SolveOptions options;
    options.network = {101, 3};
    options.seed = 4;
    SolveSummary summary =
        solve(options, std::make_shared<PatternSet>(random_patterns(101, 60, 4))).summary;
    summary.test_patterns = 10;
    summary.test_errors = 4;
    const std::string text = summary.json();
    CHECK(text.find('\n') == std::string::npos);
    const auto json = nlohmann::json::parse(text);
    CHECK(json["status"] == "solved");
    CHECK(json["errors"] == 0);
    CHECK(json["model"]["name"] == "committee");
    CHECK(json["model"]["inputs"] == 101);
    CHECK(json["model"]["hidden"] == 3);
    CHECK(json["patterns"] == 60);
    CHECK(json["weights"] == 303);
    CHECK(json["solver"]["accuracy"] == "relaxed");
    CHECK(json["schedule"]["name"] == "pseudo-reinforcement");
    CHECK(json["seed"] == 4);
    CHECK(json["iterations"] == summary.iterations);
    CHECK(json["seconds"] == summary.seconds);
    CHECK(json["test_errors"] == 4);
    CHECK(json["version"] == version());
}

TEST_CASE("JSON has no NaN: what is not defined is null") {
    SolveSummary summary;
    summary.network = {10, 1};
    summary.solver = "bp";
    summary.free_entropy = std::numeric_limits<double>::quiet_NaN();
    summary.free_entropy_note = "gamma is infinite";
    CHECK(nlohmann::json::parse(summary.json())["free_entropy_note"] == "gamma is infinite");
    CHECK(nlohmann::json::parse(summary.json())["free_entropy"].is_null());
    CHECK(summary.text().find("not defined here (gamma is infinite)") != std::string::npos);
}

TEST_CASE("statuses have their names") {
    CHECK(status_name(SolveStatus::Solved) == "solved");
    CHECK(status_name(SolveStatus::Converged) == "converged");
    CHECK(status_name(SolveStatus::Unsolved) == "unsolved");
    CHECK(status_name(SolveStatus::TimeLimit) == "time-limit");
    CHECK(status_name(SolveStatus::Interrupted) == "interrupted");
    CHECK(status_name(SolveStatus::Diverged) == "diverged");
}
