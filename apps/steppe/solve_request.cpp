#include "solve_request.hpp"

#include <utility>

#include "steppe/data/pattern_set.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/options/option.hpp"
#include "steppe/run/solve.hpp"

namespace steppe::cli {

namespace {

/// What was asked of this network and so many patterns, refused where that makes no sense.
SolveOptions settled(SolveOptions options, const Network& network, std::size_t patterns) {
    options.network = network;
    settle(options, patterns);
    options.validate();
    return options;
}

}  // namespace

SolveOptions SolveRequest::options() const {
    SolveOptions options;
    options.seed = problem.seed();
    table.set(options);
    if (problem.from_file()) return options;
    const auto [network, patterns] = problem.sizes();
    options = settled(std::move(options), network, patterns);
    require_memory(options, patterns, PatternSet::memory_bytes(network.inputs, patterns));
    return options;
}

SolveRequest::Run SolveRequest::load(SolveOptions before) const {
    Run run{std::move(before), problem.load(LabelUse::Fold)};
    const Network& network = run.problem.network;
    if (problem.from_file()) {
        run.options = settled(std::move(run.options), network, run.problem.patterns.patterns());
    }
    if (problem.has_teacher()) run.options.teacher = random_teacher(network, problem.seed());
    return run;
}

}  // namespace steppe::cli
