#include "steppe/run/solve.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "commands.hpp"
#include "interrupt.hpp"
#include "learning_options.hpp"
#include "problem.hpp"
#include "progress_line.hpp"
#include "steppe/data/pattern_file.hpp"
#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/run/solution_file.hpp"
#include "words.hpp"

namespace steppe::cli {

namespace {

const std::vector<std::string> schedule_names{"auto", "none", "reinforcement",
                                              "pseudo-reinforcement", "scoping"};

/// What the options of `solve` are read into.
struct Request {
    ProblemOptions problem;
    LearnerRequest learning;
    std::string test_file, test_labels_file;
    DatasetNames test_datasets;
    std::string solver = "auto", accuracy = "relaxed", precision = "single";
    std::size_t block = 0, restarts = 0;
    double damping = 0.5, running_margin = 0.05;
    double tolerance = 1e-4;
    std::string symmetry_field;
    std::string schedule = "auto", form = "replicas", coupling_range;
    std::string steps;
    std::size_t iterations_per_step = 0, free_iterations = 0;
    double step_tolerance = 0.0, exponent = 0.5, replicas = 0.0;
    std::size_t threads = 0, max_iterations = 0;
    double time_limit = 0.0;
    bool continue_after_solution = false, json = false, quiet = false;
    std::string out, log;

    CLI::Option *accuracy_option = nullptr, *precision_option = nullptr, *block_option = nullptr,
                *damping_option = nullptr, *restarts_option = nullptr, *margin_option = nullptr,
                *symmetry_option = nullptr;
    std::vector<CLI::Option*> test_options;  ///< that belong to --test
    CLI::Option *test_option = nullptr, *steps_option = nullptr, *iterations_option = nullptr,
                *step_tolerance_option = nullptr, *exponent_option = nullptr,
                *form_option = nullptr, *replicas_option = nullptr, *range_option = nullptr,
                *free_option = nullptr, *tolerance_option = nullptr, *schedule_option = nullptr;
};

void add_options(CLI::App& command, Request& r) {
    r.problem.add_to(command, ProblemOptions::Files::Allowed);
    r.test_option =
        command
            .add_option("--test", r.test_file,
                        "patterns that are not learned: the answer says how many of them "
                        "the weights get wrong")
            ->group("Patterns")
            ->type_name("FILE");
    const auto add_test = [&](const char* name, std::string& value, const char* help,
                              const char* type) {
        r.test_options.push_back(
            command.add_option(name, value, help)->group("Patterns")->type_name(type));
    };
    add_test("--test-labels-file", r.test_labels_file, "wanted outputs of --test", "FILE");
    add_test("--test-inputs-dataset", r.test_datasets.inputs,
             "which array of the file of --test holds the patterns (--inputs-dataset if not given)",
             "NAME");
    add_test("--test-labels-dataset", r.test_datasets.labels,
             "which array holds their labels (--labels-dataset if not given)", "NAME");

    command
        .add_option("--solver", r.solver,
                    "how weights are found: bp (belief propagation), amp (approximate message "
                    "passing: a bit a pattern-weight pair, for independent patterns), ep "
                    "(expectation propagation: correlated patterns), or auto: "
                    "amp for independent-looking patterns of at least 200 inputs, ep for "
                    "correlated ones, else bp; or, for comparison, lal (least-action learning), "
                    "elal (its replicas), sbpi (binary weights), sgd (gradient descent), rsgd "
                    "(its replicas)")
        ->check(one_of({"auto", "bp", "amp", "ep", "lal", "elal", "sbpi", "sgd", "rsgd"}))
        ->group("Solver")
        ->type_name("NAME")
        ->capture_default_str();
    r.accuracy_option =
        command
            .add_option(
                "--accuracy", r.accuracy,
                "bp: how a pattern's message to a weight is computed: exact (up to 1024 inputs), "
                "gaussian, or relaxed (fastest)")
            ->check(one_of({"exact", "gaussian", "relaxed"}))
            ->group("Solver")
            ->type_name("NAME")
            ->capture_default_str();
    r.precision_option = command
                             .add_option("--precision", r.precision,
                                         "bp: numbers messages are stored in: single (4 bytes a "
                                         "pattern-weight pair) or double")
                             ->check(one_of({"single", "double"}))
                             ->group("Solver")
                             ->type_name("NAME")
                             ->capture_default_str();
    r.block_option =
        command
            .add_option("--block", r.block,
                        "bp: patterns that are updated together, in a fresh random order "
                        "each iteration (all if not given; 50 on correlated patterns)")
            ->check(at_least(1))
            ->group("Solver")
            ->type_name("ROWS");
    r.damping_option =
        command
            .add_option(
                "--damping", r.damping,
                "part of the old message that is kept, from 0 to below 1 (0.5 if not given; "
                "0.3 for amp with one unit, and with spherical weights on a tree; 0.8 with "
                "spherical weights of several fully connected units, and for ep, which takes "
                "0.9 with binary ones; on correlated "
                "patterns 0.99 for amp, 0.9 for bp, with binary weights 0.95)")
            ->group("Solver")
            ->type_name("D");
    r.margin_option =
        command
            .add_option(
                "--running-margin", r.running_margin,
                "amp: patterns are to be stored with this margin while running, in units of "
                "the root of the inputs, beyond --margin; it vanishes as the overlap goes to 1 "
                "(0.05 if not given; 0 for a parity)")
            ->group("Solver")
            ->type_name("KAPPA");
    r.restarts_option =
        command
            .add_option("--restarts", r.restarts,
                        "fresh tries, with another small random field on the weights, when one has "
                        "settled with errors; the best weights are kept (bp: 0, or 10 with "
                        "binary weights on correlated patterns; ep: 3; amp: 1000, and "
                        "10 where more than 20 errors are left or weights are spherical)")
            ->check(at_least(0))
            ->group("Solver")
            ->type_name("COUNT");
    r.tolerance_option =
        command
            .add_option(
                "--tolerance", r.tolerance,
                "messages count as converged when no magnetization, no tanh of a message and no "
                "response would move by more than this in an iteration without damping; ends a run "
                "with schedule none")
            ->group("Solver")
            ->type_name("E")
            ->capture_default_str();
    r.symmetry_option =
        command
            .add_option("--symmetry-field", r.symmetry_field,
                        "deviation of a random external field on every weight, which breaks "
                        "symmetries, and the factor by which it shrinks in every iteration, if it "
                        "does (0 if not given; 0.1 for a parity; 1:0.7 for spherical weights with "
                        "ep or on correlated patterns; 0.03 for binary weights with ep)")
            ->group("Solver")
            ->type_name("SIGMA[:DECAY]");

    r.schedule_option =
        command
            .add_option(
                "--schedule", r.schedule,
                "how focusing grows: none, reinforcement, pseudo-reinforcement, scoping, a "
                "file of one `gamma y` pair a line, or auto: pseudo-reinforcement for binary "
                "weights with bp and amp on independent patterns, else scoping")
            ->check(suggested(schedule_names))
            ->group("Schedule")
            ->type_name("NAME|FILE")
            ->capture_default_str();
    r.steps_option = command
                         .add_option("--steps", r.steps,
                                     "steps of the schedule, or auto: wider steps where the "
                                     "messages settle at once, narrower ones where they take long "
                                     "(100 if not given; 20 for spherical weights with ep or on "
                                     "correlated patterns)")
                         ->check(suggested({"auto"}))
                         ->group("Schedule")
                         ->type_name("COUNT|auto");
    r.iterations_option =
        command
            .add_option("--iterations-per-step", r.iterations_per_step,
                        "most iterations at one step (50 if not given; 10 for ep, 40 "
                        "for spherical weights on correlated patterns)")
            ->check(at_least(1))
            ->group("Schedule")
            ->type_name("MAX");
    r.free_option =
        command
            .add_option("--free-iterations", r.free_iterations,
                        "iterations without focusing before the schedule, at most (0 if not given; "
                        "40 for spherical weights with ep or on correlated patterns)")
            ->check(at_least(0))
            ->group("Schedule")
            ->type_name("COUNT");
    r.step_tolerance_option =
        command
            .add_option(
                "--step-tolerance", r.step_tolerance,
                "a step ends when nothing would move by more than this in an iteration without "
                "damping; 0 stays for --iterations-per-step (0.2 if not given; for amp 0.15 with "
                "one unit, 0.03 with 5000 weights or more; spherical weights: 0.4, 0.7 for amp, 1 "
                "and 2.5 where several units see all inputs; 0.025 for ep; on correlated patterns "
                "0.2, 2 for amp; binary weights on them 2, 10 for amp, 1 for ep)")
            ->group("Schedule")
            ->type_name("E");
    r.exponent_option =
        command
            .add_option("--exponent", r.exponent, "x of pseudo-reinforcement, gamma = atanh(rho^x)")
            ->group("Schedule")
            ->type_name("X")
            ->capture_default_str();
    r.form_option =
        command
            .add_option("--reinforcement-form", r.form,
                        "how reinforcement acts: replicas (on the cavity field) or fields (on the "
                        "previous total field)")
            ->check(one_of({"fields", "replicas"}))
            ->group("Schedule")
            ->type_name("NAME")
            ->capture_default_str();
    r.replicas_option =
        command
            .add_option(
                "--replicas", r.replicas,
                "number of replicas y of scoping, elal and rsgd (elal 10, rsgd 7; scoping "
                "10 if not given; spherical weights 30 for ep, and 300 for bp and amp on "
                "correlated patterns; binary weights 1000 for ep and on correlated patterns)")
            ->group("Schedule")
            ->type_name("Y");
    r.range_option = command
                         .add_option("--coupling-range", r.coupling_range,
                                     "gamma of scoping, from A to B, linear or geometric (0.1:3 if "
                                     "not given; 0.1:300:geometric for spherical weights, "
                                     "with ep 0.5:30:geometric, on correlated patterns "
                                     "2:30:geometric; 0.02:2 for binary weights with ep or on "
                                     "correlated patterns)")
                         ->group("Schedule")
                         ->type_name("A:B[:SHAPE]");

    r.learning.add_to(command);

    command.add_option("--threads", r.threads, "threads of the solver; 0: one per core")
        ->check(at_least(0))
        ->group("Run")
        ->type_name("COUNT")
        ->capture_default_str();
    command
        .add_option("--max-iterations", r.max_iterations,
                    "iterations after which the run ends (what the schedule allows; 1000 with "
                    "schedule none)")
        ->check(at_least(1))
        ->group("Run")
        ->type_name("COUNT");
    command.add_option("--time-limit", r.time_limit, "seconds after which the run ends; 0: none")
        ->group("Run")
        ->type_name("SECONDS")
        ->capture_default_str();
    command
        .add_flag("--continue-after-solution", r.continue_after_solution,
                  "go on to the end of the schedule when a solution is found")
        ->group("Run");
    command
        .add_option(
            "--out", r.out,
            "write the weights here: text, a hidden unit a line, or HDF5 when the name ends "
            "in .h5")
        ->group("Run")
        ->type_name("FILE");
    command.add_flag("--json", r.json, "print the answer as one JSON object")->group("Run");
    command.add_option("--log", r.log, "write one JSON object per iteration to a file")
        ->group("Run")
        ->type_name("FILE");
    command.add_flag("--quiet", r.quiet, "no progress line and no warnings")->group("Run");
}

ScheduleKind schedule_kind(const std::string& word) {
    if (word == "auto") return ScheduleKind::Auto;
    if (word == "none") return ScheduleKind::None;
    if (word == "reinforcement") return ScheduleKind::Reinforcement;
    if (word == "pseudo-reinforcement") return ScheduleKind::PseudoReinforcement;
    if (word == "scoping") return ScheduleKind::Scoping;
    if (word == "-" || std::filesystem::exists(word)) return ScheduleKind::File;
    const std::string near = nearest_word(word, schedule_names);
    throw Error(fmt::format("--schedule: '{}' is neither {} nor a file that exists{}", word,
                            list_words(schedule_names),
                            near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

BeliefPropagationOptions bp_of(const Request& r) {
    BeliefPropagationOptions bp;
    bp.accuracy = r.accuracy == "exact"      ? Accuracy::Exact
                  : r.accuracy == "gaussian" ? Accuracy::Gaussian
                                             : Accuracy::Relaxed;
    bp.precision = r.precision == "double" ? Precision::Double : Precision::Single;
    bp.block = r.block;
    return bp;
}

/// Of learners; message passing takes any number y.
std::optional<std::size_t> replicas_of(const Request& r, SolverKind solver) {
    if (!is_learner(solver) || r.replicas_option->count() == 0) return std::nullopt;
    if (!(r.replicas >= 1.0 && r.replicas <= 1e6) || r.replicas != std::floor(r.replicas)) {
        throw Error(fmt::format("--replicas {}: {} takes a whole number of replicas", r.replicas,
                                r.solver));
    }
    return static_cast<std::size_t>(r.replicas);
}

SolverKind solver_of(const Request& r) {
    for (const SolverKind kind :
         {SolverKind::BeliefPropagation, SolverKind::ApproximateMessagePassing,
          SolverKind::ExpectationPropagation, SolverKind::LeastAction,
          SolverKind::EntropicLeastAction, SolverKind::Sbpi, SolverKind::Sgd,
          SolverKind::ReplicatedSgd}) {
        if (r.solver == solver_name(kind)) return kind;
    }
    // An option that belongs to one solver asks for it.
    if (r.accuracy_option->count() + r.precision_option->count() + r.block_option->count() > 0) {
        return SolverKind::BeliefPropagation;
    }
    if (r.margin_option->count() > 0) return SolverKind::ApproximateMessagePassing;
    return SolverKind::Auto;
}

/// SIGMA or SIGMA:DECAY.
void read_symmetry(const std::string& text, SolveOptions& options) {
    const std::size_t colon = text.find(':');
    options.symmetry_field = number_of(text.substr(0, colon));
    if (colon != std::string::npos) options.symmetry_decay = number_of(text.substr(colon + 1));
    if (!options.symmetry_field || (colon != std::string::npos && !options.symmetry_decay)) {
        throw Error(fmt::format("--symmetry-field: '{}' is not SIGMA or SIGMA:DECAY", text));
    }
}

std::size_t steps_of(const std::string& text) {
    if (text == "auto") return 0;
    const std::optional<double> steps = number_of(text);
    if (!steps || !(*steps >= 1.0 && *steps <= 1e9) || *steps != std::floor(*steps)) {
        throw Error(
            fmt::format("--steps: '{}' is neither a whole number, 1 or more, nor auto", text));
    }
    return static_cast<std::size_t>(*steps);
}

void set_run_options(const Request& r, SolveOptions& options) {
    options.seed = r.problem.seed();
    options.threads = r.threads;
    options.max_iterations = r.max_iterations;
    options.time_limit = r.time_limit;
    options.continue_after_solution = r.continue_after_solution;
    options.validate();
}

/// The rest of the options of a solver that passes no messages.
SolveOptions learner_options_of(const Request& r, SolveOptions options) {
    for (const CLI::Option* option :
         {r.damping_option, r.restarts_option, r.symmetry_option, r.tolerance_option,
          r.schedule_option, r.steps_option, r.iterations_option, r.step_tolerance_option,
          r.exponent_option, r.form_option, r.range_option, r.free_option}) {
        refuse_unless(
            false, option,
            fmt::format("belongs to message passing, and --solver {} passes none", r.solver));
    }
    const bool replicated = options.solver == SolverKind::EntropicLeastAction ||
                            options.solver == SolverKind::ReplicatedSgd;
    refuse_unless(replicated, r.replicas_option,
                  "belongs to --solver elal or rsgd, or to --schedule scoping");
    set_run_options(r, options);
    return options;
}

SolveOptions options_of(const Request& r, const Network& network, std::size_t patterns) {
    SolveOptions options;
    options.network = network;
    options.solver = solver_of(r);
    for (const CLI::Option* option : {r.accuracy_option, r.precision_option, r.block_option}) {
        refuse_unless(
            options.solver == SolverKind::BeliefPropagation || options.solver == SolverKind::Auto,
            option, "belongs to --solver bp");
    }
    refuse_unless(options.solver == SolverKind::ApproximateMessagePassing ||
                      options.solver == SolverKind::Auto,
                  r.margin_option, "belongs to --solver amp");
    if (r.block > patterns) {
        throw Error(
            fmt::format("--block {} is more than the {} patterns there are", r.block, patterns));
    }
    options.learning = r.learning.options(options.solver, network, replicas_of(r, options.solver));
    if (is_learner(options.solver)) return learner_options_of(r, std::move(options));
    options.bp = bp_of(r);
    if (r.block == patterns) options.bp.block = 0;
    if (r.damping_option->count() > 0) options.damping = r.damping;
    if (r.restarts_option->count() > 0) options.restarts = r.restarts;
    if (r.margin_option->count() > 0) options.running_margin = r.running_margin;
    options.tolerance = r.tolerance;
    if (r.symmetry_option->count() > 0) read_symmetry(r.symmetry_field, options);

    ScheduleOptions& schedule = options.schedule;
    schedule.kind = schedule_kind(r.schedule);
    // An option that belongs to one schedule asks for it.
    if (schedule.kind == ScheduleKind::Auto) {
        if (r.exponent_option->count() > 0) {
            schedule.kind = ScheduleKind::PseudoReinforcement;
        } else if (r.form_option->count() > 0) {
            schedule.kind = ScheduleKind::Reinforcement;
        } else if (r.replicas_option->count() + r.range_option->count() > 0) {
            schedule.kind = ScheduleKind::Scoping;
        }
    }
    const ScheduleKind kind = schedule.kind;
    for (const CLI::Option* option :
         {r.iterations_option, r.step_tolerance_option, r.free_option}) {
        refuse_unless(kind != ScheduleKind::None, option,
                      "needs a schedule, and --schedule is none");
    }
    refuse_unless(kind != ScheduleKind::None && kind != ScheduleKind::File, r.steps_option,
                  fmt::format("does not belong to --schedule {}", r.schedule));
    refuse_unless(kind == ScheduleKind::PseudoReinforcement, r.exponent_option,
                  "belongs to --schedule pseudo-reinforcement");
    refuse_unless(kind == ScheduleKind::Reinforcement, r.form_option,
                  "belongs to --schedule reinforcement");
    refuse_unless(kind == ScheduleKind::Scoping, r.replicas_option,
                  "belongs to --schedule scoping");
    refuse_unless(kind == ScheduleKind::Scoping, r.range_option, "belongs to --schedule scoping");
    refuse_unless(kind != ScheduleKind::None, r.restarts_option,
                  "needs a schedule, and --schedule is none");
    if (r.steps_option->count() > 0) schedule.steps = steps_of(r.steps);
    if (r.iterations_option->count() > 0) schedule.iterations_per_step = r.iterations_per_step;
    if (r.free_option->count() > 0) schedule.free_iterations = r.free_iterations;
    if (r.step_tolerance_option->count() > 0) schedule.step_tolerance = r.step_tolerance;
    schedule.exponent = r.exponent;
    schedule.form = r.form == "fields" ? ReinforcementForm::Fields : ReinforcementForm::Replicas;
    if (r.replicas_option->count() > 0) schedule.replicas = r.replicas;
    if (r.range_option->count() > 0) schedule.coupling_range = Ramp::parse(r.coupling_range);
    if (kind == ScheduleKind::File) {
        schedule.file = r.schedule;
        schedule.couplings = FocusingSchedule::from_file(r.schedule);
    }

    set_run_options(r, options);
    return options;
}

std::string log_line(const SolveProgress& p) {
    const auto number = [](double x) {
        return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json(nullptr);
    };
    if (p.epoch) {
        return nlohmann::ordered_json{{"epoch", p.iteration},
                                      {"rate", p.knobs.rate},
                                      {"beta", p.knobs.beta},
                                      {"gamma", p.knobs.gamma},
                                      {"pull", p.knobs.pull},
                                      {"mistakes", p.epoch->mistakes},
                                      {"surrogate_mistakes", p.epoch->surrogate_mistakes},
                                      {"loss", number(p.epoch->loss)},
                                      {"spread", number(p.epoch->spread)},
                                      {"errors", p.errors},
                                      {"best_errors", p.best_errors},
                                      {"seconds", p.seconds}}
            .dump();
    }
    nlohmann::ordered_json json{{"iteration", p.iteration},
                                {"try", p.attempt},
                                {"step", p.step},
                                {"gamma", number(p.coupling.gamma)},
                                {"replicas", p.coupling.replicas},
                                {"errors", p.errors},
                                {"best_errors", p.best_errors},
                                {"overlap", number(p.overlap)},
                                {"weight_change", number(p.report.weight_change)},
                                {"message_change", number(p.report.message_change)},
                                {"response_change", number(p.report.response_change)},
                                {"seconds", p.seconds}};
    return json.dump();
}

/// Writes the weights; where that has become impossible during the run (a full disk, a folder that
/// is gone) they are kept elsewhere, and the error says where.
void write_or_rescue(const Solution& solution, const std::string& path) {
    try {
        write_solution(solution, path);
    } catch (const Error& error) {
        const std::string rescue = (std::filesystem::temp_directory_path() /
                                    fmt::format("steppe-weights-{}.txt", ::getpid()))
                                       .string();
        write_solution(solution, rescue);
        throw Error(fmt::format("{}; the weights were kept in {}", error.what(), rescue));
    }
}

/// The patterns of --test, with labels where those that are learned have some.
Patterns read_test(const Request& r, const ProblemOptions::Problem& problem) {
    ReadOptions reading = r.problem.reading();
    if (!r.test_datasets.inputs.empty()) reading.datasets.inputs = r.test_datasets.inputs;
    if (!r.test_datasets.labels.empty()) reading.datasets.labels = r.test_datasets.labels;
    Patterns test = read_any_patterns(r.test_file, r.test_labels_file, LabelUse::Keep, reading);
    if (test.inputs() != problem.network.inputs) {
        throw Error(fmt::format("{}: the test patterns have {} inputs, the others {}", r.test_file,
                                test.inputs(), problem.network.inputs));
    }
    if (!test.labels().empty()) return test;
    if (!problem.network.folds_labels()) {
        throw Error(fmt::format(
            "{}: the test patterns have no labels, and this network cannot fold them into "
            "patterns: name them with --test-labels-file",
            r.test_file));
    }
    if (problem.labelled) {
        throw Error(fmt::format(
            "{}: the patterns to learn have labels, and the test patterns have none: name them "
            "with --test-labels-file (a file of 1s where all are +1)",
            r.test_file));
    }
    return test;
}

int execute(const Request& r, const Streams& io) {
    std::vector<std::string> files = r.problem.files();
    files.insert(files.end(), {r.test_file, r.test_labels_file, r.schedule});
    require_one_standard_input(files);
    for (const CLI::Option* option : r.test_options) {
        refuse_unless(r.test_option->count() > 0, option, "belongs to --test FILE");
    }
    if (!r.problem.from_file()) {
        const auto [network, patterns] = r.problem.sizes();
        require_memory(network, patterns, PatternSet::memory_bytes(network.inputs, patterns),
                       solver_of(r), bp_of(r),
                       r.learning.options(solver_of(r), network, replicas_of(r, solver_of(r))));
    }
    const ProblemOptions::Problem problem = r.problem.load(LabelUse::Fold);
    SolveOptions options = options_of(r, problem.network, problem.patterns.patterns());
    if (r.problem.has_teacher()) {
        options.teacher = random_teacher(problem.network, r.problem.seed());
    }
    std::optional<Patterns> test;
    if (r.test_option->count() > 0) test = read_test(r, problem);
    if (!r.out.empty()) require_writable(r.out);
    const InterruptFlag interrupt;
    std::ofstream log;
    if (!r.log.empty()) {
        log.open(r.log);
        if (!log) throw Error(fmt::format("--log: file '{}' cannot be written", r.log));
    }

    const bool show = !r.quiet && ProgressLine::possible();
    ProgressLine line(io.err);
    const SolveResult result = solve(options, problem.patterns, [&](const SolveProgress& progress) {
        if (show) line.show(progress);
        if (log.is_open() && progress.iteration > 0) log << log_line(progress) << "\n";
        return !interrupt.raised();
    });
    line.clear();
    SolveSummary summary = result.summary;
    if (test) {
        summary.test_patterns = test->patterns();
        // A margin is asked for while learning.
        Network tested = problem.network;
        tested.margin = 0.0;
        summary.test_errors = test->visit(
            [&](const auto& set) { return count_errors(tested, result.weights, *set); });
    }
    const bool solved = summary.status == SolveStatus::Solved;
    if (r.json) {
        io.out << summary.json() << "\n";
    } else {
        io.out << summary.text();
    }
    if (!r.out.empty()) {
        const Solution solution{result.weights, problem.network, problem.pattern_hash(),
                                summary.json(), version()};
        write_or_rescue(solution, r.out);
        if (!r.json) io.out << fmt::format("{:<14}{}\n", "written", r.out);
        if (!solved && !r.quiet) {
            io.err << fmt::format("steppe: warning: the weights in {} have {} errors\n", r.out,
                                  summary.errors);
        }
    }
    log.flush();
    if (log.is_open() && !log && !r.quiet) {
        io.err << fmt::format("steppe: warning: the log {} could not be written whole\n", r.log);
    }
    if (summary.status == SolveStatus::Interrupted) return 3;
    return solved || summary.status == SolveStatus::Converged ? 0 : 1;
}

}  // namespace

Command add_solve(CLI::App& program) {
    auto request = std::make_shared<Request>();
    CLI::App* app = program.add_subcommand("solve", "find weights that store a set of patterns");
    add_options(*app, *request);
    return {app,
            {"steppe solve", "steppe solve --inputs 1001 --load 0.7 --seed 2 --out weights.txt",
             "steppe solve --model committee --hidden 5 --inputs 321 --load 0.5 --json",
             "steppe solve --patterns patterns.txt --labels-file labels.txt --out weights.h5",
             "steppe solve --load 0.3 --schedule none --accuracy gaussian --precision double"},
            [request](const Streams& io) { return execute(*request, io); }};
}

}  // namespace steppe::cli
