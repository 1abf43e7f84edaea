#include "steppe/run/solve.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/numeric/random.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

std::shared_ptr<const PatternSet> patterns_of(const Network& network, double load,
                                              std::uint64_t seed = 1) {
    const double count = std::nearbyint(load * static_cast<double>(network.weight_count()));
    return std::make_shared<PatternSet>(
        random_patterns(network.inputs, static_cast<std::size_t>(count), seed));
}

SolveOptions options_for(const Network& network) {
    SolveOptions options;
    options.network = network;
    return options;
}

}  // namespace

TEST_CASE("every schedule solves an easy problem, and the answer is checked weights") {
    const Network network{501, 1};
    const auto patterns = patterns_of(network, 0.5);
    const Folder folder;
    for (const ScheduleKind kind : {ScheduleKind::Reinforcement, ScheduleKind::PseudoReinforcement,
                                    ScheduleKind::Scoping, ScheduleKind::File}) {
        SolveOptions options = options_for(network);
        options.schedule.kind = kind;
        if (kind == ScheduleKind::File) {
            options.schedule.file = folder.write(
                "schedule", "0 1\n0.5 4\n1 6\n1.5 10\n2 15\n3 20\ninf 2\ninf 5\ninf 20\n");
        }
        CAPTURE(options.schedule.name());
        const SolveResult result = solve(options, patterns);
        CHECK(result.summary.status == SolveStatus::Solved);
        CHECK(result.summary.errors == 0);
        CHECK(count_errors(network, result.weights, *patterns) == 0);
        CHECK(result.summary.best_iteration == result.summary.iterations);
        CHECK(result.summary.load == doctest::Approx(250.0 / 501));
        CHECK(result.summary.message == "Every pattern is stored.");
    }
    SolveOptions fields = options_for(network);
    fields.schedule.kind = ScheduleKind::Reinforcement;
    fields.schedule.form = ReinforcementForm::Fields;
    CHECK(solve(fields, patterns).summary.status == SolveStatus::Solved);
}

TEST_CASE("a hopeless load ends unsolved with a sentence and finite numbers" *
          doctest::test_suite("study")) {
    for (const std::size_t hidden : {1, 3}) {
        SolveOptions options = options_for({101, hidden});
        options.schedule.steps = 30;
        options.restarts = 0;  // No tries in which patterns may be wrong.
        const SolveResult result = solve(options, patterns_of(options.network, 1.5));
        const SolveSummary& s = result.summary;
        CHECK(s.status == SolveStatus::Unsolved);
        CHECK(s.message ==
              "No solution was found by the end of the schedule; the best weights have " +
                  std::to_string(s.errors) + " errors on " + std::to_string(s.patterns) +
                  " patterns.");
        CHECK(s.steps_done == 30);
        CHECK(s.errors > 0);
        CHECK(std::isfinite(s.overlap));
        CHECK(std::isfinite(s.free_entropy) == s.free_entropy_note.empty());
    }
}

TEST_CASE("the weights returned are the best that were seen") {
    for (const std::string solver : {"bp", "amp"}) {
        SolveOptions options = options_for({201, 1});
        options.solver = solver;
        options.restarts = 2;
        const auto patterns = patterns_of(options.network, 1.1);
        std::size_t fewest = 1000, at = 0, attempts = 0;
        const SolveResult result = solve(options, patterns, [&](const SolveProgress& p) {
            if (p.errors <= fewest) {
                fewest = p.errors;
                at = p.iteration;
            }
            CHECK(p.best_errors == fewest);
            attempts = p.attempt;
            return true;
        });
        CHECK(attempts == 3);
        CHECK(result.summary.tries == 3);
        CHECK(result.summary.errors == fewest);
        // Far from a solution approximate message passing counts errors now and then.
        CHECK(result.summary.best_iteration <= at);
        CHECK(result.summary.best_iteration + 5 > at);
        CHECK(count_errors(options.network, result.weights, *patterns) == fewest);
    }
}

TEST_CASE("without focusing the run ends when belief propagation has converged") {
    SolveOptions options = options_for({1001, 1});
    options.schedule.kind = ScheduleKind::None;
    options.solver = "bp";
    options.accuracy = Accuracy::Gaussian;
    const SolveResult result = solve(options, patterns_of(options.network, 0.4));
    CHECK(result.summary.converged);
    CHECK(result.summary.iterations < 200);
    CHECK(result.summary.status == SolveStatus::Converged);
    CHECK(result.summary.errors > 0);
    CHECK(result.summary.message ==
          "Belief propagation has converged (without focusing it need not end in a solution); the "
          "best weights have " +
              std::to_string(result.summary.errors) + " errors on 400 patterns.");
    // Stopped before that, it has measured nothing.
    options.max_iterations = 5;
    CHECK(solve(options, patterns_of(options.network, 0.4)).summary.status ==
          SolveStatus::Unsolved);
}

TEST_CASE("limits: iterations, time, interruption; each keeps the best weights") {
    SolveOptions options = options_for({301, 1});
    const auto patterns = patterns_of(options.network, 1.5);

    options.max_iterations = 7;
    SolveResult result = solve(options, patterns);
    CHECK(result.summary.status == SolveStatus::Unsolved);
    CHECK(result.summary.iterations == 7);
    CHECK(result.summary.message.find("within the iterations allowed") != std::string::npos);

    options.max_iterations = 0;
    options.time_limit = 0.05;
    options.schedule.steps = 1'000'000;
    result = solve(options, patterns);
    CHECK(result.summary.status == SolveStatus::TimeLimit);
    CHECK(result.summary.message.find("The time limit of 0.05 s was reached; the best weights") ==
          0);
    CHECK(count_errors(options.network, result.weights, *patterns) == result.summary.errors);

    options.time_limit = 0.0;
    result = solve(options, patterns, [](const SolveProgress& p) { return p.iteration < 20; });
    CHECK(result.summary.status == SolveStatus::Interrupted);
    CHECK(result.summary.iterations == 20);
    CHECK(count_errors(options.network, result.weights, *patterns) == result.summary.errors);
}

TEST_CASE("going on after a solution") {
    SolveOptions options = options_for({301, 1});
    options.continue_after_solution = true;
    options.schedule.steps = 50;
    const auto patterns = patterns_of(options.network, 0.4);
    const SolveResult result = solve(options, patterns);
    CHECK(result.summary.status == SolveStatus::Solved);
    CHECK(result.summary.steps_done == 50);
    CHECK(result.summary.overlap > 0.9);
    CHECK(count_errors(options.network, result.weights, *patterns) == 0);
}

TEST_CASE("a solution that is lost along the schedule is still the answer") {
    // Found while the coupling grows; then the schedule goes back to none, where the
    // magnetizations' signs solve nothing.
    SolveOptions options = options_for({501, 1});
    options.continue_after_solution = true;
    options.schedule.kind = ScheduleKind::File;
    const Folder folder;
    options.schedule.file =
        folder.write("there-and-back", "0 1\n1 6\n2 10\n3 20\ninf 5\ninf 20\n0 1\n0 1\n0 1\n");
    options.schedule.iterations_per_step = 100;
    options.schedule.step_tolerance = 1e-3;
    const auto patterns = patterns_of(options.network, 0.5);
    const SolveResult result = solve(options, patterns);
    CHECK(result.summary.status == SolveStatus::Solved);
    CHECK(result.summary.best_iteration < result.summary.iterations);
    CHECK(result.summary.message == "A solution was found at iteration " +
                                        std::to_string(result.summary.best_iteration) +
                                        " and lost further along the schedule; it is the answer.");
    CHECK(count_errors(options.network, result.weights, *patterns) == 0);
}

TEST_CASE("the same run on 1, 2, 3 and 8 threads") {
    for (const Network network : {Network{501, 1}, Network{101, 5}}) {
        SolveOptions options = options_for(network);
        options.block = network.hidden == 1 ? 0 : 100;
        options.threads = 1;
        const auto patterns = patterns_of(network, 0.45);
        const SolveResult one = solve(options, patterns);
        for (const std::size_t threads : {2, 3, 8}) {
            options.threads = threads;
            const SolveResult more = solve(options, patterns);
            CHECK(more.summary.threads == threads);
            CHECK(more.weights == one.weights);
            CHECK(more.summary.iterations == one.summary.iterations);
            CHECK(more.summary.overlap == one.summary.overlap);
            CHECK(more.summary.free_entropy_note == one.summary.free_entropy_note);
            if (one.summary.free_entropy_note.empty()) {
                CHECK(more.summary.free_entropy == one.summary.free_entropy);
            }
        }
    }
}

TEST_CASE("labels beside the patterns are what is stored") {
    const Network network{201, 3};
    const auto labelled = std::make_shared<PatternSet>(
        teacher_labels(network, random_teacher(network, 2), random_patterns(201, 200, 2)));
    const SolveResult result = solve(options_for(network), labelled);
    CHECK(result.summary.status == SolveStatus::Solved);
    CHECK(count_errors(network, result.weights, *labelled) == 0);
}

TEST_CASE("a symmetry field is part of the problem that seeds name") {
    SolveOptions options = options_for({201, 1});
    options.symmetry_field = 0.3;
    const auto patterns = patterns_of(options.network, 0.3);
    const SolveResult result = solve(options, patterns);
    CHECK(result.summary.status == SolveStatus::Solved);
    options.symmetry_field = 0.0;
    CHECK(!(solve(options, patterns).weights == result.weights));
}

TEST_CASE("requests that make no sense are refused before anything runs") {
    const auto refusal = [](auto change) -> std::string {
        SolveOptions options = options_for({51, 1});
        change(options);
        try {
            solve(options, std::make_shared<PatternSet>(random_patterns(51, 10, 1)));
        } catch (const Error& error) {
            return error.what();
        }
        return "accepted";
    };
    CHECK(refusal([](auto&) {}) == "accepted");
    CHECK(refusal([](auto& o) { o.network.inputs = 50; }) ==
          "the patterns have 51 inputs, the network 50");
    CHECK(refusal([](auto& o) { o.network.hidden = 2; }) ==
          "hidden is 2: a majority needs an odd number of units");
    CHECK(refusal([](auto& o) { o.damping = 2; }) ==
          "damping is 2: it must be at least 0 and below 1");
    CHECK(refusal([](auto& o) { o.schedule.iterations_per_step = 0; }) ==
          "iterations-per-step is 0: it must be 1 or more");
    CHECK(refusal([](auto& o) { o.schedule.step_tolerance = -1; }) ==
          "step-tolerance is -1: it must be 0 or more");
    CHECK(refusal([](auto& o) { o.tolerance = 0; }) == "tolerance is 0: it must be above 0");
    CHECK(refusal([](auto& o) { o.time_limit = -1; }) == "time-limit is -1: it must be 0 or more");
    CHECK(refusal([](auto& o) { o.symmetry_field = -1; }) ==
          "symmetry-field is -1: it must be 0 or more");
    CHECK(refusal([](auto& o) { o.threads = 100'000; }) ==
          "threads is 100000: it must be at most 1024");
    CHECK(refusal([](auto& o) { o.running_margin = -0.1; }) ==
          "running-margin is -0.1: it must be 0 or more");
    CHECK_THROWS_AS(solve(options_for({51, 1}), std::shared_ptr<const PatternSet>()), Error);
}

namespace {

/// Random patterns whose inputs are +1 with that probability, with random labels folded in.
std::shared_ptr<const PatternSet> biased(std::size_t inputs, std::size_t patterns, double plus) {
    const Philox random(11, Stream::Patterns);
    std::vector<signed char> signs(inputs * patterns), labels(patterns);
    for (std::size_t e = 0; e < signs.size(); ++e) signs[e] = random.uniform(e) < plus ? 1 : -1;
    for (std::size_t a = 0; a < patterns; ++a) labels[a] = random.uniform(a, 1) < 0.5 ? 1 : -1;
    return std::make_shared<PatternSet>(
        PatternSet::from_signs(inputs, patterns, signs, labels).fold_labels());
}

}  // namespace

TEST_CASE("the solver is chosen by the patterns, unless it is given") {
    SolveOptions options = options_for({301, 1});
    const auto patterns = patterns_of(options.network, 0.5);
    const SolveSummary amp = solve(options, patterns).summary;
    CHECK(amp.solver == "amp");
    CHECK(amp.choice == "the patterns look independent");
    CHECK(amp.damping == 0.3);
    CHECK(amp.options.schedule.step_tolerance == 0.15);
    CHECK(amp.text().find("amp (the patterns look independent), damping 0.3") != std::string::npos);
    CHECK(nlohmann::json::parse(amp.json())["solver"]["chosen"] == "the patterns look independent");
    options.solver = "bp";
    const SolveSummary bp = solve(options, patterns).summary;
    CHECK(bp.solver == "bp");
    CHECK(bp.choice.empty());
    CHECK(bp.damping == 0.5);
    CHECK(bp.tries == 1);
    options.solver = "auto";
    options.network.inputs = 151;
    CHECK(solve(options, patterns_of(options.network, 0.4)).summary.choice ==
          "there are fewer than 200 inputs");
}

TEST_CASE("fresh tries solve problems on which one try fails" * doctest::test_suite("study")) {
    std::size_t at_once = 0, in_the_end = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        SolveOptions options = options_for({501, 1});
        options.seed = seed;
        const auto patterns = patterns_of(options.network, 0.74, seed);
        options.restarts = 0;
        const SolveResult once = solve(options, patterns);
        CHECK(once.summary.tries == 1);
        options.restarts = 100;
        const SolveResult more = solve(options, patterns);
        CHECK(more.summary.tries <= 101);
        CHECK(more.summary.errors <= once.summary.errors);
        CHECK(count_errors(options.network, more.weights, *patterns) == more.summary.errors);
        at_once += once.summary.errors == 0;
        in_the_end += more.summary.errors == 0;
    }
    MESSAGE(at_once << " of 10 at once, " << in_the_end << " with fresh tries");
    CHECK(at_once < in_the_end);
    CHECK(in_the_end >= 7);
}

TEST_CASE("tries that leave many errors are few; without focusing there is one" *
          doctest::test_suite("study")) {
    SolveOptions options = options_for({301, 1});
    const auto patterns = patterns_of(options.network, 1.5);
    const SolveSummary summary = solve(options, patterns).summary;
    CHECK(summary.tries == 11 + summary.tolerant_tries);
    CHECK(summary.tolerant_tries == 4);
    CHECK(summary.message.find("No solution was found, the plain run ended with ") == 0);
    options.schedule.kind = ScheduleKind::None;
    CHECK(solve(options, patterns_of(options.network, 0.4)).summary.tries == 1);
}

TEST_CASE("fields that run away are calmed with more damping, from the last good state") {
    SolveOptions options = options_for({801, 1});
    options.solver = "amp";
    // The settings for correlated patterns are so strongly damped that nothing runs away.
    CHECK(solve(options, biased(801, 400, 0.65)).summary.status == SolveStatus::Solved);
    options.damping = 0.3;
    options.schedule.kind = ScheduleKind::PseudoReinforcement;
    const SolveSummary calmed = solve(options, biased(801, 400, 0.65)).summary;
    CHECK(calmed.status == SolveStatus::Solved);
    CHECK(calmed.divergences > 0);
    CHECK(calmed.damping > 0.6);
    options.restarts = 3;
    const SolveSummary lost = solve(options, biased(801, 500, 0.8)).summary;
    CHECK(lost.status == SolveStatus::Unsolved);
    CHECK(lost.divergences > 3);
    CHECK(lost.message.find("belief propagation is steadier than approximate message passing "
                            "(--solver bp)") != std::string::npos);
    const SolveSummary random = solve(options, patterns_of(options.network, 0.6)).summary;
    CHECK(random.divergences == 0);
}

TEST_CASE("an automatic pace solves, and takes the fine schedule where it has to") {
    SolveOptions options = options_for({501, 1});
    options.schedule.steps = 0;
    for (const ScheduleKind kind :
         {ScheduleKind::PseudoReinforcement, ScheduleKind::Reinforcement, ScheduleKind::Scoping}) {
        options.schedule.kind = kind;
        const SolveSummary summary = solve(options, patterns_of(options.network, 0.6)).summary;
        CHECK(summary.status == SolveStatus::Solved);
        CHECK(summary.iterations < 500);
        CHECK(nlohmann::json::parse(summary.json())["schedule"]["steps"] == "auto");
    }
}

TEST_CASE("a running margin leads to weights that are tested without it") {
    for (const double margin : {0.0, 0.05, 0.15}) {
        SolveOptions options = options_for({501, 1});
        options.running_margin = margin;
        const auto patterns = patterns_of(options.network, 0.6);
        const SolveResult result = solve(options, patterns);
        CHECK(result.summary.status == SolveStatus::Solved);
        CHECK(result.summary.options.running_margin == margin);
        CHECK(count_errors(options.network, result.weights, *patterns) == 0);
    }
}

TEST_CASE("replicas round their centre are measured where a step of the schedule ends") {
    SolveOptions options = options_for({301, 1});
    options.solver = "amp";
    options.schedule.kind = ScheduleKind::Scoping;
    options.schedule.replicas = 8.0;
    options.schedule.coupling_range = Ramp{0.3, 1.2};
    options.schedule.steps = 4;
    options.schedule.iterations_per_step = 200;
    options.schedule.step_tolerance = 1e-4;
    options.continue_after_solution = true;
    options.restarts = 0;
    std::vector<FocusedEntropy> measured;
    std::size_t last_step = 1, ended = 0;
    const SolveResult result =
        solve(options, patterns_of(options.network, 0.4), [&](const auto& p) {
            REQUIRE(p.focused_entropy);
            // A step that has ended is followed by the next.
            CHECK(p.step == std::min<std::size_t>(ended + 1, 4));
            last_step = p.step;
            if (!p.ends_step) return true;
            ++ended;
            measured.push_back(p.focused_entropy());
            return true;
        });
    CHECK(last_step == 4);
    REQUIRE(measured.size() == 4);
    for (std::size_t s = 0; s < 4; ++s) {
        const double distance = 0.5 * (1.0 - measured[s].centre_overlap);
        // Below all weights at that distance, and less the closer they are.
        CHECK(measured[s].internal_entropy > 0.0);
        CHECK(measured[s].internal_entropy <
              -distance * std::log(distance) - (1.0 - distance) * std::log(1.0 - distance));
        if (s == 0) continue;
        CHECK(measured[s].centre_overlap > measured[s - 1].centre_overlap);
        CHECK(measured[s].internal_entropy < measured[s - 1].internal_entropy);
    }
    if (result.summary.free_entropy_note.empty()) {
        CHECK(result.summary.free_entropy == doctest::Approx(measured.back().free_entropy));
    }
    // Without focusing there is no centre; with an infinite gamma there is no entropy.
    options = options_for({301, 1});
    options.schedule.kind = ScheduleKind::None;
    options.max_iterations = 3;
    solve(options, patterns_of(options.network, 0.4), [](const auto& p) {
        CHECK_FALSE(p.focused_entropy);
        return true;
    });
    options.schedule.kind = ScheduleKind::Reinforcement;
    solve(options, patterns_of(options.network, 0.4), [](const auto& p) {
        if (p.focused_entropy) CHECK(std::isnan(p.focused_entropy().internal_entropy));
        return true;
    });
}
