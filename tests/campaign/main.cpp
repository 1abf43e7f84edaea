#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include "case_files.hpp"
#include "checks.hpp"
#include "random_problem.hpp"
#include "shrink.hpp"

namespace steppe::campaign {

namespace {

using Clock = std::chrono::steady_clock;

/// Files are written to the end of the disk each time: one problem of so many has them checked.
constexpr std::uint64_t files_interval = 16;
/// A problem that takes so long hangs.
constexpr auto most_time = std::chrono::minutes(5);
/// Failures of one kind that are shrunk and shown whole.
constexpr std::size_t most_shown = 3;

struct Request {
    std::uint64_t seed = 1, first = 0, count = 1000;
    std::size_t jobs = 0;
    std::vector<std::uint64_t> only;
    std::vector<std::string> kinds, without, replay;
    std::string keep;
    bool no_shrink = false, list = false, verbose = false;
};

/// What each job works on, for those who look when it crashes or hangs. Index + 1; 0: nothing.
constexpr std::size_t most_jobs = 64;
std::atomic<std::uint64_t> working_on[most_jobs];
std::atomic<std::int64_t> working_since[most_jobs];
thread_local std::size_t own_job = 0;

void on_crash(int signal) {
    char line[96] = "campaign: crashed (signal ";
    const auto append = [&](std::uint64_t number) {
        char digits[24];
        std::size_t at = sizeof digits;
        digits[--at] = '\0';
        do {
            digits[--at] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number > 0);
        std::strcat(line, digits + at);
    };
    append(static_cast<std::uint64_t>(signal));
    std::strcat(line, ") on problem --only ");
    append(working_on[own_job].load() - 1);
    std::strcat(line, "\n");
    [[maybe_unused]] const auto written = write(STDERR_FILENO, line, std::strlen(line));
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

std::int64_t now() {
    return Clock::now().time_since_epoch().count();
}

/// Ends the program when a problem hangs.
void watch(const std::atomic<bool>& done) {
    while (!done) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        for (std::size_t job = 0; job < most_jobs; ++job) {
            const std::uint64_t index = working_on[job];
            if (index == 0 || Clock::duration(now() - working_since[job]) < most_time) continue;
            std::cerr << fmt::format("campaign: problem --only {} hangs\n", index - 1);
            std::_Exit(1);
        }
    }
}

/// Takes standard output away from everything that is linked in: only the campaign itself prints.
class StandardOutput {
  public:
    StandardOutput() {
        if (!out_) out_ = fdopen(dup(STDOUT_FILENO), "w");
        taken_ = memfd_create("campaign", 0);
        dup2(taken_, STDOUT_FILENO);
    }

    /// Whether anything was written to it since the last call.
    bool grown() {
        std::fflush(stdout);
        const off_t size = lseek(taken_, 0, SEEK_END);
        const bool more = size > size_;
        size_ = size;
        return more;
    }

    static void print(const std::string& text) {
        std::fputs(text.c_str(), out_ ? out_ : stdout);
        std::fflush(out_ ? out_ : stdout);
    }

  private:
    static inline std::FILE* out_ = nullptr;
    int taken_ = -1;
    off_t size_ = 0;
};

void print(const std::string& text) {
    StandardOutput::print(text);
}

std::string command_of(Problem problem) {
    const std::string* schedule = problem.option("schedule");
    if (schedule && schedule->starts_with("list:")) problem.set("schedule", "schedule.txt");
    return fmt::format("{}", fmt::join(arguments(problem), " "));
}

/// Runs problems and gathers what fails.
class Campaign {
  public:
    explicit Campaign(const Request& request) : request_(request) {
        kinds_.only.insert(request.kinds.begin(), request.kinds.end());
        kinds_.without.insert(request.without.begin(), request.without.end());
    }

    void run_random() {
        std::atomic<std::uint64_t> next{0};
        std::atomic<bool> done{false};
        std::thread watcher([&] { watch(done); });
        const std::uint64_t count = request_.only.empty() ? request_.count : request_.only.size();
        std::vector<std::thread> jobs;
        for (std::size_t job = 0; job < jobs_(); ++job) {
            jobs.emplace_back([&, job] {
                own_job = job;
                for (std::uint64_t t = next++; t < count; t = next++) {
                    one(request_.only.empty() ? request_.first + t : request_.only[t]);
                }
                working_on[job] = 0;
            });
        }
        for (std::thread& job : jobs) job.join();
        done = true;
        watcher.join();
        problems_ += count;
    }

    void run_file(const std::string& path) {
        ++problems_;
        check_all(read_problem(path), kinds_, path);
    }

    /// True where nothing failed.
    bool report(double seconds) const {
        if (request_.verbose) {
            for (const auto& [kind, times] : asked_) {
                print(fmt::format("{:<12} asked of {} problems\n", kind, times));
            }
        }
        for (const auto& [kind, names] : failed_) {
            const auto shown = static_cast<std::ptrdiff_t>(std::min<std::size_t>(names.size(), 20));
            print(fmt::format("{}: {} of {} problems: {}{}\n", kind, names.size(), problems_,
                              fmt::join(names.begin(), names.begin() + shown, " "),
                              names.size() > 20 ? " ..." : ""));
        }
        print(fmt::format(
            "campaign: {} problems, seed {}, in {:.1f} s: {}\n", problems_, request_.seed, seconds,
            failed_.empty() ? "nothing fails" : fmt::format("{} kinds fail", failed_.size())));
        return failed_.empty();
    }

  private:
    std::size_t jobs_() const {
        const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
        return std::min(request_.jobs == 0 ? cores : request_.jobs, most_jobs);
    }

    void one(std::uint64_t index) {
        working_since[own_job] = now();
        working_on[own_job] = index + 1;
        const Problem problem = random_problem(request_.seed, index);
        Kinds kinds = kinds_;
        if (request_.only.empty() && index % files_interval != 0) {
            kinds.without.insert({"files", "program"});
        }
        check_all(problem, kinds, std::to_string(index));
    }

    void check_all(const Problem& problem, const Kinds& kinds, const std::string& name) {
        Asked asked;
        standard_output_.grown();  // What shrinking wrote is known.
        std::vector<Failure> failures = check(problem, kinds, asked);
        {
            const std::lock_guard lock(mutex_);
            for (const auto& [kind, times] : asked) asked_[kind] += times;
            if (standard_output_.grown() && kinds.has("output")) {
                failures.push_back({"output", "a library wrote to standard output"});
            }
        }
        for (const Failure& failure : failures) add(failure, problem, name);
    }

    void add(const Failure& failure, const Problem& problem, const std::string& name) {
        {
            const std::lock_guard lock(mutex_);
            failed_[failure.kind].push_back(name);
            if (failed_[failure.kind].size() > most_shown) return;
        }
        const Problem small = request_.no_shrink || failure.kind == "output"
                                  ? problem
                                  : shrink(problem, failure.kind);
        working_since[own_job] = now();
        std::string now_what = failure.what;
        for (const Failure& again : check(small, {{failure.kind}, {}})) now_what = again.what;
        const std::lock_guard lock(mutex_);
        print(fmt::format(
            "---- {} fails on {}\n# {}\n# shrunk: {}\n# steppe solve --patterns p.txt "
            "--labels-file l.txt {}\n{}",
            failure.kind, name, failure.what, now_what, command_of(small), to_text(small)));
        if (!request_.keep.empty()) {
            std::filesystem::create_directories(request_.keep);
            std::ofstream(fmt::format("{}/{}-{}-{}.txt", request_.keep, failure.kind, request_.seed,
                                      std::filesystem::path(name).stem().string()))
                << "# " << now_what << "\n"
                << to_text(small);
        }
    }

    const Request& request_;
    Kinds kinds_;
    std::mutex mutex_;
    std::map<std::string, std::vector<std::string>> failed_;
    Asked asked_;
    StandardOutput standard_output_;
    std::uint64_t problems_ = 0;
};

void add_options(CLI::App& app, Request& r) {
    app.add_option("--seed", r.seed, "names the campaign")->capture_default_str();
    app.add_option("--first", r.first, "index of the first problem")->capture_default_str();
    app.add_option("--count", r.count, "how many problems")->capture_default_str();
    app.add_option("--only", r.only, "these problems alone, each by its index, with all checks");
    app.add_option("--replay", r.replay,
                   "cases: files, or folders of files; --count 0 for those alone");
    app.add_option("--jobs", r.jobs, "problems at a time (0: one per core)")->capture_default_str();
    app.add_option("--kinds", r.kinds, "checks that are made (all)")->delimiter(',');
    app.add_option("--without", r.without, "checks that are left out")->delimiter(',');
    app.add_option("--keep", r.keep, "folder for the shrunk cases");
    app.add_flag("--no-shrink", r.no_shrink, "show what fails as it came");
    app.add_flag("--verbose", r.verbose,
                 "say how many problems each check had something to say of");
    app.add_flag("--list", r.list, "say what the checks are");
}

int run(const Request& request) {
    if (request.list) {
        for (const auto& [kind, what] : all_kinds()) {
            print(fmt::format("{:<12} {}\n", kind, what));
        }
        return 0;
    }
    // Sanitizers say more than the index, which the last lines of a run with one job give too.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGILL, SIGBUS}) {
        std::signal(signal, on_crash);
    }
#endif
    const auto start = Clock::now();
    Campaign campaign(request);
    for (const std::string& file : case_files(request.replay)) campaign.run_file(file);
    if (request.count > 0 || !request.only.empty()) campaign.run_random();
    const bool good = campaign.report(std::chrono::duration<double>(Clock::now() - start).count());
    return good ? 0 : 1;
}

}  // namespace

}  // namespace steppe::campaign

int main(int count, char** words) {
    CLI::App app("Random problems with random options, every answer checked by independent means.");
    steppe::campaign::Request request;
    add_options(app, request);
    CLI11_PARSE(app, count, words);
    try {
        return steppe::campaign::run(request);
    } catch (const std::exception& error) {
        std::cerr << "campaign: " << error.what() << "\n";
        return 2;
    }
}
