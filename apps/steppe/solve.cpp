#include "steppe/run/solve.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "checkpoints.hpp"
#include "commands.hpp"
#include "interrupt.hpp"
#include "progress_line.hpp"
#include "solve_request.hpp"
#include "steppe/data/file_format.hpp"
#include "steppe/data/output.hpp"
#include "steppe/data/pattern_file.hpp"
#include "steppe/data/table_file.hpp"
#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/network_json.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/run/largest_stability.hpp"
#include "steppe/run/solution_file.hpp"

namespace steppe::cli {

namespace {

/// What the options of `solve` are read into.
struct Request : SolveRequest {
    std::string test_file, test_labels_file;
    DatasetNames test_datasets;
    bool json = false, quiet = false, exit_zero = false, log_entropy = false;
    std::string out, log, proof;
    Checkpoints checkpoints;

    const Option *out_option = nullptr, *log_option = nullptr, *proof_option = nullptr,
                 *log_entropy_option = nullptr, *test_option = nullptr,
                 *test_labels_option = nullptr;
    std::vector<const Option*> test_options;  ///< that belong to --test
};

void add_test_options(Options& options, Request& r) {
    r.test_option = options.add({"test", "Patterns", "FILE",
                                 "patterns that are not learned: the answer says how many of them "
                                 "the weights get wrong"},
                                r.test_file);
    const auto add = [&](const char* name, std::string& value, const char* help, const char* type) {
        r.test_options.push_back(options.add({name, "Patterns", type, help}, value));
    };
    add("test-labels-file", r.test_labels_file, "wanted outputs of --test", "FILE");
    r.test_labels_option = r.test_options.back();
    add("test-inputs-dataset", r.test_datasets.inputs,
        "which array of the file of --test holds the patterns (--inputs-dataset if not given)",
        "NAME");
    add("test-labels-dataset", r.test_datasets.labels,
        "which array holds their labels (--labels-dataset if not given)", "NAME");
}

void add_output_options(Options& options, Request& r) {
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
    r.log_entropy_option = options.add(
        {"log-entropy", "Output", "",
         "with --log: measure the entropy of the replicas round their centre at the end "
         "of each step of the schedule; takes as long as up to 200 iterations"},
        r.log_entropy);
    options.add({"quiet", "Output", "", "no progress line and no warnings"}, r.quiet);
    add_exit_zero(options, r.exit_zero);
}

/// What stands in the log of the replicas round their centre, where that was asked for and a step
/// of the schedule ends.
std::optional<FocusedEntropy> entropy_for_log(const Request& r, const SolveProgress& p) {
    if (!r.log_entropy || !p.ends_step || !p.focused_entropy) return std::nullopt;
    return p.focused_entropy();
}

/// What ran, on the first line of a log.
nlohmann::ordered_json run_json(const Request& r, const SolveOptions& options,
                                const Patterns& patterns, const SolveProgress& p) {
    const Network& network = options.network;
    nlohmann::ordered_json temperature;
    if (options.temperature && options.temperature->from == options.temperature->to) {
        temperature = options.temperature->from;
    }
    return {{"model", network_json(network)},
            {"patterns", patterns.patterns()},
            {"load", static_cast<double>(patterns.patterns()) /
                         static_cast<double>(network.weight_count())},
            {"labels", r.problem.labels_json()},
            {"solver", p.solver},
            {"temperature", temperature}};
}

nlohmann::ordered_json log_json(const SolveProgress& p,
                                const std::optional<FocusedEntropy>& entropy) {
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
                                      {"seconds", p.seconds}};
    }
    nlohmann::ordered_json json{{"iteration", p.iteration},
                                {"try", p.attempt},
                                {"step", p.step},
                                {"gamma", number(p.coupling.gamma)},
                                {"replicas", p.coupling.replicas},
                                {"errors", p.errors},
                                {"best_errors", p.best_errors},
                                {"overlap", number(p.overlap)},
                                {"damping", number(p.damping)},
                                {"weight_change", number(p.report.weight_change)},
                                {"message_change", number(p.report.message_change)},
                                {"response_change", number(p.report.response_change)},
                                {"seconds", p.seconds}};
    const auto of_entropy = [&](const char* name, double FocusedEntropy::*part) {
        json[name] = entropy ? number((*entropy).*part) : nlohmann::ordered_json(nullptr);
    };
    of_entropy("free_entropy", &FocusedEntropy::free_entropy);
    of_entropy("internal_entropy", &FocusedEntropy::internal_entropy);
    of_entropy("centre_overlap", &FocusedEntropy::centre_overlap);
    of_entropy("replica_overlap", &FocusedEntropy::replica_overlap);
    json["teacher_overlap"] =
        p.teacher_overlap ? number(p.teacher_overlap()) : nlohmann::ordered_json(nullptr);
    return json;
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
    if (r.log_entropy && r.log.empty()) {
        throw Error(
            "--log-entropy: what it measures goes into a log, and there is none: name one with "
            "--log");
    }
    if (!r.proof.empty() && file_format(r.proof, "multipliers") == FileFormat::Hdf5) {
        throw Error(fmt::format(
            "--proof: '{}' promises HDF5, and multipliers are written as text, .csv or .npy",
            r.proof));
    }
    r.checkpoints.list_files(outputs);
    r.problem.list_files(outputs);
    outputs.reads(r.test_option, r.test_file);
    outputs.reads(r.test_labels_option, r.test_labels_file);
    outputs.reads(r.table.option("schedule"), r.table.text("schedule"));
    outputs.check(r.json);
    return outputs;
}

/// Prints the summary and writes the weights.
void report(const Request& r, const Outputs& outputs, Solution solution,
            const SolveSummary& summary, const Streams& io) {
    // Where weights or log go to standard output, nothing else does.
    std::ostream& says = outputs.use_standard_output() ? io.err : io.out;
    says << (r.json ? summary.json() + "\n" : summary.text());
    if (!r.checkpoints.file().empty() && !r.json) {
        says << fmt::format("{:<14}{}\n", "checkpoint", r.checkpoints.file());
    }
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
    const Solver* solver = find_solver(options.solver);
    refuse_unless(
        is_convex(options.network) && !(solver && solver->learns()), r.proof_option,
        "belongs to a perceptron with spherical weights and a margin of 0 or more, and to "
        "--solver adatron or message passing");
}

void refuse_log_entropy(const Request& r, const SolveOptions& options) {
    const Solver* solver = find_solver(options.solver);
    const bool focuses = options.schedule.kind != ScheduleKind::None;
    refuse_unless(focuses && !(solver && !solver->passes_messages()), r.log_entropy_option,
                  "belongs to message passing that focuses: it is the entropy round the centre");
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

/// How many of the test patterns the weights get wrong.
void test_weights(const Patterns& test, const Network& network, SolveResult& result) {
    // A margin is asked for while learning.
    Network tested = network;
    tested.margin = 0.0;
    result.summary.test_patterns = test.patterns();
    result.summary.test_errors =
        test.visit([&](const auto& set) { return count_errors(tested, result.weights, *set); });
}

int status_of(const Request& r, const SolveSummary& summary) {
    if (summary.status == SolveStatus::Interrupted) return 3;
    const bool reached = summary.status == SolveStatus::Solved ||
                         summary.status == SolveStatus::Converged ||
                         summary.status == SolveStatus::Target;
    return reached || r.exit_zero ? 0 : 1;
}

/// Looks at what concerns files, before any work is done.
Outputs check_files(const Request& r) {
    std::vector<std::string> files = r.problem.files();
    files.insert(files.end(), {r.test_file, r.test_labels_file, r.table.text("schedule")});
    require_one_standard_input(files);
    for (const Option* option : r.test_options) {
        refuse_unless(r.test_option->given(), option, "belongs to --test FILE");
    }
    return outputs_of(r);
}

int execute(Request& r, const Streams& io) {
    const Outputs outputs = check_files(r);
    const SolveRequest::Run run = r.load(r.options());
    const SolveOptions& options = run.options;
    const ProblemOptions::Problem& problem = run.problem;
    std::optional<Patterns> test;
    if (r.test_option->given()) test = read_test(r, problem);
    refuse_proof(r, options);
    refuse_log_entropy(r, options);
    const InterruptFlag interrupt;
    std::optional<OutputStream> log;
    if (!r.log.empty()) log.emplace(r.log);

    const bool show = !r.quiet && ProgressLine::possible();
    ProgressLine line(io.err);
    bool first_line = true;
    const auto watch = [&](const SolveProgress& progress) {
        if (show) line.show(progress);
        if (log && progress.iteration > 0) {
            nlohmann::ordered_json line = log_json(progress, entropy_for_log(r, progress));
            if (first_line) line["run"] = run_json(r, options, problem.patterns, progress);
            first_line = false;
            log->write(json_line(line) + "\n");
        }
        return !interrupt.raised();
    };
    SolveResult result =
        solve(options, problem.patterns, watch, r.checkpoints.options(io.err, r.quiet));
    line.clear();
    if (test) test_weights(*test, problem.network, result);
    report(r, outputs, {result.weights, problem.network, problem.pattern_hash(), "", version()},
           result.summary, io);
    write_proof(r, outputs, result, io);
    if (log) log->close();
    r.checkpoints.require_written();
    return status_of(r, result.summary);
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
    request->problem.add_to(command.options, ProblemOptions::Files::Allowed);
    add_test_options(command.options, *request);
    request->table.add_to(command.options);
    request->checkpoints.add_to(command.options);
    add_output_options(command.options, *request);
    return command;
}

}  // namespace steppe::cli
