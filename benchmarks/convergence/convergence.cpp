// A study of convergence: fraction solved and iterations to solve against load, schedule, damping
// and block, as CSV on standard output, one row per setting.
//
//     build/benchmarks/convergence --loads 0.6,0.7,0.74 --dampings 0,0.3,0.5,0.8 > study.csv
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <iostream>

#include "steppe/error.hpp"
#include "steppe/run/solve.hpp"

namespace {

using namespace steppe;

struct Study {
    std::size_t inputs = 1001, hidden = 1, seeds = 10, first_seed = 1, steps = 100, most = 50;
    double step_tolerance = 0.1, time_limit = 60.0;
    std::vector<double> loads{0.6, 0.66, 0.7, 0.74};
    std::vector<std::string> schedules{"pseudo-reinforcement", "reinforcement", "scoping"};
    std::vector<double> dampings{0.5};
    std::vector<std::size_t> blocks{0};
};

ScheduleKind kind_of(const std::string& name) {
    if (name == "pseudo-reinforcement") return ScheduleKind::PseudoReinforcement;
    if (name == "reinforcement") return ScheduleKind::Reinforcement;
    if (name == "scoping") return ScheduleKind::Scoping;
    throw Error(
        fmt::format("schedule '{}' is none of pseudo-reinforcement, reinforcement, scoping", name));
}

/// The middle one, of the lower two where there are two; NaN of none.
double median(std::vector<double> values) {
    if (values.empty()) return std::nan("");
    std::sort(values.begin(), values.end());
    return values[(values.size() - 1) / 2];
}

void run_setting(const Study& study, double load, const std::string& schedule, double damping,
                 std::size_t block) {
    std::vector<double> iterations, seconds, overlaps, errors;
    for (std::size_t seed = study.first_seed; seed < study.first_seed + study.seeds; ++seed) {
        SolveOptions options;
        options.network = {study.inputs, study.hidden};
        options.schedule.kind = kind_of(schedule);
        options.schedule.steps = study.steps;
        options.schedule.iterations_per_step = study.most;
        options.schedule.step_tolerance = study.step_tolerance;
        options.solver.damping = damping;
        options.solver.block = block;
        options.solver.seed = seed;
        options.time_limit = study.time_limit;
        const double patterns =
            std::nearbyint(load * static_cast<double>(options.network.weight_count()));
        const SolveSummary summary =
            solve(options, std::make_shared<PatternSet>(random_patterns(
                               study.inputs, static_cast<std::size_t>(patterns), seed)))
                .summary;
        errors.push_back(static_cast<double>(summary.errors));
        if (summary.status != SolveStatus::Solved) continue;
        iterations.push_back(static_cast<double>(summary.iterations));
        seconds.push_back(summary.seconds);
        overlaps.push_back(summary.overlap);
    }
    std::cout << fmt::format("{},{},{},{},{},{},{},{},{},{},{:.4g},{:.4f},{}\n", study.inputs,
                             study.hidden, load, schedule, study.steps, damping, block,
                             errors.size(), iterations.size(), median(iterations), median(seconds),
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
    app.add_option("--steps", study.steps)->capture_default_str();
    app.add_option("--iterations-per-step", study.most)->capture_default_str();
    app.add_option("--step-tolerance", study.step_tolerance)->capture_default_str();
    app.add_option("--time-limit", study.time_limit, "seconds for one run")->capture_default_str();
    app.add_option("--loads", study.loads)->delimiter(',')->capture_default_str();
    app.add_option("--schedules", study.schedules)->delimiter(',')->capture_default_str();
    app.add_option("--dampings", study.dampings)->delimiter(',')->capture_default_str();
    app.add_option("--blocks", study.blocks, "rows updated together, 0 for all")
        ->delimiter(',')
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    std::cout << "inputs,hidden,load,schedule,steps,damping,block,runs,solved,median_iterations,"
                 "median_seconds,median_overlap,median_errors\n";
    try {
        for (const double load : study.loads) {
            for (const std::string& schedule : study.schedules) {
                for (const double damping : study.dampings) {
                    for (const std::size_t block : study.blocks) {
                        run_setting(study, load, schedule, damping, block);
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
