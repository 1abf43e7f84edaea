// Runs that were stopped and go on: bit for bit those that were not.
#include <H5Cpp.h>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <random>

#include "steppe/data/pattern_set.hpp"
#include "steppe/error.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/options/option.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/run/checkpoint_file.hpp"
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
        // A solution in hand ends none of these.
        {perceptron, 15, {{"solver", "amp"}, {"continue-after-solution", "true"}}},
        {committee, 20, {{"solver", "bp"}, {"continue-after-solution", "true"}, {"steps", "9"}}},
        {real_tree,
         20,
         {{"solver", "elal"}, {"continue-after-solution", "true"}, {"epochs", "70"}}},
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
constexpr std::size_t most_iterations = 150;

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
        CheckpointOptions checkpoints{.file = file, .every = number % 8 == 0 ? 0.0 : 60.0};
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

namespace {

const Case small{{.inputs = 31}, 25, {{"solver", "amp"}, {"schedule", "scoping"}, {"steps", "30"}}};

std::string refusal(const SolveOptions& options, const Patterns& patterns,
                    const CheckpointOptions& checkpoints) {
    try {
        solve(options, patterns, {}, checkpoints);
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

/// A run that was stopped after some iterations, in a file.
std::string stopped(const Folder& folder, const Case& problem, std::size_t after = 5) {
    const std::string file = folder / "stopped.h5";
    run(options_of(problem, 3), patterns_of(problem, 3), {.file = file}, after);
    return file;
}

}  // namespace

TEST_CASE("a checkpoint of another problem, request or version is refused and stays") {
    const Folder folder;
    const std::string file = stopped(folder, small), bytes = contents(file);
    const SolveOptions options = options_of(small, 3);
    const Patterns patterns = patterns_of(small, 3);
    const CheckpointOptions again{.file = file, .resume = file};
    const auto why = [&](const SolveOptions& other, const Patterns& set) {
        const std::string words = refusal(other, set, again);
        REQUIRE(words.starts_with(file + ": the checkpoint is of "));
        CHECK(contents(file) == bytes);
        return words.substr(file.size() + 2);
    };
    CHECK(why(options, patterns_of(small, 4)) == "the checkpoint is of other patterns");
    Case more = small;
    more.patterns = 26;
    CHECK(why(options, patterns_of(more, 3)) ==
          "the checkpoint is of 25 patterns, and here are 26");
    Case wider = small;
    wider.network.inputs = 33;
    CHECK(why(options_of(wider, 3), patterns_of(wider, 3)) ==
          "the checkpoint is of a perceptron of 1 sign unit of binary weights (full wiring) on 31 "
          "inputs, and this is a perceptron of 1 sign unit of binary weights (full wiring) on 33 "
          "inputs");
    Case other = small;
    other.options[2].second = "31";
    CHECK(why(options_of(other, 3), patterns) ==
          "the checkpoint is of another request: steps is 30 there, and 31 here");
    other.options.pop_back();
    CHECK(why(options_of(other, 3), patterns) ==
          "the checkpoint is of another request: steps is 30 there, and not set here");
    CHECK(why(options_of(small, 4), patterns) ==
          "the checkpoint is of another request: seed is 3 there, and 4 here");
    SolveOptions margin = options;
    margin.network.margin = 0.1;
    CHECK(why(margin, patterns) ==
          "the checkpoint is of another request: margin is 0 there, and 0.1 here");
    // Threads and time limit may be others.
    SolveOptions same = options;
    same.threads = 2;
    same.time_limit = 100.0;
    CHECK(refusal(same, patterns, again) == "accepted");
}

TEST_CASE("a damaged checkpoint is refused") {
    const Folder folder;
    const std::string file = stopped(folder, small), bytes = contents(file);
    const SolveOptions options = options_of(small, 3);
    const Patterns patterns = patterns_of(small, 3);
    const SolveResult whole = solve(options, patterns);
    const auto try_one = [&](const std::string& text) {
        const std::string path = folder.write("damaged.h5", text);
        std::string words = "accepted";
        try {
            // Where what was changed means nothing to anyone, it is the same run.
            require_same(solve(options, patterns, {}, {.resume = path}), whole);
        } catch (const Error& error) {
            words = error.what();
            CHECK(words.starts_with(path + ": "));
            CHECK(words.find('\n') == std::string::npos);
        }
        CHECK(contents(path) == text);
        return words;
    };
    std::mt19937 dice(2);
    for (int trial = 0; trial < 12; ++trial) {
        CHECK(try_one(bytes.substr(0, dice() % bytes.size())) != "accepted");
    }
    std::size_t accepted = 0;
    for (std::uint64_t trial = 0; trial < 40; ++trial) {
        CAPTURE(trial);
        accepted += try_one(damaged(bytes, trial)) == "accepted";
    }
    CHECK(accepted < 40);
    CHECK(try_one("1 -1\n") ==
          folder / "damaged.h5" + ": this is no checkpoint: it is no HDF5 file");
    CHECK(refusal(options, patterns, {.resume = folder / "none.h5"}).find("none.h5") !=
          std::string::npos);
}

TEST_CASE("every number of a checkpoint is under its checksum") {
    const Folder folder;
    const std::string file = stopped(folder, small);
    const SolveOptions options = options_of(small, 3);
    const Patterns patterns = patterns_of(small, 3);
    const std::string bytes = contents(file);
    // The fields of the messages, where they stand in the file.
    const Checkpoint checkpoint = read_checkpoint(file);
    const Records* messages = checkpoint.part("messages");
    REQUIRE(messages != nullptr);
    std::size_t flipped = 0;
    for (const Record& record : *messages) {
        const auto* values = std::get_if<std::vector<double>>(&record.values);
        if (values == nullptr || values->size() < 2) continue;
        const std::string_view needle(reinterpret_cast<const char*>(values->data()),
                                      values->size() * sizeof(double));
        const std::size_t at = bytes.find(needle);
        if (at == std::string::npos) continue;
        std::string changed = bytes;
        changed[at + needle.size() / 2] = static_cast<char>(changed[at + needle.size() / 2] ^ 1);
        CHECK(refusal(options, patterns, {.resume = folder.write("flipped.h5", changed)}) ==
              folder / "flipped.h5" + ": this checkpoint is damaged: its checksum is another");
        ++flipped;
    }
    CHECK(flipped > 0);
    Checkpoint other = checkpoint;
    other.version = "0.0.1";
    write_checkpoint(other, folder / "version.h5");
    CHECK(refusal(options, patterns, {.resume = folder / "version.h5"})
              .find("the checkpoint is of version 0.0.1 of the program, whose steps may be others, "
                    "and this is version") != std::string::npos);
    { H5::H5File(folder / "none.h5", H5F_ACC_TRUNC); }
    CHECK(refusal(options, patterns, {.resume = folder / "none.h5"}).find("is no checkpoint") !=
          std::string::npos);
}

TEST_CASE("a time limit is of the seconds from the resumption on") {
    const Folder folder;
    const std::string file = folder / "run.h5";
    const Case endless{
        {.inputs = 21, .weights = real}, 80, {{"solver", "lal"}, {"epochs", "1000000000"}}};
    SolveOptions options = options_of(endless, 3);
    options.time_limit = 0.2;
    const Patterns patterns = patterns_of(endless, 3);
    const SolveSummary first = solve(options, patterns, {}, {.file = file}).summary;
    CHECK(first.status == SolveStatus::TimeLimit);
    const SolveSummary second =
        solve(options, patterns, {}, {.file = file, .resume = file}).summary;
    CHECK(second.status == SolveStatus::TimeLimit);
    CHECK(second.message.starts_with("The time limit of 0.2 s was reached"));
    CHECK(second.iterations > first.iterations);
    CHECK(second.seconds > first.seconds + 0.15);
    CHECK(second.options.time_limit == 0.2);
}

TEST_CASE("a run starts from what a checkpoint holds") {
    const Folder folder;
    const std::string file = folder / "end.h5";
    const Network tree{.inputs = 21, .hidden = 3, .wiring = Wiring::Tree, .weights = real};
    const std::vector<Case> cases{
        {{.inputs = 31}, 15, {{"solver", "bp"}, {"schedule", "none"}, {"precision", "double"}}},
        {{.inputs = 31}, 15, {{"solver", "amp"}, {"schedule", "none"}}},
        {{.inputs = 31}, 15, {{"solver", "ep"}, {"schedule", "none"}}},
        {tree, 20, {{"solver", "ep"}, {"schedule", "none"}}}};
    for (const Case& problem : cases) {
        CAPTURE(problem.options.front().second);
        SolveOptions options = options_of(problem, 3);
        options.continue_after_solution = true;
        const Patterns patterns = patterns_of(problem, 3);
        const SolveResult cold = solve(options, patterns, {}, {.file = file});
        REQUIRE(cold.summary.converged);
        REQUIRE(cold.summary.iterations > 3);
        // At the fixed point there is nothing left to do.
        const SolveResult warm = solve(options, patterns, {}, {.start_from = file});
        CHECK(warm.summary.converged);
        CHECK(warm.summary.iterations <= 3);
        CHECK(warm.summary.free_entropy == doctest::Approx(cold.summary.free_entropy));
        // Another request, stopped and resumed.
        SolveOptions other = options;
        find_option("tolerance")->set(other, "1e-7");
        const Run whole = run(other, patterns, {.start_from = file});
        const std::string part = folder / "part.h5";
        run(other, patterns, {.file = part, .start_from = file}, 2);
        require_same(run(other, patterns, {.resume = part}).result, whole.result);
    }
    for (const char* solver : {"lal", "elal", "sgd", "rsgd"}) {
        CAPTURE(solver);
        const Case problem{tree, 20, {{"solver", solver}, {"epochs", "2000"}}};
        const SolveOptions options = options_of(problem, 3);
        const Patterns patterns = patterns_of(problem, 3);
        const SolveResult cold = solve(options, patterns, {}, {.file = file});
        REQUIRE(cold.summary.errors == 0);
        const SolveResult warm = solve(options, patterns, {}, {.start_from = file});
        CHECK(warm.summary.errors == 0);
        CHECK(warm.summary.iterations < cold.summary.iterations);
    }
}

TEST_CASE("what a run cannot start from is refused") {
    const Folder folder;
    const std::string file = stopped(folder, small);
    const auto why = [&](const Case& problem) {
        const std::string words =
            refusal(options_of(problem, 3), patterns_of(problem, 3), {.start_from = file});
        return words.starts_with(file + ": ") ? words.substr(file.size() + 2) : words;
    };
    CHECK(why(small) == "accepted");
    Case other = small;
    other.options = {{"solver", "bp"}};
    CHECK(why(other) == "what the checkpoint holds is of amp, and bp cannot start from it");
    other = small;
    other.patterns = 26;
    CHECK(why(other) == "the checkpoint's messages are those of 25 patterns, and here are 26");
    other = small;
    other.network.inputs = 33;
    CHECK(why(other).starts_with("the checkpoint is of a perceptron"));
    CHECK(refusal(options_of(small, 3), patterns_of(small, 3),
                  {.resume = file, .start_from = file}) != "accepted");
    const Case stability{{.inputs = 21, .weights = real}, 30, {{"solver", "adatron"}}};
    const std::string end = folder / "adatron.h5";
    const SolveOptions options = options_of(stability, 3);
    solve(options, patterns_of(stability, 3), {}, {.file = end});
    CHECK(refusal(options, patterns_of(stability, 3), {.start_from = end}) ==
          end + ": the checkpoint holds no messages or weights to start from");
}

TEST_CASE("a checkpoint that cannot be written ends no run that is told") {
    const Folder folder;
    std::filesystem::create_directory(folder / "gone");
    std::size_t told = 0;
    CheckpointOptions checkpoints{.file = folder / "gone/run.h5", .every = 0.0};
    checkpoints.failed = [&](const std::string& why) {
        ++told;
        CHECK(why.find("run.h5") != std::string::npos);
    };
    const auto remove = [&](const SolveProgress& progress) {
        if (progress.iteration == 2) std::filesystem::remove_all(folder / "gone");
        return true;
    };
    const SolveOptions options = options_of(small, 3);
    const Patterns patterns = patterns_of(small, 3);
    require_same(solve(options, patterns, remove, checkpoints), solve(options, patterns));
    CHECK(told > 1);
    CHECK(refusal(options, patterns, {.file = folder / "no/run.h5"}) != "accepted");
    CHECK(refusal(options, patterns, {.file = "-"}) == "-: a checkpoint is a regular file");
    CHECK(refusal(options, patterns, {.file = folder / "a.h5", .every = -1.0})
              .starts_with("checkpoint-every is -1"));
}
