// A study of convergence: fraction solved and iterations to solve against load, solver, schedule,
// steps, damping, running margin and block, as CSV on standard output, one row per setting.
//
//     build/benchmarks/convergence --loads 0.6,0.7,0.74 --dampings 0,0.3,0.5,0.8 > study.csv
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <iostream>

#include "steppe/error.hpp"
#include "steppe/options/option.hpp"
#include "steppe/run/solve.hpp"

namespace {

using namespace steppe;

struct Study {
    std::size_t inputs = 1001, hidden = 1, seeds = 10, first_seed = 1, most = 50, threads = 0;
    std::optional<double> step_tolerance;
    std::optional<std::size_t> restarts;
    double time_limit = 60.0;
    std::vector<double> loads{0.6, 0.66, 0.7, 0.74};
    std::vector<std::string> schedules{"pseudo-reinforcement", "reinforcement", "scoping"};
    std::vector<std::string> solvers{"auto"}, steps{"100"};
    /// What the solver takes by default where none is given.
    std::vector<double> dampings, margins{0.05};
    std::vector<std::size_t> blocks{0};
};

/// The middle one, of the lower two where there are two; NaN of none.
double median(std::vector<double> values) {
    if (values.empty()) return std::nan("");
    std::sort(values.begin(), values.end());
    return values[(values.size() - 1) / 2];
}

struct Setting {
    double load;
    std::string solver, schedule, steps;
    std::optional<double> damping;
    double margin;
    std::size_t block;
};

void run_setting(const Study& study, const Setting& setting) {
    std::vector<double> iterations, seconds, overlaps, errors, tries;
    double damping = 0.0;
    std::string solver;
    for (std::size_t seed = study.first_seed; seed < study.first_seed + study.seeds; ++seed) {
        SolveOptions options;
        options.network = {study.inputs, study.hidden};
        find_option("solver")->set(options, setting.solver);
        find_option("schedule")->set(options, setting.schedule);
        find_option("steps")->set(options, setting.steps);
        options.schedule.iterations_per_step = study.most;
        options.schedule.step_tolerance = study.step_tolerance;
        options.damping = setting.damping;
        if (setting.solver == "amp") options.running_margin = setting.margin;
        options.restarts = study.restarts;
        if (setting.solver == "bp") options.block = setting.block;
        options.threads = study.threads;
        options.seed = seed;
        options.time_limit = study.time_limit;
        const double patterns =
            std::nearbyint(setting.load * static_cast<double>(options.network.weight_count()));
        const SolveSummary summary =
            solve(options, std::make_shared<PatternSet>(random_patterns(
                               study.inputs, static_cast<std::size_t>(patterns), seed)))
                .summary;
        solver = summary.solver;
        damping = summary.damping;
        errors.push_back(static_cast<double>(summary.errors));
        if (summary.status != SolveStatus::Solved) continue;
        iterations.push_back(static_cast<double>(summary.iterations));
        tries.push_back(static_cast<double>(summary.tries));
        seconds.push_back(summary.seconds);
        overlaps.push_back(summary.overlap);
    }
    std::cout << fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{:.4g},{:.4g},{:.4f},{}\n",
                             study.inputs, study.hidden, setting.load, solver, setting.schedule,
                             setting.steps, damping, setting.margin, setting.block, errors.size(),
                             iterations.size(), median(tries), median(iterations), median(seconds),
                             seconds.empty() ? std::nan("") : std::ranges::max(seconds),
                             median(overlaps), median(errors))
              << std::flush;
}

}  // namespace

int main(int argc, char** argv) {
    Study study;
    CLI::App app("Iterations to solve and fraction solved, as CSV.");
    app.add_option("--inputs", study.inputs)->capture_default_str();
    app.add_option("--hidden", study.hidden)->capture_default_str();
    app.add_option("--seeds", study.seeds, "number of seeds for each setting")
        ->capture_default_str();
    app.add_option("--first-seed", study.first_seed)->capture_default_str();
    app.add_option("--solvers", study.solvers)->delimiter(',')->capture_default_str();
    app.add_option("--steps", study.steps, "numbers of steps, or auto")
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--restarts", study.restarts, "fresh tries (the solver's default)");
    app.add_option("--threads", study.threads, "0: one per core")->capture_default_str();
    app.add_option("--iterations-per-step", study.most)->capture_default_str();
    app.add_option("--step-tolerance", study.step_tolerance);
    app.add_option("--time-limit", study.time_limit, "seconds for one run")->capture_default_str();
    app.add_option("--loads", study.loads)->delimiter(',')->capture_default_str();
    app.add_option("--schedules", study.schedules)->delimiter(',')->capture_default_str();
    app.add_option("--dampings", study.dampings, "the solver's default if not given")
        ->delimiter(',');
    app.add_option("--margins", study.margins, "running margins of amp")
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--blocks", study.blocks, "rows updated together, 0 for all")
        ->delimiter(',')
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    std::vector<std::optional<double>> dampings(study.dampings.begin(), study.dampings.end());
    if (dampings.empty()) dampings.emplace_back();
    std::cout << "inputs,hidden,load,solver,schedule,steps,damping,margin,block,runs,solved,"
                 "median_tries,median_iterations,median_seconds,most_seconds,median_overlap,"
                 "median_errors\n";
    try {
        for (const double load : study.loads) {
            for (const std::string& solver : study.solvers) {
                for (const std::string& schedule : study.schedules) {
                    for (const std::string& steps : study.steps) {
                        for (const std::optional<double>& damping : dampings) {
                            for (const double margin : study.margins) {
                                for (const std::size_t block : study.blocks) {
                                    run_setting(study, {load, solver, schedule, steps, damping,
                                                        margin, block});
                                }
                            }
                        }
                    }
                }
            }
        }
    } catch (const Error& error) {
        std::cerr << "convergence: " << error.what() << "\n";
        return 2;
    }
    return 0;
}
