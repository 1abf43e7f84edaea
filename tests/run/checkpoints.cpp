// Runs that were stopped and go on: bit for bit those that were not.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <random>

#include "steppe/data/pattern_set.hpp"
#include "steppe/error.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/options/option.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/run/solve.hpp"
#include "support/damaged.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

/// A problem, and options as text.
struct Case {
    Network network;
    std::size_t patterns;
    std::vector<std::pair<std::string, std::string>> options;
    bool teacher = false;
};

const WeightKind real = WeightKind::Spherical;

/// Every solver, every schedule, and whatever has a state of its own.
std::vector<Case> all_cases() {
    const Network perceptron{.inputs = 41}, committee{.inputs = 21, .hidden = 3},
        real_unit{.inputs = 21, .weights = real},
        real_tree{.inputs = 21, .hidden = 3, .wiring = Wiring::Tree, .weights = real};
    return {
        {perceptron, 36, {{"solver", "bp"}, {"restarts", "2"}}},
        {perceptron, 20, {{"solver", "bp"}, {"schedule", "none"}, {"precision", "double"}}, true},
        {committee, 40, {{"solver", "bp"}, {"schedule", "scoping"}, {"steps", "8"}}},
        {committee, 40, {{"solver", "bp"}, {"block", "7"}, {"accuracy", "gaussian"}}},
        {real_tree, 30, {{"solver", "bp"}, {"restarts", "1"}, {"steps", "6"}}},
        {perceptron, 42, {{"solver", "amp"}, {"restarts", "4"}}},
        {perceptron, 42, {{"solver", "amp"}, {"temperature", "0.5:0.01"}, {"restarts", "1"}}},
        {perceptron, 30, {{"solver", "amp"}, {"schedule", "reinforcement"}, {"steps", "50"}}, true},
        {perceptron,
         30,
         {{"solver", "amp"}, {"schedule", "reinforcement"}, {"reinforcement-form", "fields"}}},
        {perceptron, 30, {{"solver", "amp"}, {"schedule", "none"}, {"temperature", "0.3"}}},
        {committee, 60, {{"solver", "amp"}, {"symmetry-field", "0.5:0.8"}}},
        {real_unit, 45, {{"solver", "amp"}, {"no-finish", "true"}}},
        {real_unit, 36, {{"solver", "amp"}, {"steps", "10"}}},
        {real_unit, 60, {{"solver", "bp"}, {"steps", "5"}}},
        {perceptron, 40, {{"solver", "ep"}, {"restarts", "2"}}},
        {real_tree, 40, {{"solver", "ep"}, {"restarts", "1"}}},
        {committee, 20, {{"solver", "ep"}, {"schedule", "none"}}},
        // One solver after another, and temperatures.
        {perceptron, 44, {}},
        {perceptron, 60, {}},
        {real_unit, 70, {{"max-iterations", "400"}}},
        {real_tree, 60, {{"max-iterations", "300"}}},
        {real_unit, 40, {{"solver", "lal"}, {"epochs", "60"}, {"batch", "3"}}},
        {real_tree, 50, {{"solver", "elal"}, {"epochs", "60"}}},
        {perceptron, 40, {{"solver", "sbpi"}, {"epochs", "60"}}},
        {perceptron, 36, {{"solver", "mc"}, {"epochs", "60"}}},
        {real_tree, 40, {{"solver", "sgd"}, {"epochs", "40"}, {"momentum", "0.5"}, {"batch", "4"}}},
        {real_tree, 40, {{"solver", "rsgd"}, {"epochs", "40"}, {"batch", "4"}}, true},
        {real_tree, 40, {{"solver", "sgd"}, {"epochs", "60"}, {"stop-at", "surrogate"}}},
        {committee, 40, {{"solver", "rsgd"}, {"epochs", "40"}, {"replicas", "3"}}},
        {real_unit, 36, {{"solver", "adatron"}}},
        {real_unit, 50, {{"solver", "adatron"}}},
    };
}

SolveOptions options_of(const Case& problem, std::uint64_t seed) {
    SolveOptions options;
    options.network = problem.network;
    options.seed = seed;
    options.threads = 1;
    for (const auto& [name, value] : problem.options) find_option(name)->set(options, value);
    if (problem.teacher) options.teacher = random_teacher(problem.network, seed);
    return options;
}

Patterns patterns_of(const Case& problem, std::uint64_t seed) {
    return std::make_shared<const PatternSet>(
        random_patterns(problem.network.inputs, problem.patterns, seed));
}

/// Numbers that seconds have no part in.
std::string told(const SolveResult& result) {
    SolveSummary summary = result.summary;
    summary.seconds = summary.edge_updates_per_second = 0.0;
    if (summary.stability) summary.stability->seconds = 0.0;
    return summary.json() + summary.text();
}

void require_same(const SolveResult& a, const SolveResult& b) {
    CHECK(told(a) == told(b));
    CHECK((a.weights == b.weights));
    CHECK(a.multipliers == b.multipliers);
    CHECK(a.summary.best_iteration == b.summary.best_iteration);
    CHECK(a.summary.steps_done == b.summary.steps_done);
    CHECK(a.summary.choice == b.summary.choice);
}

/// What an observer sees of an iteration, to the last digit.
std::string line_of(const SolveProgress& p) {
    return fmt::format("{} {} {} {} {} {} {} {} {} {} {}", p.iteration, p.attempt, p.step,
                       p.iterations_in_step, p.coupling.gamma, p.errors, p.best_errors, p.overlap,
                       p.report.weight_change, p.report.response_change,
                       p.epoch ? p.epoch->mistakes : 0.0);
}

/// After which the observer ends any run.
constexpr std::size_t most_iterations = 250;

struct Run {
    SolveResult result;
    std::vector<std::string> lines;
};

Run run(const SolveOptions& options, const Patterns& patterns, const CheckpointOptions& checkpoints,
        std::size_t stop_after = static_cast<std::size_t>(-1)) {
    std::vector<std::string> lines;
    SolveResult result = solve(
        options, patterns,
        [&](const SolveProgress& progress) {
            if (progress.iteration > 0) lines.push_back(line_of(progress));
            return lines.size() < stop_after;
        },
        checkpoints);
    return {result, lines};
}

}  // namespace

TEST_CASE("a run that was stopped ends as one that was not") {
    const Folder folder;
    const std::string file = folder / "run.h5";
    std::mt19937 dice(5);
    std::size_t number = 0;
    for (const Case& problem : all_cases()) {
        const std::size_t index = number++;
        CAPTURE(index);
        const std::uint64_t seed = 1 + dice() % 1000;
        CAPTURE(seed);
        const SolveOptions options = options_of(problem, seed);
        const Patterns patterns = patterns_of(problem, seed);
        const Run whole = run(options, patterns, {}, most_iterations);
        const std::size_t iterations = whole.lines.size();
        CAPTURE(iterations);
        // Stopped three times on the way, and with checkpoints all the time.
        CheckpointOptions checkpoints{.file = file, .every = number % 4 == 0 ? 0.0 : 60.0};
        std::vector<std::string> lines;
        for (int part = 0; part < 4; ++part) {
            const std::size_t left = most_iterations - lines.size(),
                              known = iterations - lines.size();
            const std::size_t most =
                part == 3 || known < 2 ? left : std::min(left, 1 + dice() % (known / 2));
            const Run some = run(options, patterns, checkpoints, most);
            lines.insert(lines.end(), some.lines.begin(), some.lines.end());
            checkpoints.resume = file;
            if (part == 3) require_same(some.result, whole.result);
        }
        REQUIRE(lines.size() == whole.lines.size());
        for (std::size_t l = 0; l < lines.size(); ++l) REQUIRE(lines[l] == whole.lines[l]);
        if (iterations == most_iterations) continue;
        // What has ended is there at once.
        const Run again = run(options, patterns, {.resume = file});
        CHECK(again.lines.empty());
        require_same(again.result, whole.result);
    }
}
