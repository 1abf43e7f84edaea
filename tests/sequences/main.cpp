#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>

#include "campaign/case_files.hpp"
#include "child.hpp"
#include "option_pairs.hpp"
#include "random_trace.hpp"
#include "run_calls.hpp"
#include "shrink.hpp"
#include "steppe/options/solver.hpp"

namespace steppe::sequences {

namespace {

/// Failures of one kind that are shrunk and shown whole, and failures after which it ends.
constexpr std::size_t most_shown = 3, most_failures = 200;

struct Request {
    std::uint64_t seed = 1, first = 0;
    double seconds = 60.0;
    std::size_t jobs = 0;
    std::vector<std::string> replay;
    std::string keep;
    bool all_pairs = false, no_shrink = false, verbose = false;
};

/// Even numbers are pairs of options while there are some, all others random sequences.
class Cases {
  public:
    explicit Cases(const Request& request) : request_(request) {}

    std::size_t pairs() const { return request_.all_pairs ? pairs_.all() : pairs_.samples(); }
    bool is_pair(std::uint64_t index) const { return index % 2 == 0 && index / 2 < pairs(); }

    Trace at(std::uint64_t index) const {
        if (!is_pair(index)) return random_trace(request_.seed, index);
        // In an order that comes to all options soon; a prime that divides no such number.
        constexpr std::uint64_t stride = 1000003;
        const std::size_t pair = index / 2 * stride % pairs();
        return request_.all_pairs ? pairs_.at(pair) : pairs_.sample(request_.seed, pair);
    }

  private:
    const Request& request_;
    OptionPairs pairs_;
};

class Tester {
  public:
    explicit Tester(const Request& request)
        : request_(request), cases_(request), end_(Clock::now() + limit(request.seconds)) {
        const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
        jobs_.resize(request.jobs == 0 ? cores : request.jobs);
    }

    void replay(const std::string& path) {
        ++replayed_;
        const Trace trace = read_trace(path);
        const Outcome outcome = play_apart(trace);
        if (!outcome.kind.empty()) add(outcome, trace, std::filesystem::path(path).stem(), false);
    }

    void run() {
        for (std::size_t j = 0; j < jobs_.size(); ++j) {
            jobs_[j].board = &new_board();
            start(jobs_[j], request_.first + j);
        }
        while (std::ranges::any_of(jobs_, [](const Job& job) { return job.child != 0; })) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            for (Job& job : jobs_) look_after(job);
        }
    }

    /// True where nothing failed.
    bool report(double seconds);

  private:
    struct Job {
        Board* board = nullptr;
        pid_t child = 0;
    };

    static Clock::duration limit(double seconds) {
        return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    }

    void start(Job& job, std::uint64_t first) {
        Board& board = *job.board;
        board.since = Clock::now().time_since_epoch().count();
        board.kind[0] = '\0';
        job.child = fork_child(
            [&] {
                for (std::uint64_t i = first; Clock::now() < end_; i += jobs_.size()) {
                    board.index = i;
                    if (!play_on(board, cases_.at(i))) return;
                }
            },
            false);
    }

    void look_after(Job& job) {
        if (job.child == 0 || !has_ended(job.child, *job.board)) return;
        job.child = 0;
        const Outcome outcome = outcome_of(*job.board);
        if (outcome.kind.empty()) return;
        std::istringstream text(job.board->trace.data());
        const std::uint64_t index = job.board->index;
        add(outcome, read_trace(text, "the board"), std::to_string(index), true);
        if (failures_ < most_failures && Clock::now() < end_) start(job, index + jobs_.size());
    }

    void add(const Outcome& outcome, const Trace& trace, const std::string& name, bool shrinks) {
        ++failures_;
        failed_[outcome.kind].push_back(name);
        if (failed_[outcome.kind].size() > most_shown) return;
        const auto start = Clock::now();
        // What the clock had a part in may not fail again.
        const bool small_wanted =
            shrinks && !request_.no_shrink && play_apart(trace).kind == outcome.kind;
        const Trace small = small_wanted
                                ? shrink(trace,
                                         [&](const Trace& candidate) {
                                             return play_apart(candidate).kind == outcome.kind;
                                         })
                                : trace;
        const Outcome now = small_wanted ? play_apart(small) : outcome;
        const std::string text =
            fmt::format("# {}: {}\n# seed {}, sequence {}; here call {}: {}\n{}", outcome.kind,
                        outcome.what, request_.seed, name, now.call + 1, now.what, to_text(small));
        fmt::print(
            "---- {} fails in sequence {}; {} of {} calls are left, {} patterns of {} "
            "(found after {:.1f} s, shrunk in {:.1f} s)\n{}",
            outcome.kind, name, small.calls.size(), trace.calls.size(), small.problem.patterns(),
            trace.problem.patterns(), since(begin_, start), since(start, Clock::now()), text);
        std::fflush(stdout);
        if (request_.keep.empty() || !shrinks) return;
        std::filesystem::create_directories(request_.keep);
        std::ofstream(
            fmt::format("{}/{}-{}-{}.txt", request_.keep, outcome.kind, request_.seed, name))
            << text;
    }

    static double since(Clock::time_point from, Clock::time_point to) {
        return std::chrono::duration<double>(to - from).count();
    }

    void count_those_never_run(bool pairs_are_done);

    const Request& request_;
    Cases cases_;
    Clock::time_point begin_ = Clock::now(), end_;
    std::vector<Job> jobs_;
    std::map<std::string, std::vector<std::string>> failed_;
    std::size_t failures_ = 0, replayed_ = 0;
};

/// An option that a solver has and that is refused whatever it is set to is none.
void Tester::count_those_never_run(bool pairs_are_done) {
    for (std::size_t s = 0; s < all_solvers().size(); ++s) {
        for (std::size_t o = 0; o < all_options().size(); ++o) {
            const Option& option = *all_options()[o];
            if (option.name == "solver" || !has_option(*all_solvers()[s], option)) continue;
            std::size_t runs = 0;
            for (const Job& job : jobs_) runs += job.board->ran[s][o];
            const std::string name = fmt::format("{}:{}", all_solvers()[s]->name, option.name);
            if (request_.verbose) fmt::print("{:<32} set in {} runs\n", name, runs);
            if (runs == 0 && pairs_are_done) failed_["never-run"].push_back(name);
        }
    }
}

bool Tester::report(double seconds) {
    std::uint64_t sequences = 0, calls = 0, runs = 0, reached = ~std::uint64_t{0};
    for (const Job& job : jobs_) {
        if (!job.board) continue;
        sequences += job.board->sequences;
        calls += job.board->calls;
        runs += job.board->runs;
        reached = std::min(reached, job.board->index.load());
    }
    const std::size_t done =
        sequences == 0 ? 0 : std::min<std::size_t>(reached / 2, cases_.pairs());
    if (sequences > 0) count_those_never_run(done == cases_.pairs());
    for (const auto& [kind, names] : failed_) {
        const auto shown = static_cast<std::ptrdiff_t>(std::min<std::size_t>(names.size(), 20));
        fmt::print("{}: {} times: {}{}\n", kind, names.size(),
                   fmt::join(names.begin(), names.begin() + shown, " "),
                   names.size() > 20 ? " ..." : "");
    }
    fmt::print(
        "sequences: {} kept ones; {} of {} calls, {} runs in them, {} of {} {}pairs of options, "
        "seed {}, in {:.1f} s: {}\n",
        replayed_, sequences, calls, runs, done, cases_.pairs(),
        request_.all_pairs ? "valued " : "", request_.seed, seconds,
        failed_.empty() ? "nothing fails" : fmt::format("{} kinds fail", failed_.size()));
    return failed_.empty();
}

void add_options(CLI::App& app, Request& r) {
    app.add_option("--seed", r.seed, "names the sequences")->capture_default_str();
    app.add_option("--first", r.first, "index of the first one")->capture_default_str();
    app.add_option("--seconds", r.seconds, "how long new ones are tried")->capture_default_str();
    app.add_option_function<double>(
        "--hours", [&r](double hours) { r.seconds = 3600.0 * hours; }, "the same in hours");
    app.add_option("--replay", r.replay,
                   "kept sequences, files or folders of files, come first; --seconds 0 for those "
                   "alone");
    app.add_option("--jobs", r.jobs, "processes (0: one per core)")->capture_default_str();
    app.add_option("--keep", r.keep, "folder for the shrunk sequences");
    app.add_flag("--all-pairs", r.all_pairs,
                 "pairs of options with all their values on all networks, not one of each");
    app.add_flag("--no-shrink", r.no_shrink, "show what fails as it came");
    app.add_flag("--verbose", r.verbose, "say how often each option was set");
}

int run(const Request& request) {
    // Folders that the children use are this process's to remove.
    file_folder();
    campaign::schedule_file("list:0 1");
    Tester tester(request);
    const auto start = Clock::now();
    for (const std::string& file : campaign::case_files(request.replay)) tester.replay(file);
    if (request.seconds > 0.0) tester.run();
    return tester.report(std::chrono::duration<double>(Clock::now() - start).count()) ? 0 : 1;
}

}  // namespace

}  // namespace steppe::sequences

int main(int count, char** words) {
    CLI::App app(
        "Random sequences of calls and settings, every answer checked by independent means.");
    steppe::sequences::Request request;
    add_options(app, request);
    CLI11_PARSE(app, count, words);
    try {
        return steppe::sequences::run(request);
    } catch (const std::exception& error) {
        std::cerr << "sequences: " << error.what() << "\n";
        return 2;
    }
}
