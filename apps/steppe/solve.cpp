#include "steppe/run/solve.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "commands.hpp"
#include "interrupt.hpp"
#include "learning_options.hpp"
#include "problem.hpp"
#include "progress_line.hpp"
#include "steppe/data/file_format.hpp"
#include "steppe/data/output.hpp"
#include "steppe/data/pattern_file.hpp"
#include "steppe/data/table_file.hpp"
#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/run/largest_stability.hpp"
#include "steppe/run/solution_file.hpp"
#include "words.hpp"

namespace steppe::cli {

namespace {

/// What the options of `solve` are read into.
struct Request {
    ProblemOptions problem;
    LearnerRequest learning;
    std::string test_file, test_labels_file;
    DatasetNames test_datasets;
    std::string solver = default_text("solver"), accuracy = default_text("accuracy"),
                precision = default_text("precision");
    std::size_t block = 0, restarts = 0;
    double damping = 0.0, running_margin = 0.0;
    double tolerance = default_number("tolerance");
    std::string symmetry_field, temperature;
    std::size_t target_errors = 0;
    std::string schedule = "auto", form = default_text("reinforcement-form"), coupling_range;
    std::string steps;
    std::size_t iterations_per_step = 0, free_iterations = 0;
    double step_tolerance = 0.0, exponent = default_number("exponent"), replicas = 0.0;
    std::size_t threads = default_count("threads"),
                max_iterations = default_count("max-iterations");
    double time_limit = default_number("time-limit");
    bool continue_after_solution = false, json = false, quiet = false, no_finish = false;
    std::string out, log, proof;
    bool exit_zero = false;

    const Option *out_option = nullptr, *log_option = nullptr;
    const Option *accuracy_option = nullptr, *precision_option = nullptr, *block_option = nullptr,
                 *damping_option = nullptr, *restarts_option = nullptr, *margin_option = nullptr,
                 *symmetry_option = nullptr, *temperature_option = nullptr,
                 *target_option = nullptr;
    std::vector<const Option*> test_options;  ///< that belong to --test
    const Option *test_option = nullptr, *test_labels_option = nullptr, *steps_option = nullptr,
                 *iterations_option = nullptr, *step_tolerance_option = nullptr,
                 *exponent_option = nullptr, *form_option = nullptr, *replicas_option = nullptr,
                 *range_option = nullptr, *free_option = nullptr, *tolerance_option = nullptr,
                 *schedule_option = nullptr, *no_finish_option = nullptr, *proof_option = nullptr;
};

void add_options(Options& options, Request& r) {
    r.problem.add_to(options, ProblemOptions::Files::Allowed);
    r.test_option = options.add({"test", "Patterns", "FILE",
                                 "patterns that are not learned: the answer says how many of them "
                                 "the weights get wrong"},
                                r.test_file);
    const auto add_test = [&](const char* name, std::string& value, const char* help,
                              const char* type) {
        r.test_options.push_back(options.add({name, "Patterns", type, help}, value));
    };
    add_test("test-labels-file", r.test_labels_file, "wanted outputs of --test", "FILE");
    r.test_labels_option = r.test_options.back();
    add_test("test-inputs-dataset", r.test_datasets.inputs,
             "which array of the file of --test holds the patterns (--inputs-dataset if not given)",
             "NAME");
    add_test("test-labels-dataset", r.test_datasets.labels,
             "which array holds their labels (--labels-dataset if not given)", "NAME");

    options.add(
        {"solver", "Solver", "NAME",
         "how weights are found: bp (belief propagation), amp (approximate message "
         "passing: a bit a pattern-weight pair, for independent patterns), ep "
         "(expectation propagation: correlated patterns), or auto: "
         "amp for independent-looking patterns of at least 200 inputs, ep for "
         "correlated ones, else bp; or, for comparison, lal (least-action learning), "
         "elal (its replicas), sbpi (binary weights), sgd (gradient descent), rsgd "
         "(its replicas); or, for one unit of real weights, adatron (the largest stability)",
         one_of({"auto", "bp", "amp", "ep", "lal", "elal", "sbpi", "sgd", "rsgd", "adatron"})},
        r.solver);
    r.accuracy_option = options.add(
        {"accuracy", "Solver", "NAME",
         "bp: how a pattern's message to a weight is computed: exact (up to 1024 inputs), "
         "gaussian, or relaxed (fastest)",
         one_of({"exact", "gaussian", "relaxed"})},
        r.accuracy);
    r.precision_option = options.add({"precision", "Solver", "NAME",
                                      "bp: numbers messages are stored in: single (4 bytes a "
                                      "pattern-weight pair) or double",
                                      one_of({"single", "double"})},
                                     r.precision);
    r.block_option = options.add({"block", "Solver", "ROWS",
                                  "bp: patterns that are updated together, in a fresh random order "
                                  "each iteration" +
                                      default_help("block", "0 stands for all"),
                                  at_least(1)},
                                 r.block);
    r.damping_option = options.add(
        {"damping", "Solver", "D",
         "part of the old message that is kept, from 0 to below 1" + default_help("damping"),
         real_number()},
        r.damping);
    r.margin_option = options.add(
        {"running-margin", "Solver", "KAPPA",
         "amp: patterns are to be stored with this margin while running, in units of "
         "the root of the inputs, beyond --margin; it vanishes as the overlap goes to 1" +
             default_help("running-margin"),
         real_number()},
        r.running_margin);
    r.restarts_option =
        options.add({"restarts", "Solver", "COUNT",
                     "fresh tries, with another small random field on the weights, when one has "
                     "settled with errors; the best weights are kept" +
                         default_help("restarts"),
                     at_least(0)},
                    r.restarts);
    r.temperature_option =
        options.add({"temperature", "Solver", "T|A:B[:SHAPE]",
                     "a wrong pattern costs 1/T instead of being forbidden: a number, or a "
                     "range along the schedule; 0 forbids" +
                         default_help("temperature",
                                      "where that ends with many errors, a few tries at others "
                                      "follow")},
                    r.temperature);
    r.tolerance_option = options.add(
        {"tolerance", "Solver", "E",
         "messages count as converged when no magnetization, no tanh of a message and no "
         "response would move by more than this in an iteration without damping; ends a run "
         "with schedule none",
         real_number(), fmt::to_string(r.tolerance)},
        r.tolerance);
    r.symmetry_option =
        options.add({"symmetry-field", "Solver", "SIGMA[:DECAY]",
                     "deviation of a random external field on every weight, which breaks "
                     "symmetries, and the factor by which it shrinks in every iteration, if it "
                     "does" +
                         default_help("symmetry-field")},
                    r.symmetry_field);

    r.no_finish_option =
        options.add({"no-finish", "Solver", "",
                     "leave the errors that message passing leaves, where one unit of real "
                     "weights could be finished exactly by adatron"},
                    r.no_finish);

    r.schedule_option =
        options.add({"schedule", "Schedule", "NAME|FILE",
                     "how focusing grows: none, reinforcement, pseudo-reinforcement, scoping, a "
                     "file of one `gamma y` pair a line, or auto" +
                         default_help("schedule"),
                     suggested(schedule_names())},
                    r.schedule);
    r.steps_option = options.add({"steps", "Schedule", "COUNT|auto",
                                  "steps of the schedule, or auto: wider steps where the "
                                  "messages settle at once, narrower ones where they take long" +
                                      default_help("steps"),
                                  suggested({"auto"})},
                                 r.steps);
    r.iterations_option = options.add(
        {"iterations-per-step", "Schedule", "MAX",
         "most iterations at one step" + default_help("iterations-per-step"), at_least(1)},
        r.iterations_per_step);
    r.free_option = options.add({"free-iterations", "Schedule", "COUNT",
                                 "iterations without focusing before the schedule, at most" +
                                     default_help("free-iterations"),
                                 at_least(0)},
                                r.free_iterations);
    r.step_tolerance_option = options.add(
        {"step-tolerance", "Schedule", "E",
         "a step ends when nothing would move by more than this in an iteration without "
         "damping; 0 stays for --iterations-per-step" +
             default_help("step-tolerance", "D is the damping"),
         real_number()},
        r.step_tolerance);
    r.exponent_option =
        options.add({"exponent", "Schedule", "X", "x of pseudo-reinforcement, gamma = atanh(rho^x)",
                     real_number(), fmt::to_string(r.exponent)},
                    r.exponent);
    r.form_option =
        options.add({"reinforcement-form", "Schedule", "NAME",
                     "how reinforcement acts: replicas (on the cavity field) or fields (on the "
                     "previous total field)",
                     one_of({"fields", "replicas"})},
                    r.form);
    r.replicas_option =
        options.add({"replicas", "Schedule", "Y",
                     "number of replicas y of scoping, elal and rsgd" + default_help("replicas"),
                     real_number()},
                    r.replicas);
    r.range_option = options.add(
        {"coupling-range", "Schedule", "A:B[:SHAPE]",
         "gamma of scoping, from A to B, linear or geometric" + default_help("coupling-range")},
        r.coupling_range);

    r.learning.add_to(options);

    options.add({"threads", "Run", "COUNT", "threads of the solver; 0: one per core", at_least(0),
                 fmt::to_string(r.threads)},
                r.threads);
    options.add({"max-iterations", "Run", "COUNT",
                 "iterations after which the run ends (what the schedule allows; 1000 with "
                 "schedule none)",
                 at_least(1)},
                r.max_iterations);
    r.target_option = options.add({"target-errors", "Run", "E",
                                   "end at weights with no more errors than this, with status "
                                   "target (0 if not given)",
                                   at_least(0)},
                                  r.target_errors);
    options.add({"time-limit", "Run", "SECONDS", "seconds after which the run ends; 0: none",
                 real_number(), fmt::to_string(r.time_limit)},
                r.time_limit);
    options.add({"continue-after-solution", "Run", "",
                 "go on to the end of the schedule when a solution is found"},
                r.continue_after_solution);
    r.out_option =
        options.add({"out", "Output", "FILE",
                     "write the weights here: text, a hidden unit a line, HDF5 when the name "
                     "ends in .h5, NumPy's format when it ends in .npy; - is standard output"},
                    r.out);
    r.proof_option =
        options.add({"proof", "Output", "FILE",
                     "write the multipliers of adatron (of --solver adatron, or of its finish), "
                     "one a line for each pattern: at least 0, of sum 1; the norm of the sum of "
                     "patterns that they multiply bounds every stability"},
                    r.proof);
    options.add({"json", "Output", "", "print the answer as one JSON object"}, r.json);
    r.log_option = options.add(
        {"log", "Output", "FILE", "write one JSON object per iteration to a file"}, r.log);
    options.add({"quiet", "Output", "", "no progress line and no warnings"}, r.quiet);
    add_exit_zero(options, r.exit_zero);
}

ScheduleKind schedule_kind(const std::string& word) {
    if (const std::optional<ScheduleKind> kind = schedule_named(word)) return *kind;
    if (word == "-" || std::filesystem::exists(word)) return ScheduleKind::File;
    const std::string near = nearest_word(word, schedule_names());
    throw Error(fmt::format("--schedule: '{}' is neither {} nor a file that exists{}", word,
                            list_words(schedule_names()),
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
    if (!is_learner(solver) || !r.replicas_option->given()) return std::nullopt;
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
          SolverKind::ReplicatedSgd, SolverKind::AdaTron}) {
        if (r.solver == solver_name(kind)) return kind;
    }
    // An option that belongs to one solver asks for it.
    if (r.accuracy_option->given() || r.precision_option->given() || r.block_option->given()) {
        return SolverKind::BeliefPropagation;
    }
    if (r.margin_option->given()) return SolverKind::ApproximateMessagePassing;
    return SolverKind::Auto;
}

void read_symmetry(const std::string& text, SolveOptions& options) {
    try {
        const SymmetryField field = SymmetryField::parse(text);
        options.symmetry_field = field.deviation;
        options.symmetry_decay = field.decay;
    } catch (const Error& error) {
        throw Error(fmt::format("--symmetry-field: {}", error.what()));
    }
}

/// A number, or a range.
Ramp temperature_of(const std::string& text) {
    if (text.find(':') == std::string::npos) {
        const std::optional<double> value = number_of(text);
        if (value && *value >= 0.0 && std::isfinite(*value)) return {*value, *value};
        throw Error(fmt::format(
            "--temperature: '{}' is neither a number, 0 or more, nor a range A:B", text));
    }
    return Ramp::parse(text);
}

std::size_t steps_of(const std::string& text) {
    if (text == "auto") return 0;
    const std::optional<std::uint64_t> steps = whole_number_of(text);
    if (!steps || *steps < 1 || *steps > 1'000'000'000) {
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
    if (r.target_option->given()) options.target_errors = r.target_errors;
    options.continue_after_solution = r.continue_after_solution;
    options.validate();
}

/// The rest of the options of a solver that passes no messages.
SolveOptions learner_options_of(const Request& r, SolveOptions options) {
    for (const Option* option :
         {r.temperature_option, r.damping_option, r.restarts_option, r.symmetry_option,
          r.tolerance_option, r.schedule_option, r.steps_option, r.iterations_option,
          r.step_tolerance_option, r.exponent_option, r.form_option, r.range_option, r.free_option,
          r.no_finish_option}) {
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
    for (const Option* option : {r.accuracy_option, r.precision_option, r.block_option}) {
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
    if (is_learner(options.solver) || options.solver == SolverKind::AdaTron) {
        return learner_options_of(r, std::move(options));
    }
    options.finish = !r.no_finish;
    options.bp = bp_of(r);
    if (r.block == patterns) options.bp.block = 0;
    if (r.damping_option->given()) options.damping = r.damping;
    if (r.restarts_option->given()) options.restarts = r.restarts;
    if (r.margin_option->given()) options.running_margin = r.running_margin;
    options.tolerance = r.tolerance;
    if (r.temperature_option->given()) options.temperature = temperature_of(r.temperature);
    if (r.symmetry_option->given()) read_symmetry(r.symmetry_field, options);

    ScheduleOptions& schedule = options.schedule;
    schedule.kind = schedule_kind(r.schedule);
    // An option that belongs to one schedule asks for it.
    if (schedule.kind == ScheduleKind::Auto) {
        if (r.exponent_option->given()) {
            schedule.kind = ScheduleKind::PseudoReinforcement;
        } else if (r.form_option->given()) {
            schedule.kind = ScheduleKind::Reinforcement;
        } else if (r.replicas_option->given() || r.range_option->given()) {
            schedule.kind = ScheduleKind::Scoping;
        }
    }
    const ScheduleKind kind = schedule.kind;
    for (const Option* option : {r.iterations_option, r.step_tolerance_option, r.free_option}) {
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
    if (r.steps_option->given()) schedule.steps = steps_of(r.steps);
    if (r.iterations_option->given()) schedule.iterations_per_step = r.iterations_per_step;
    if (r.free_option->given()) schedule.free_iterations = r.free_iterations;
    if (r.step_tolerance_option->given()) schedule.step_tolerance = r.step_tolerance;
    schedule.exponent = r.exponent;
    schedule.form = r.form == "fields" ? ReinforcementForm::Fields : ReinforcementForm::Replicas;
    if (r.replicas_option->given()) schedule.replicas = r.replicas;
    if (r.range_option->given()) schedule.coupling_range = Ramp::parse(r.coupling_range);
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
        return json_line(nlohmann::ordered_json{{"epoch", p.iteration},
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
                                                {"seconds", p.seconds}});
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
    return json_line(json);
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

/// What the run writes and reads, looked at before it begins.
Outputs outputs_of(const Request& r) {
    Outputs outputs;
    outputs.writes(r.out_option, r.out);
    outputs.writes(r.log_option, r.log);
    outputs.writes(r.proof_option, r.proof);
    if (!r.out.empty()) file_format(r.out, "weights");
    if (!r.log.empty()) require_log_name(r.log);
    if (!r.proof.empty() && file_format(r.proof, "multipliers") == FileFormat::Hdf5) {
        throw Error(fmt::format(
            "--proof: '{}' promises HDF5, and multipliers are written as text, .csv or .npy",
            r.proof));
    }
    r.problem.list_files(outputs);
    outputs.reads(r.test_option, r.test_file);
    outputs.reads(r.test_labels_option, r.test_labels_file);
    outputs.reads(r.schedule_option, r.schedule);
    outputs.check(r.json);
    return outputs;
}

/// Prints the summary and writes the weights.
void report(const Request& r, const Outputs& outputs, Solution solution,
            const SolveSummary& summary, const Streams& io) {
    // Where weights or log go to standard output, nothing else does.
    std::ostream& says = outputs.use_standard_output() ? io.err : io.out;
    says << (r.json ? summary.json() + "\n" : summary.text());
    if (r.out.empty()) return;
    solution.request = summary.json();
    write_or_rescue(solution, r.out);
    if (!r.json) says << fmt::format("{:<14}{}\n", "written", r.out);
    if (summary.errors > 0 && !r.quiet) {
        io.err << fmt::format("steppe: warning: the weights in {} have {} error{}\n", r.out,
                              summary.errors, summary.errors == 1 ? "" : "s");
    }
}

void refuse_proof(const Request& r, const SolveOptions& options) {
    refuse_unless(
        is_convex(options.network) && !is_learner(options.solver), r.proof_option,
        "belongs to a perceptron with spherical weights and a margin of 0 or more, and to "
        "--solver adatron or message passing");
}

/// The multipliers of the answer, or a word on why there are none.
void write_proof(const Request& r, const Outputs& outputs, const SolveResult& result,
                 const Streams& io) {
    if (r.proof.empty()) return;
    if (result.multipliers.empty()) {
        if (!r.quiet) {
            io.err << fmt::format(
                "steppe: warning: {} is not written: adatron did not run, and has no multipliers\n",
                r.proof);
        }
        return;
    }
    write_table({result.multipliers.size(), 0, Table::Numbers::Double,
                 [&](std::size_t a, std::size_t) { return result.multipliers[a]; }},
                r.proof, file_format(r.proof, "multipliers"));
    if (!r.json)
        (outputs.use_standard_output() ? io.err : io.out)
            << fmt::format("{:<14}{}\n", "proof", r.proof);
}

int execute(const Request& r, const Streams& io) {
    std::vector<std::string> files = r.problem.files();
    files.insert(files.end(), {r.test_file, r.test_labels_file, r.schedule});
    require_one_standard_input(files);
    for (const Option* option : r.test_options) {
        refuse_unless(r.test_option->given(), option, "belongs to --test FILE");
    }
    const Outputs outputs = outputs_of(r);
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
    if (r.test_option->given()) test = read_test(r, problem);
    refuse_proof(r, options);
    const InterruptFlag interrupt;
    std::optional<OutputStream> log;
    if (!r.log.empty()) log.emplace(r.log);

    const bool show = !r.quiet && ProgressLine::possible();
    ProgressLine line(io.err);
    const SolveResult result = solve(options, problem.patterns, [&](const SolveProgress& progress) {
        if (show) line.show(progress);
        if (log && progress.iteration > 0) log->write(log_line(progress) + "\n");
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
    report(r, outputs, {result.weights, problem.network, problem.pattern_hash(), "", version()},
           summary, io);
    write_proof(r, outputs, result, io);
    if (log) log->close();
    const bool reached = summary.status == SolveStatus::Solved ||
                         summary.status == SolveStatus::Converged ||
                         summary.status == SolveStatus::Target;
    if (summary.status == SolveStatus::Interrupted) return 3;
    return reached || r.exit_zero ? 0 : 1;
}

}  // namespace

Command solve_command() {
    auto request = std::make_shared<Request>();
    Command command{
        "solve",
        "find weights that store a set of patterns",
        {"steppe solve", "steppe solve --inputs 1001 --load 0.7 --seed 2 --out weights.txt",
         "steppe solve --model committee --hidden 5 --inputs 321 --load 0.5 --json",
         "steppe solve --patterns patterns.txt --labels-file labels.txt --out weights.h5",
         "steppe solve --load 0.3 --schedule none --accuracy gaussian --precision double"},
        [request](const Streams& io) { return execute(*request, io); }};
    add_options(command.options, *request);
    return command;
}

}  // namespace steppe::cli
