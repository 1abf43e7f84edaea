#include "run_calls.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "campaign/checks.hpp"
#include "campaign/truth.hpp"
#include "failure.hpp"
#include "steppe/options/option.hpp"
#include "steppe/run/solution_file.hpp"
#include "support/files.hpp"

namespace steppe::sequences {

namespace {

using campaign::Answer;

/// After which the observer ends any run.
constexpr std::size_t most_iterations = 120;

}  // namespace

const std::string& file_folder() {
    static const test::Folder folder;
    static const std::string path = folder / "";
    return path;
}

bool RunCalls::make(const Call& call) {
    if (call.name == "solve") {
        solve();
        return true;
    }
    const bool about_last = call.name == "interrupt" || call.name == "resume" ||
                            call.name == "request" || call.name == "write" ||
                            call.name == "resolve";
    if (!about_last || !last_) return about_last;
    if (call.name == "interrupt") interrupt(call.number(0));
    if (call.name == "resume") resume(call.number(0));
    if (call.name == "request") request();
    if (call.name == "write") write(call.rest(0));
    if (call.name == "resolve") {
        const std::string how = call.rest(0);
        SolveOptions other = options_;
        if (how == "threads") other.threads = 2;
        compare(other, how == "threads" ? "threads" : "repeated", how != "unobserved");
    }
    return true;
}

Answer RunCalls::answer(const SolveOptions& options, std::size_t stop_at, bool observed,
                        const CheckpointOptions& checkpoints) const {
    Answer answer;
    const SolveObserver watch = [&](const SolveProgress& now) {
        answer.progress.push_back(now);
        return now.iteration < std::min(stop_at, most_iterations);
    };
    answer.error = refusal([&] {
        answer.result =
            steppe::solve(options, patterns_, observed ? watch : SolveObserver{}, checkpoints);
    });
    if (answer.error.empty() || answer.progress.empty()) return answer;
    throw Failed{"refused", "in the middle of a run: " + answer.error};
}

void RunCalls::solve() {
    last_.reset();
    const std::optional<SolveOptions> settled = settings_.settled(problem_.patterns());
    if (!settled) return;
    options_ = *settled;
    Answer now = answer(options_, most_iterations);
    if (!now.result) return;
    last_ = std::move(now);
    check();
}

void RunCalls::check() const {
    check_by_campaign();
    check_echo();
    check_end();
    check_memory();
}

void RunCalls::check_by_campaign() const {
    Problem problem = problem_;
    problem.options = settings_.given();
    campaign::Kinds kinds;
    kinds.only = {"count", "plain", "weights", "minimum", "progress", "json"};
    const std::string status = status_name(summary().status);
    // Before the first iteration there is none where the clock runs.
    const bool begun = summary().iterations > 0;
    if (begun && solver_named(summary().solver).passes_messages()) kinds.only.insert("overlap");
    if (status != "interrupted" && status != "time-limit" && problem.option("max-iterations") &&
        *problem.option("max-iterations") != "0") {
        kinds.only.insert("status");
    }
    campaign::Asked ignored;
    for (const auto& failure : campaign::check_answer(problem, *last_, kinds, ignored)) {
        throw Failed{failure.kind, failure.what};
    }
}

/// The options of the run are those that were set.
void RunCalls::check_echo() const {
    for (const auto& [name, value] : settings_.given()) {
        // Values that stand for none leave it open.
        if (!find_option(name)->get(settings_.options())) continue;
        const std::optional<std::string> said = find_option(name)->get(summary().options);
        if (said && is_same_value(value, *said, true)) continue;
        throw Failed{"echo", fmt::format("{} was set to '{}' and is '{}' in the summary", name,
                                         value, said.value_or(""))};
    }
    std::vector<std::pair<std::string, std::string>> expected;
    for (const Option* option : all_options()) {
        const std::optional<std::string> text = option->get(options_);
        if (text) expected.emplace_back(option->name, *text);
    }
    if (summary().request != expected) throw Failed{"echo", "the request has other options"};
}

/// How it ended, beside what the campaign checks.
void RunCalls::check_end() const {
    const SolveSummary& s = summary();
    const std::string status = status_name(s.status);
    const bool ended = status == "interrupted" || status == "time-limit" || status == "diverged";
    const std::size_t target = options_.target_errors.value_or(0);
    const bool reached = s.errors > 0 && s.errors <= target;
    if (!ended && reached != (status == "target")) {
        throw Failed{"target",
                     fmt::format("status {}, {} errors, {} allowed", status, s.errors, target)};
    }
    if (s.errors < s.contradictions.least_errors) {
        throw Failed{"contradictions", fmt::format("{} errors, and {} are said to be the fewest",
                                                   s.errors, s.contradictions.least_errors)};
    }
    // Elsewhere rounding leaves open what ties answer, and the enumeration with it.
    if (campaign::can_enumerate(problem_) && !problem_.real && problem_.network.margin == 0.0) {
        const auto truth = campaign::enumerate(problem_, false);
        if (truth.fewest_wrong < s.contradictions.least_errors) {
            throw Failed{"contradictions",
                         fmt::format("some weights have {} errors, {} are said "
                                     "to be the fewest",
                                     truth.fewest_wrong, s.contradictions.least_errors)};
        }
    }
    const auto patterns = static_cast<double>(s.patterns);
    if (s.expected_errors < 0.0 || s.expected_errors > patterns * (1.0 + 1e-9)) {
        throw Failed{"errors",
                     fmt::format("{} of {} are expected to be wrong", s.expected_errors, patterns)};
    }
    const std::size_t iterations = last_->progress.empty() ? 0 : last_->progress.back().iteration;
    if (iterations != s.iterations) {
        throw Failed{"iterations",
                     fmt::format("{} reported, {} in the summary", iterations, s.iterations)};
    }
}

/// Whether options are resolved makes no difference to what is said of the memory.
void RunCalls::check_memory() const {
    const Solver& solver = solver_named(summary().solver);
    const double open = solver.memory(problem_.network, problem_.patterns(), options_);
    const double more = solver.memory(problem_.network, 2 * problem_.patterns(), options_);
    if (open > 0.0 && std::isfinite(open) && more >= open) return;
    throw Failed{"memory", fmt::format("{} bytes, and {} with twice the patterns", open, more)};
}

void RunCalls::compare(const SolveOptions& options, const char* kind, bool observed) const {
    // Nobody else would stop it.
    if (!observed && summary().iterations >= most_iterations) return;
    if (is_timed()) return;
    const Answer other = answer(options, most_iterations, observed);
    const std::string what = campaign::difference(*last_, other);
    if (!what.empty()) throw Failed{kind, what};
}

/// A run that the observer ends after an iteration, and one to which as many are allowed.
void RunCalls::interrupt(double part) const {
    const std::size_t iterations = summary().iterations;
    if (iterations == 0 || is_timed()) return;
    const std::size_t at = 1 + static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) *
                                                        static_cast<double>(iterations - 1));
    const Answer stopped = answer(options_, at);
    check_interrupted(stopped, at);
    SolveOptions limited = options_;
    limited.max_iterations = at;
    const Answer ended = answer(limited, most_iterations);
    if (!ended.result) throw Failed{"interrupted", "refused with fewer iterations: " + ended.error};
    const SolveSummary &a = stopped.result->summary, &b = ended.result->summary;
    const std::string numbers = fmt::format(
        "interrupted at {}: {} iterations, {} errors, overlap {}; with as many allowed: {}, {}, {}",
        at, a.iterations, a.errors, a.overlap, b.iterations, b.errors, b.overlap);
    if (a.iterations != b.iterations) throw Failed{"interrupted", numbers};
    if (a.errors != b.errors || !same(a.overlap, b.overlap) ||
        !(stopped.result->weights == ended.result->weights)) {
        throw Failed{"interrupted", numbers};
    }
}

/// A run that is stopped after an iteration, and goes on from its checkpoint with other threads.
void RunCalls::resume(double part) const {
    const std::size_t iterations = summary().iterations;
    if (iterations == 0 || is_timed()) return;
    const std::size_t at = 1 + static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) *
                                                        static_cast<double>(iterations - 1));
    const std::string path = fmt::format("{}{}.checkpoint", file_folder(), getpid());
    const Answer stopped = answer(options_, at, true, {.file = path});
    if (!stopped.result) throw Failed{"resume", "refused: " + stopped.error};
    SolveOptions other = options_;
    other.threads = other.threads == 1 ? 2 : 1;
    const Answer resumed = answer(other, most_iterations, true, {.file = path, .resume = path});
    const std::string where = fmt::format("from iteration {} on: ", at);
    const std::string what = campaign::difference(*last_, resumed);
    if (!what.empty()) throw Failed{"resume", where + what};
    const auto told = [](SolveSummary summary) {
        summary.seconds = summary.edge_updates_per_second = 0.0;
        summary.threads = summary.options.threads = 0;
        if (summary.stability) summary.stability->seconds = 0.0;
        std::erase_if(summary.request,
                      [](const auto& option) { return option.first == "threads"; });
        return summary.json();
    };
    const std::string whole = told(summary()), parts = told(resumed.result->summary);
    if (whole != parts) throw Failed{"resume", where + whole + " and " + parts};
    if (last_->result->multipliers != resumed.result->multipliers) {
        throw Failed{"resume", where + "multipliers"};
    }
    std::remove(path.c_str());
}

void RunCalls::check_interrupted(const Answer& stopped, std::size_t at) const {
    if (!stopped.result) throw Failed{"interrupted", "refused: " + stopped.error};
    const SolveSummary& s = stopped.result->summary;
    const std::string status = status_name(s.status);
    if (s.iterations != at || (status != "interrupted" && !(status == "solved" && s.errors == 0))) {
        throw Failed{"interrupted", fmt::format("stopped at iteration {}: {} after {} with {} "
                                                "errors",
                                                at, status, s.iterations, s.errors)};
    }
    // Weights are counted once more where a run ends. The best of a run that the surrogate ends are
    // those that ended it.
    const bool surrogate = s.options.learning.stop_at.value_or(StopAt::Network) != StopAt::Network;
    if (s.errors > stopped.progress.back().best_errors && !surrogate) {
        throw Failed{"interrupted", fmt::format("{} errors, and {} were seen", s.errors,
                                                stopped.progress.back().best_errors)};
    }
    const std::size_t count = std::min(stopped.progress.size(), last_->progress.size());
    for (std::size_t p = 0; p < count; ++p) {
        const SolveProgress &a = stopped.progress[p], &b = last_->progress[p];
        if (a.iteration == b.iteration && a.errors == b.errors && a.best_errors == b.best_errors &&
            same(a.overlap, b.overlap)) {
            continue;
        }
        if (a.iteration == 0 || b.iteration == 0) return;  // Reports by the clock.
        throw Failed{"interrupted", fmt::format("iteration {} was another one", a.iteration)};
    }
}

/// What the summary says was asked for, asked for.
void RunCalls::request() const {
    SolveOptions again;
    again.network = problem_.network;
    again.seed = options_.seed;
    for (const auto& [name, value] : summary().request) find_option(name)->set(again, value);
    compare(again, "request");
}

void RunCalls::write(const std::string& ending) const {
    const std::string path = fmt::format("{}{}.{}", file_folder(), getpid(), ending);
    const SolveResult& result = *last_->result;
    const std::string why = refusal([&] {
        write_solution({.weights = result.weights,
                        .network = problem_.network,
                        .request = summary().json(),
                        .version = version()},
                       path);
    });
    if (!why.empty()) throw Failed{"write", why};
    std::optional<Solution> read;
    const std::string unread = refusal([&] { read = read_solution(path); });
    if (!unread.empty()) throw Failed{"write", "cannot be read back: " + unread};
    if (read->weights.values() != result.weights.values()) {
        throw Failed{"write", ending + ": other weights are read"};
    }
    if (ending == "h5" && (read->request != summary().json() || !read->network ||
                           read->network->name() != problem_.network.name() ||
                           read->network->margin != problem_.network.margin)) {
        throw Failed{"write", "another request or network is read"};
    }
    unlink(path.c_str());
}

}  // namespace steppe::sequences
