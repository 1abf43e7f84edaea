#include "steppe/study/cell.hpp"

#include <fmt/format.h>

#include <cctype>
#include <ctime>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/options/option.hpp"
#include "steppe/run/solve.hpp"

namespace steppe {

namespace {

/// Of this thread alone: other runs share the machine.
double core_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

SolveOptions options_of(const Cell& cell) {
    SolveOptions options;
    options.network = cell.arm->network;
    options.seed = cell.seed;
    options.threads = 1;
    const auto set = [&options](const std::string& name, const std::string& text) {
        const Option* option = find_option(name);
        if (!option) throw Error(fmt::format("no option is called '{}'", name));
        option->set(options, text);
    };
    for (const auto& [name, text] : cell.arm->options) set(name, text);
    if (cell.rate) set("rate", *cell.rate);
    return options;
}

std::size_t errors_of(Network network, const Weights& weights, const Patterns& patterns) {
    return patterns.visit([&](const auto& set) { return count_errors(network, weights, *set); });
}

void measure(const Cell& cell, const StudyProblem& problem, const Weights& weights,
             const LandscapeObserver& observer, MeasureJson& row) {
    const Network& network = cell.arm->network;
    if (problem.test) {
        // A margin is asked for while learning.
        Network tested = network;
        tested.margin = 0.0;
        row["test_error"] = static_cast<double>(errors_of(tested, weights, *problem.test)) /
                            static_cast<double>(problem.test->patterns());
    }
    MeasureOptions how = settled(cell.study->how, network);
    how.seed = cell.seed;
    row["measures"] = MeasureJson::object();
    for (const std::string& name : cell.study->measures) {
        const Measure& one = measure_named(name);
        if (!one.refuses(network).empty()) continue;
        MeasureJson answer;
        try {
            one.take({network, weights, problem.patterns}, how, observer, answer);
            row["measures"][name] = std::move(answer);
        } catch (const Interrupted&) {
            throw;
        } catch (const Error& error) {
            // The weights and the other measures are as good as before.
            row["failed"][name] = error.what();
        }
    }
}

/// The weights, and what is known of the run.
std::optional<CellResult> find(const Cell& cell, const StudyProblem& problem,
                               const std::function<bool()>& goes_on) {
    MeasureJson row = row_of(cell);
    const double before = core_seconds();
    if (cell.arm->find) {
        Weights weights = cell.arm->find(problem, cell.arm->network, cell.seed,
                                         [&](double) { return goes_on(); });
        row["seconds"] = core_seconds() - before;
        return CellResult{std::move(row), std::move(weights)};
    }
    SolveResult result =
        solve(options_of(cell), problem.patterns, [&](const SolveProgress&) { return goes_on(); });
    if (result.summary.status == SolveStatus::Interrupted) return std::nullopt;
    row["iterations"] = result.summary.iterations;
    row["seconds"] = core_seconds() - before;
    row["summary"] = MeasureJson::parse(result.summary.json());
    return CellResult{std::move(row), std::move(result.weights)};
}

/// What is said of the weights.
void judge(const Cell& cell, const StudyProblem& problem, const std::function<bool()>& goes_on,
           CellResult& result) {
    const std::size_t errors = errors_of(cell.arm->network, result.weights, problem.patterns);
    result.row["solved"] = errors == 0;
    result.row["errors"] = errors;
    // What tables and pictures take in.
    result.row["counts"] = !cell.tuning && (errors == 0 || cell.study->unsolved_count);
    if (cell.tuning) return;
    measure(
        cell, problem, result.weights, [&](double) { return goes_on(); }, result.row);
}

/// Of those measures that a study takes, every option.
std::string options_text(const MeasureOptions& how, const std::vector<std::string>& measures) {
    const auto list = [](const std::vector<double>& values) {
        std::string text;
        for (const double value : values) text += fmt::format(" {}", value);
        return text;
    };
    std::string text;
    for (const std::string& name : measures) {
        text += "; " + name;
        if (name == "flatness") {
            text += fmt::format(", {} noise{}, {} perturbations", noise_name(how.noise.value()),
                                list(how.noise_sizes), how.perturbations);
        } else if (name == "local-entropy") {
            text += fmt::format(", fields{}, by {}", list(how.fields), how.solver);
            if (how.accuracy) text += fmt::format(" {}", static_cast<int>(*how.accuracy));
        } else if (name == "hessian") {
            const HessianOptions& h = how.hessian;
            text += fmt::format(", {} {}, {} {} {}, {} {} {} {}", h.beta, h.gamma, h.extremes,
                                h.full_up_to, h.count_up_to, h.probes, h.lanczos_steps,
                                h.broadening, h.density_points);
        } else if (name == "sharpness") {
            const SharpnessOptions& s = how.sharpness;
            text += fmt::format(", {}{}, {} {}, {} {}", ball_name(s.ball), list(s.radii), s.beta,
                                s.gamma, s.starts, s.steps);
        }
    }
    return text;
}

}  // namespace

std::string Cell::key() const {
    std::string key = fmt::format("{}; {}; {}; set {}; seed {}", study->name,
                                  network_text(arm->network), arm->name, set, seed);
    for (const auto& [name, text] : arm->options) key += fmt::format("; {} {}", name, text);
    if (rate) key += fmt::format("; rate {}", *rate);
    if (tuning) return key + "; tuning";
    return key + options_text(settled(study->how, arm->network), study->measures);
}

std::string Cell::name() const {
    return fmt::format("{}, set {}, seed {}", arm->name, set, seed);
}

std::string Cell::slug() const {
    std::string slug;
    for (const char c : arm->name) {
        const auto letter = static_cast<unsigned char>(c);
        if (std::isalnum(letter)) slug += static_cast<char>(std::tolower(letter));
        if (!std::isalnum(letter) && !slug.empty() && slug.back() != '-') slug += '-';
    }
    return fmt::format("{}-{}-{}", slug, set, seed);
}

MeasureJson row_of(const Cell& cell) {
    return {{"key", cell.key()},
            {"study", cell.study->name},
            {"arm", cell.arm->name},
            {"set", cell.set},
            {"seed", cell.seed},
            {"tuning", cell.tuning},
            {"rate", cell.rate ? MeasureJson(*cell.rate) : MeasureJson()},
            {"version", version()}};
}

MeasureJson failed_row(const Cell& cell, const std::string& error) {
    MeasureJson row = row_of(cell);
    row["solved"] = row["counts"] = false;
    row["error"] = error;
    return row;
}

std::string Cell::lacks(const MeasureJson& row) const {
    const auto is = [&](const char* name, bool (MeasureJson::*right)() const noexcept) {
        return row.contains(name) && (row[name].*right)();
    };
    // Of a run that failed nothing else is known.
    if (row.contains("error")) return "";
    if (!is("arm", &MeasureJson::is_string) || row["arm"] != arm->name) return "right arm";
    for (const char* name : {"set", "seed", "errors"}) {
        if (!is(name, &MeasureJson::is_number_unsigned)) return name;
    }
    for (const char* name : {"solved", "counts"}) {
        if (!is(name, &MeasureJson::is_boolean)) return name;
    }
    if (!row.contains("rate")) return "rate";
    for (const char* name : {"iterations", "seconds"}) {
        if (!arm->find && !is(name, &MeasureJson::is_number)) return name;
    }
    if (tuning) return "";
    if (!is("measures", &MeasureJson::is_object)) return "measures";
    for (const std::string& name : study->measures) {
        if (!measure_named(name).refuses(arm->network).empty()) continue;
        if (!row["measures"].contains(name) && !row.contains("failed")) return name;
    }
    return "";
}

std::optional<CellResult> run_cell(const Cell& cell, const StudyProblem& problem,
                                   const std::function<bool()>& goes_on) {
    std::optional<CellResult> result;
    Threads(1).run([&] {
        try {
            result = find(cell, problem, goes_on);
            if (result) judge(cell, problem, goes_on, *result);
        } catch (const Interrupted&) {
            result.reset();
        }
    });
    return result;
}

}  // namespace steppe
