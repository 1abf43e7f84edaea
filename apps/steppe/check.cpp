#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "commands.hpp"
#include "solutions.hpp"
#include "steppe/model/errors.hpp"

namespace steppe::cli {

namespace {

struct Request {
    ProblemOptions problem;
    std::string solution;
    bool json = false, exit_zero = false;
};

int execute(Request& r, const Streams& io) {
    const SolvedProblem solved = read_solved(r.problem, {r.solution});
    const Weights& weights = solved.solutions.front().weights;
    const Network& network = solved.problem.network;
    const Patterns& patterns = solved.problem.patterns;
    const std::size_t errors = patterns.visit([&](const auto& set) {
        if constexpr (std::is_same_v<std::decay_t<decltype(*set)>, PatternSet>) {
            return count_errors_plainly(network, weights.values(), set->signs(), set->labels());
        } else {
            return count_errors_plainly(network, weights.values(), set->values(), set->labels());
        }
    });
    const std::optional<bool> same_patterns = solved.same_patterns(0);
    if (r.json) {
        nlohmann::ordered_json json{{"errors", errors},         {"patterns", patterns.patterns()},
                                    {"inputs", network.inputs}, {"hidden", network.hidden},
                                    {"margin", network.margin}, {"solution", r.solution}};
        json["same_patterns"] =
            same_patterns ? nlohmann::ordered_json(*same_patterns) : nlohmann::ordered_json();
        io.out << json_line(json) << "\n";
    } else {
        io.out << fmt::format("{} of {} patterns wrong\n", errors, patterns.patterns());
        if (!same_patterns.value_or(true)) {
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
