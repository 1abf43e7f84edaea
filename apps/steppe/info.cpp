#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "commands.hpp"
#include "problem.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/amp/approximate_message_passing.hpp"
#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/inference/ep/expectation_propagation.hpp"
#include "steppe/numeric/blas.hpp"
#include "steppe/numeric/memory.hpp"
#include "steppe/numeric/simd.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/run/combinations.hpp"
#include "steppe/run/solve.hpp"

namespace steppe::cli {

namespace {

struct Request {
    ProblemOptions problem;
    std::string precision = default_text("precision");
    bool dot = false, combinations = false, settings = false;
    bool json = false;
};

std::string settings_json() {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const Default& row : default_settings()) {
        json[std::string(row.setting)].push_back(
            {{"where", condition_words(row.when)}, {"default", row.value}});
    }
    return json_line(json) + "\n";
}

int execute(const Request& r, const Streams& io) {
    if (r.combinations) {
        io.out << combinations_markdown();
        return 0;
    }
    if (r.settings) {
        io.out << (r.json ? settings_json() : settings_markdown());
        return 0;
    }
    if (r.dot) {
        const auto [network, patterns, labelled] = r.problem.load(LabelUse::Fold);
        io.out << patterns.visit([&, &network = network](const auto& set) {
            return build_graph(network, set).to_dot();
        });
        return 0;
    }
    const auto [network, patterns] = r.problem.sizes();
    const Precision precision = r.precision == "double" ? Precision::Double : Precision::Single;
    const std::size_t pattern_bytes = PatternSet::memory_bytes(network.inputs, patterns);
    const std::size_t message_bytes = BeliefPropagation::memory_bytes(network, patterns, precision);
    const std::size_t field_bytes = ApproximateMessagePassing::memory_bytes(network, patterns);
    const std::size_t covariance_bytes = ExpectationPropagation::memory_bytes(network, patterns);
    const Threads threads;
    if (r.json) {
        const nlohmann::ordered_json json{
            {"version", version()},
            {"instruction_set", simd_target_name()},
            {"threads", threads.count()},
            {"thread_back_end", thread_back_end()},
            {"inputs", network.inputs},
            {"hidden", network.hidden},
            {"patterns", patterns},
            {"weights", network.weight_count()},
            {"pattern_bytes", pattern_bytes},
            {"message_bytes", message_bytes},
            {"field_bytes", field_bytes},
            {"covariance_bytes", covariance_bytes},
            {"blas", blas_name()},
        };
        io.out << json_line(json) << "\n";
        return 0;
    }
    io.out << fmt::format("{:<18}{}\n", "version", version());
    io.out << fmt::format("{:<18}{}\n", "instruction set", simd_target_name());
    io.out << fmt::format("{:<18}{}\n", "dense products", blas_name());
    io.out << fmt::format("{:<18}{} ({})\n", "threads", threads.count(), thread_back_end());
    io.out << fmt::format("{:<18}{}, {} inputs, {} hidden unit{}, {} patterns\n", "problem",
                          network.name(), network.inputs, network.hidden,
                          network.hidden == 1 ? "" : "s", patterns);
    io.out << fmt::format("{:<18}{}\n", "patterns", bytes_text(static_cast<double>(pattern_bytes)));
    io.out << fmt::format("{:<18}{} ({} precision)\n", "messages of bp",
                          bytes_text(static_cast<double>(message_bytes)), r.precision);
    io.out << fmt::format("{:<18}{}\n", "fields of amp",
                          bytes_text(static_cast<double>(field_bytes)));
    io.out << fmt::format("{:<18}{}\n", "covariances of ep",
                          bytes_text(static_cast<double>(covariance_bytes)));
    return 0;
}

}  // namespace

Command info_command() {
    auto request = std::make_shared<Request>();
    Command command{"info",
                    "versions, instruction set, threads, and the memory a problem needs",
                    {"steppe info", "steppe info --inputs 10001 --load 0.75",
                     "steppe info --model committee --dot", "steppe info --combinations",
                     "steppe info --settings"},
                    [request](const Streams& io) { return execute(*request, io); }};
    Options& options = command.options;
    request->problem.add_to(options, ProblemOptions::Files::Allowed);
    options.add({"precision", "Solver", "NAME", "numbers messages are stored in",
                 one_of({"single", "double"})},
                request->precision);
    options.add({"dot", "Output", "", "print the problem's factor graph for Graphviz instead"},
                request->dot);
    options.add({"combinations", "Output", "",
                 "print which networks, inputs and solvers go together, as a table in Markdown"},
                request->combinations);
    options.add({"settings", "Output", "",
                 "print every default and where it holds, as a table in Markdown; with --json as "
                 "one JSON object"},
                request->settings);
    options.add({"json", "Output", "", "print the answer as one JSON object"}, request->json);
    return command;
}

}  // namespace steppe::cli
