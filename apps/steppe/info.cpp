#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "commands.hpp"
#include "problem.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/numeric/blas.hpp"
#include "steppe/numeric/memory.hpp"
#include "steppe/numeric/simd.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/options/settings.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/run/combinations.hpp"
#include "steppe/run/solve.hpp"
#include "table_options.hpp"

namespace steppe::cli {

namespace {

struct Request {
    ProblemOptions problem;
    TableOptions table;
    bool dot = false, combinations = false, settings = false, options = false, solvers = false;
    bool json = false;
};

using Json = nlohmann::ordered_json;

std::string settings_json() {
    Json json = Json::object();
    for (const Default& row : default_settings()) {
        json[std::string(row.setting)].push_back(
            {{"where", condition_words(row.when)}, {"default", row.value}});
    }
    return json_line(json) + "\n";
}

std::string options_json() {
    Json json = Json::object();
    for (const steppe::Option* row : all_options()) {
        Json solvers = Json::array();
        for (const Solver* owner : owners_of(*row)) solvers.push_back(owner->name);
        json[std::string(row->name)] = {
            {"group", row->group},  {"value", row->values.in_words()},
            {"solvers", solvers},   {"schedules", row->schedules},
            {"meaning", row->help}, {"default", default_words(row->name)}};
    }
    return json_line(json) + "\n";
}

std::string solvers_json() {
    Json json = Json::object();
    for (const Solver* solver : all_solvers()) {
        Json options = Json::array();
        for (const steppe::Option* row : all_options()) {
            if (has_option(*solver, *row)) options.push_back(row->name);
        }
        json[std::string(solver->name)] = {
            {"title", solver->title}, {"purpose", solver->purpose}, {"options", options}};
    }
    return json_line(json) + "\n";
}

std::string dot_graph(const Request& r) {
    const auto [network, patterns, labelled] = r.problem.load(LabelUse::Fold);
    return patterns.visit(
        [&, &network = network](const auto& set) { return build_graph(network, set).to_dot(); });
}

/// What is printed instead of what this machine and a problem are; "" where nothing is.
std::string other_answer(const Request& r) {
    if (r.combinations) return combinations_markdown();
    if (r.settings) return r.json ? settings_json() : settings_markdown();
    if (r.options) return r.json ? options_json() : options_markdown();
    if (r.solvers) return r.json ? solvers_json() : solvers_markdown();
    return r.dot ? dot_graph(r) : "";
}

struct Memory {
    const Solver* solver;
    std::size_t bytes;
};

std::vector<Memory> memory_of(const SolveOptions& options, std::size_t patterns) {
    std::vector<Memory> all;
    for (const Solver* solver : all_solvers()) {
        all.push_back(
            {solver, static_cast<std::size_t>(solver->memory(options.network, patterns, options))});
    }
    return all;
}

Json info_json(const SolveOptions& options, std::size_t patterns) {
    const Threads threads;
    const Network& network = options.network;
    Json solvers = Json::object();
    for (const Memory& memory : memory_of(options, patterns)) {
        solvers[std::string(memory.solver->name)] = memory.bytes;
    }
    return {{"version", version()},
            {"instruction_set", simd_target_name()},
            {"threads", threads.count()},
            {"thread_back_end", thread_back_end()},
            {"inputs", network.inputs},
            {"hidden", network.hidden},
            {"patterns", patterns},
            {"weights", network.weight_count()},
            {"pattern_bytes", PatternSet::memory_bytes(network.inputs, patterns)},
            {"solver_bytes", solvers},
            {"blas", blas_name()}};
}

std::string info_text(const SolveOptions& options, std::size_t patterns) {
    const Threads threads;
    const Network& network = options.network;
    std::string out;
    const auto line = [&](const std::string& name, const std::string& value) {
        out += fmt::format("{:<22}{}\n", name, value);
    };
    line("version", version());
    line("instruction set", simd_target_name());
    line("dense products", blas_name());
    line("threads", fmt::format("{} ({})", threads.count(), thread_back_end()));
    line("problem",
         fmt::format("{}, {} inputs, {} hidden unit{}, {} patterns", network.name(), network.inputs,
                     network.hidden, network.hidden == 1 ? "" : "s", patterns));
    line("patterns",
         bytes_text(static_cast<double>(PatternSet::memory_bytes(network.inputs, patterns))));
    for (const Memory& memory : memory_of(options, patterns)) {
        line(fmt::format("{} of {}", memory.solver->memory_of, memory.solver->name),
             bytes_text(static_cast<double>(memory.bytes)));
    }
    return out;
}

int execute(const Request& r, const Streams& io) {
    const std::string other = other_answer(r);
    if (!other.empty()) {
        io.out << other;
        return 0;
    }
    SolveOptions options;
    r.table.set(options);
    const auto [network, patterns] = r.problem.sizes();
    options.network = network;
    io.out << (r.json ? json_line(info_json(options, patterns)) + "\n"
                      : info_text(options, patterns));
    return 0;
}

}  // namespace

Command info_command() {
    auto request = std::make_shared<Request>();
    Command command{"info",
                    "versions, instruction set, threads, and the memory a problem needs",
                    {"steppe info", "steppe info --inputs 10001 --load 0.75",
                     "steppe info --model committee --dot", "steppe info --combinations",
                     "steppe info --options", "steppe info --settings"},
                    [request](const Streams& io) { return execute(*request, io); }};
    Options& options = command.options;
    request->problem.add_to(options, ProblemOptions::Files::Allowed);
    for (const char* name : {"accuracy", "precision"}) {
        request->table.add_to(options, *find_option(name));
    }
    const auto add = [&](const char* name, const char* help, bool& value) {
        options.add({name, "Output", "", help}, value);
    };
    add("dot", "print the problem's factor graph for Graphviz instead", request->dot);
    add("combinations",
        "print which networks, inputs and solvers go together, as a table in Markdown",
        request->combinations);
    add("options",
        "print every option of solve, with the solvers that have it, as a table in Markdown; with "
        "--json as one JSON object",
        request->options);
    add("settings",
        "print every default and where it holds, as a table in Markdown; with --json as one JSON "
        "object",
        request->settings);
    add("solvers",
        "print every solver with its options, as a table in Markdown; with --json as one JSON "
        "object",
        request->solvers);
    add("json", "print the answer as one JSON object", request->json);
    return command;
}

}  // namespace steppe::cli
