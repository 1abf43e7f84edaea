#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "commands.hpp"
#include "problem.hpp"
#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/run/solution_file.hpp"

namespace steppe::cli {

namespace {

struct Request {
    ProblemOptions problem;
    std::string solution;
    bool json = false, exit_zero = false;
};

/// Weights of a text that are all +1 or -1 may be real ones as well: of units with one input they
/// always are.
Weights as_real(const Weights& signs) {
    std::vector<double> values;
    for (std::size_t k = 0; k < signs.units(); ++k) {
        for (std::size_t i = 0; i < signs.unit_inputs(); ++i) values.push_back(signs.value(k, i));
    }
    return Weights::from_values(signs.unit_inputs(), signs.units(), std::move(values));
}

int execute(Request& r, const Streams& io) {
    std::vector<std::string> files = r.problem.files();
    files.push_back(r.solution);
    require_one_standard_input(files);
    Solution solution = read_solution(r.solution);
    if (!solution.network && solution.weights.kind() == WeightKind::Binary &&
        r.problem.asks_for_real_weights()) {
        solution.weights = as_real(solution.weights);
    }
    const Weights& weights = solution.weights;
    // What options do not say is that of the file; a text knows only its units.
    Network own;
    own.hidden = weights.units();
    own.weights = weights.kind();
    r.problem.assume(solution.network.value_or(own));
    // Labels stay beside: folding is what solvers do.
    const ProblemOptions::Problem problem = r.problem.load(LabelUse::Keep);
    const Network& network = problem.network;
    const Patterns& patterns = problem.patterns;
    if (network.weights != weights.kind()) {
        throw Error(fmt::format("{} has {} weights, --weights asks for {} ones", r.solution,
                                weight_kind_name(weights.kind()),
                                weight_kind_name(network.weights)));
    }
    if (network.hidden != weights.units()) {
        throw Error(fmt::format("{} has {} hidden unit{}, the options ask for {}", r.solution,
                                weights.units(), weights.units() == 1 ? "" : "s", network.hidden));
    }
    if (network.unit_inputs() != weights.unit_inputs()) {
        throw Error(
            fmt::format("{} has {} weights a unit, and a unit sees {} inputs of the patterns",
                        r.solution, weights.unit_inputs(), network.unit_inputs()));
    }
    const std::size_t errors = patterns.visit([&](const auto& set) {
        if constexpr (std::is_same_v<std::decay_t<decltype(*set)>, PatternSet>) {
            return count_errors_plainly(network, weights.values(), set->signs(), set->labels());
        } else {
            return count_errors_plainly(network, weights.values(), set->values(), set->labels());
        }
    });
    const bool other_patterns =
        solution.pattern_hash && *solution.pattern_hash != problem.pattern_hash();
    if (r.json) {
        nlohmann::ordered_json json{{"errors", errors},         {"patterns", patterns.patterns()},
                                    {"inputs", network.inputs}, {"hidden", network.hidden},
                                    {"margin", network.margin}, {"solution", r.solution}};
        json["same_patterns"] = solution.pattern_hash ? nlohmann::ordered_json(!other_patterns)
                                                      : nlohmann::ordered_json();
        io.out << json_line(json) << "\n";
    } else {
        io.out << fmt::format("{} of {} patterns wrong\n", errors, patterns.patterns());
        if (other_patterns) {
            io.out << "these are not the patterns that the solution was found on\n";
        }
    }
    return errors == 0 || r.exit_zero ? 0 : 1;
}

}  // namespace

Command check_command() {
    auto request = std::make_shared<Request>();
    Command command{
        "check",
        "count the errors of a solution, by a plain loop that shares nothing with the solvers",
        {"steppe check weights.txt --inputs 1001 --load 0.7 --seed 2",
         "steppe check weights.h5 --patterns patterns.txt --labels-file labels.txt"},
        [request](const Streams& io) { return execute(*request, io); }};
    Options& options = command.options;
    options.add({.name = "solution",
                 .group = "Solution",
                 .value_name = "FILE",
                 .help = "the weights: text or HDF5, as --out of solve",
                 .required = true,
                 .positional = true},
                request->solution);
    request->problem.add_to(options, ProblemOptions::Files::Allowed);
    options.add({"json", "Output", "", "print the answer as one JSON object"}, request->json);
    add_exit_zero(options, request->exit_zero);
    return command;
}

}  // namespace steppe::cli
