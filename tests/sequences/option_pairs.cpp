#include "option_pairs.hpp"

#include <algorithm>

#include "campaign/dice.hpp"
#include "sample_values.hpp"
#include "steppe/options/solver.hpp"

namespace steppe::sequences {

namespace {

Problem problem_of(const Network& network, bool real, std::size_t patterns) {
    campaign::Dice dice(17, network.inputs + 100 * patterns);
    Problem problem;
    problem.network = network;
    problem.real = real;
    for (std::size_t j = 0; j < patterns * network.inputs; ++j) {
        const double x = real ? dice.normal() : (dice.chance(0.5) ? 1.0 : -1.0);
        problem.inputs.push_back(static_cast<float>(x));
    }
    for (std::size_t a = 0; a < patterns; ++a) problem.labels.push_back(dice.chance(0.5) ? 1 : -1);
    return problem;
}

/// Every solver takes one of them at least: easy and hopeless ones.
std::vector<Problem> all_problems() {
    const WeightKind real = WeightKind::Spherical;
    return {
        problem_of({.inputs = 9}, false, 7),
        problem_of({.inputs = 7, .hidden = 3}, false, 12),
        problem_of({.inputs = 8, .hidden = 2, .wiring = Wiring::Tree, .gate = Gate::Parity}, false,
                   6),
        problem_of({.inputs = 6, .weights = real, .margin = 0.1}, true, 7),
        problem_of({.inputs = 6, .weights = real}, false, 20),
        problem_of({.inputs = 6, .hidden = 3, .wiring = Wiring::Tree, .weights = real}, true, 8),
        problem_of({.inputs = 5, .hidden = 2, .weights = real, .activation = Activation::Relu},
                   true, 8),
    };
}

}  // namespace

OptionPairs::OptionPairs() : problems_(all_problems()), solvers_(all_solvers().size() + 1) {
    for (const Option* option : all_options()) {
        values_.push_back(option->name == "solver" ? std::vector<std::string>{}
                                                   : good_values(*option));
    }
    for (std::size_t first = 0; first < values_.size(); ++first) {
        for (std::size_t second = first; second < values_.size(); ++second) {
            const std::size_t one = values_[first].size(), other = values_[second].size();
            const std::size_t runs = (first == second ? one : one * other) * problems_.size();
            if (runs > 0) pairs_.push_back({first, second, runs});
        }
    }
    for (const Pair& pair : pairs_) all_ += pair.runs * solvers_;
}

Trace OptionPairs::sample(std::uint64_t seed, std::size_t index) const {
    const Pair& pair = pairs_[index / solvers_];
    campaign::Dice dice(seed, index);
    return trace_of(index % solvers_, pair, dice.between(0, pair.runs - 1));
}

Trace OptionPairs::at(std::size_t index) const {
    std::size_t p = 0;
    while (index >= pairs_[p].runs * solvers_) index -= pairs_[p++].runs * solvers_;
    return trace_of(index % solvers_, pairs_[p], index / solvers_);
}

Trace OptionPairs::trace_of(std::size_t solver, const Pair& pair, std::size_t run) const {
    Trace trace{problems_[run % problems_.size()], {}};
    run /= problems_.size();
    if (solver > 0) {
        trace.calls.push_back({"set", {"solver", std::string(all_solvers()[solver - 1]->name)}});
    }
    trace.calls.push_back({"set", {"max-iterations", "7"}});
    const auto set = [&](std::size_t option, std::size_t value) {
        trace.calls.push_back(
            {"set", {std::string(all_options()[option]->name), values_[option][value]}});
    };
    set(pair.first, run % values_[pair.first].size());
    if (pair.second != pair.first) set(pair.second, run / values_[pair.first].size());
    trace.calls.push_back({"solve", {}});
    trace.calls.push_back({"interrupt", {"0.5"}});
    trace.calls.push_back({"resume", {"0.5"}});
    trace.calls.push_back({"request", {}});
    return trace;
}

}  // namespace steppe::sequences
