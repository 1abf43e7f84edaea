// All solvers on the same problems: the largest load that each stores on at least half of the seeds
// within a budget of seconds, and for images how many training sets it stores and its error on test
// images. Prints the tables of docs/learning.md.
//
//     taskset -c 0 build/benchmarks/comparison
//     build/benchmarks/comparison --problems tree --solvers lal,elal --loads 1.5
//
// Settings are the program's defaults. Every run has one thread.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <optional>

#include "steppe/data/images.hpp"
#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/options/option.hpp"
#include "steppe/run/solve.hpp"

namespace {

using namespace steppe;

struct Study {
    std::vector<std::string> problems{"perceptron", "committee", "tree", "images"};
    std::vector<std::string> solvers;
    std::vector<double> loads;
    std::size_t seeds = 10;
    double budget = 10.0;
    std::string images = "/usr/share/datasets/fashion-mnist";
};

struct Problem {
    const char* name;
    const char* title;
    Network network;
    double first, step;  ///< loads
    std::vector<std::string> solvers;
};

Network make(std::size_t inputs, std::size_t hidden, Wiring wiring, WeightKind weights) {
    return {inputs, hidden, wiring, Gate::Majority, weights};
}

const std::vector<Problem> random_problems{
    {"perceptron",
     "Binary perceptron, N = 1001",
     make(1001, 1, Wiring::Full, WeightKind::Binary),
     0.4,
     0.05,
     {"amp", "bp", "ep", "mc", "sbpi", "rsgd"}},
    {"committee",
     "Binary committee, N = 321, K = 5, fully connected",
     make(321, 5, Wiring::Full, WeightKind::Binary),
     0.3,
     0.05,
     {"amp", "bp", "ep", "sbpi", "rsgd"}},
    {"tree",
     "Spherical tree committee, N = 999, K = 3",
     make(999, 3, Wiring::Tree, WeightKind::Spherical),
     1.0,
     0.1,
     {"amp", "bp", "ep", "elal", "lal", "sgd slow", "rsgd slow", "sgd fast", "rsgd fast"}}};

const std::vector<std::string> image_solvers[] = {
    {"ep", "bp", "amp", "elal", "lal", "sgd slow", "rsgd slow", "sgd fast", "rsgd fast"},
    {"ep", "bp", "amp", "sbpi", "rsgd"}};

/// "sgd fast" is sgd with that preset.
SolveOptions options_of(const Study& study, const std::string& solver, const Network& network,
                        std::uint64_t seed) {
    SolveOptions options;
    options.network = network;
    options.seed = seed;
    options.threads = 1;
    options.time_limit = study.budget;
    const std::string name = solver.substr(0, solver.find(' '));
    if (solver.ends_with(" fast")) options.learning.preset = LearningPreset::Fast;
    find_option("solver")->set(options, name);
    return options;
}

double median(std::vector<double> values) {
    if (values.empty()) return std::nan("");
    std::sort(values.begin(), values.end());
    return values[(values.size() - 1) / 2];
}

struct Level {
    std::size_t solved = 0, runs = 0;
    std::vector<double> seconds, errors;
};

/// Runs seeds 1, 2, ...; stops early where half of them can no longer be solved, unless all are
/// asked for.
Level run_level(const Study& study, const Problem& problem, const std::string& solver, double load,
                bool all) {
    Level level;
    const std::size_t half = (study.seeds + 1) / 2;
    for (std::uint64_t seed = 1; seed <= study.seeds; ++seed) {
        const auto count = static_cast<std::size_t>(
            std::nearbyint(load * static_cast<double>(problem.network.weight_count())));
        const SolveSummary summary = solve(options_of(study, solver, problem.network, seed),
                                           std::make_shared<const PatternSet>(random_patterns(
                                               problem.network.inputs, count, seed)))
                                         .summary;
        ++level.runs;
        level.errors.push_back(static_cast<double>(summary.errors));
        if (summary.status == SolveStatus::Solved) {
            ++level.solved;
            level.seconds.push_back(summary.seconds);
        }
        if (!all && level.runs - level.solved > study.seeds - half) break;
    }
    return level;
}

void run_random(const Study& study, const Problem& problem) {
    std::cout << fmt::format("\n{}\n\n", problem.title);
    if (!study.loads.empty()) {
        std::cout << "| solver | load | solved | seconds, median | errors, median |\n"
                     "|---|---|---|---|---|\n";
    } else {
        std::cout
            << "| solver | largest load | solved | seconds, median (most) | next load: errors, "
               "median |\n|---|---|---|---|---|\n";
    }
    for (const std::string& solver : study.solvers.empty() ? problem.solvers : study.solvers) {
        if (!study.loads.empty()) {
            for (const double load : study.loads) {
                const Level level = run_level(study, problem, solver, load, true);
                std::cout << fmt::format("| `{}` | {} | {} of {} | {:.2g} | {} |\n", solver, load,
                                         level.solved, level.runs, median(level.seconds),
                                         median(level.errors))
                          << std::flush;
            }
            continue;
        }
        // Four steps at a time, then one by one from the last load that was stored.
        std::optional<std::pair<double, Level>> best;
        Level next;
        for (int step = 0, stride = 4; stride > 0;) {
            const double load = problem.first + step * problem.step;
            const Level level = run_level(study, problem, solver, load, false);
            if (2 * level.solved >= study.seeds) {
                best = {load, level};
                step += stride;
            } else {
                next = level;
                step -= stride;
                if (stride == 1 || !best) break;
                stride = 1;
                step += stride;
            }
        }
        if (!best) {
            std::cout << fmt::format("| `{}` | below {} | | | {} |\n", solver, problem.first,
                                     median(next.errors))
                      << std::flush;
            continue;
        }
        const Level& level = best->second;
        std::cout << fmt::format("| `{}` | {:.2f} | {} of {} | {:.2g} ({:.2g}) | {} |\n", solver,
                                 best->first, level.solved, level.runs, median(level.seconds),
                                 std::ranges::max(level.seconds), median(next.errors))
                  << std::flush;
    }
}

void run_images(const Study& study) {
    const std::string& folder = study.images;
    if (!std::filesystem::exists(folder + "/train-images-idx3-ubyte.gz")) {
        std::cout << "\nImages: skipped, Debian's dataset-fashion-mnist is not installed\n";
        return;
    }
    const Images train =
        read_images(folder + "/train-images-idx3-ubyte.gz", folder + "/train-labels-idx1-ubyte.gz");
    const Images test =
        read_images(folder + "/t10k-images-idx3-ubyte.gz", folder + "/t10k-labels-idx1-ubyte.gz");
    ImageChoice choice{.positive = 3, .negative = 4};
    const PatternSet test_set =
        binarised_images(test, choose_images(test, choice), choice).fold_labels();
    std::cout << "\nFashion-MNIST, dress against coat, 500 images, K = 9, fully connected\n\n"
                 "| weights | solver | stored | seconds, median (most) | test error (sd) | overlap "
                 "between units |\n|---|---|---|---|---|---|\n";
    for (const WeightKind weights : {WeightKind::Spherical, WeightKind::Binary}) {
        const bool binary = weights == WeightKind::Binary;
        const Network network = make(784, 9, Wiring::Full, weights);
        for (const std::string& solver :
             study.solvers.empty() ? image_solvers[binary] : study.solvers) {
            if (std::ranges::count(image_solvers[binary], solver) == 0) continue;
            std::size_t solved = 0;
            std::vector<double> seconds, errors, overlaps;
            for (std::uint64_t seed = 1; seed <= study.seeds; ++seed) {
                choice.take = 500;
                choice.seed = seed;
                const SolveResult result =
                    solve(options_of(study, solver, network, seed),
                          std::make_shared<const PatternSet>(
                              binarised_images(train, choose_images(train, choice), choice)
                                  .fold_labels()));
                if (result.summary.status != SolveStatus::Solved) continue;
                ++solved;
                seconds.push_back(result.summary.seconds);
                overlaps.push_back(result.summary.unit_overlap);
                errors.push_back(
                    static_cast<double>(count_errors(network, result.weights, test_set)) /
                    static_cast<double>(test_set.patterns()));
            }
            if (solved == 0) {
                std::cout << fmt::format("| {} | `{}` | 0 of {} | | | |\n",
                                         binary ? "binary" : "spherical", solver, study.seeds)
                          << std::flush;
                continue;
            }
            double mean = 0.0, square = 0.0;
            for (const double e : errors) mean += e / static_cast<double>(solved);
            for (const double e : errors) square += (e - mean) * (e - mean);
            const double deviation =
                solved > 1 ? std::sqrt(square / static_cast<double>(solved - 1)) : std::nan("");
            std::cout << fmt::format(
                             "| {} | `{}` | {} of {} | {:.2g} ({:.2g}) | {:.4f} ({:.4f}) | {:.2f} "
                             "|\n",
                             binary ? "binary" : "spherical", solver, solved, study.seeds,
                             median(seconds), std::ranges::max(seconds), mean, deviation,
                             median(overlaps))
                      << std::flush;
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    Study study;
    CLI::App app("All solvers on the same problems, as the tables of the manual.");
    app.add_option("--problems", study.problems, "perceptron, committee, tree, images")
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--solvers", study.solvers, "those that suit the problem if not given")
        ->delimiter(',');
    app.add_option("--loads", study.loads, "only these, all seeds, instead of the largest")
        ->delimiter(',');
    app.add_option("--seeds", study.seeds)->capture_default_str();
    app.add_option("--budget", study.budget, "seconds for one run")->capture_default_str();
    app.add_option("--images", study.images, "folder of the image files")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        for (const std::string& name : study.problems) {
            if (name == "images") {
                run_images(study);
                continue;
            }
            const auto problem = std::ranges::find_if(
                random_problems, [&](const Problem& p) { return name == p.name; });
            if (problem == random_problems.end()) {
                throw Error(fmt::format(
                    "problem '{}' is none of perceptron, committee, tree, images", name));
            }
            run_random(study, *problem);
        }
    } catch (const Error& error) {
        std::cerr << "comparison: " << error.what() << "\n";
        return 2;
    }
    return 0;
}
