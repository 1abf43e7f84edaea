#include "solutions.hpp"

#include <fmt/format.h>

#include "steppe/error.hpp"

namespace steppe::cli {

namespace {

/// Weights of a text that are all +1 or -1 may be real ones as well: of units with one input they
/// always are.
Weights as_real(const Weights& signs) {
    std::vector<double> values;
    for (std::size_t k = 0; k < signs.units(); ++k) {
        for (std::size_t i = 0; i < signs.unit_inputs(); ++i) values.push_back(signs.value(k, i));
    }
    return Weights::from_values(signs.unit_inputs(), signs.units(), std::move(values));
}

/// What a file says of the network; a text knows only its units.
Network network_of(const Solution& solution) {
    Network own;
    own.hidden = solution.weights.units();
    own.weights = solution.weights.kind();
    return solution.network.value_or(own);
}

void require_shape(const Weights& weights, const Network& network, const std::string& file) {
    if (network.weights != weights.kind()) {
        throw Error(fmt::format("{} has {} weights, and the network asked for {} ones", file,
                                weight_kind_name(weights.kind()),
                                weight_kind_name(network.weights)));
    }
    if (network.hidden != weights.units()) {
        throw Error(fmt::format("{} has {} hidden unit{}, and the network asked for {}", file,
                                weights.units(), weights.units() == 1 ? "" : "s", network.hidden));
    }
    if (network.unit_inputs() != weights.unit_inputs()) {
        throw Error(
            fmt::format("{} has {} weights a unit, and a unit sees {} inputs of the patterns", file,
                        weights.unit_inputs(), network.unit_inputs()));
    }
}

}  // namespace

std::optional<bool> SolvedProblem::same_patterns(std::size_t i) const {
    const std::optional<std::uint64_t>& hash = solutions[i].pattern_hash;
    if (!hash) return std::nullopt;
    return *hash == problem.pattern_hash();
}

SolvedProblem read_solved(ProblemOptions& options, const std::vector<std::string>& files) {
    std::vector<std::string> read = options.files();
    read.insert(read.end(), files.begin(), files.end());
    require_one_standard_input(read);
    std::vector<Solution> solutions;
    bool real = options.asks_for_real_weights();
    for (const std::string& file : files) {
        solutions.push_back(read_solution(file));
        real = real || solutions.back().weights.kind() == WeightKind::Spherical;
    }
    for (Solution& solution : solutions) {
        if (!real || solution.network || solution.weights.kind() != WeightKind::Binary) continue;
        solution.weights = as_real(solution.weights);
    }
    if (!solutions.empty()) options.assume(network_of(solutions.front()));
    // Labels stay beside: folding is what solvers do.
    SolvedProblem solved{std::move(solutions), options.load(LabelUse::Keep)};
    for (std::size_t i = 0; i < files.size(); ++i) {
        require_shape(solved.solutions[i].weights, solved.problem.network, files[i]);
    }
    return solved;
}

}  // namespace steppe::cli
