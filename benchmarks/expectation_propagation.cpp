// One iteration of expectation propagation, on one thread, and the eigendecomposition that comes
// before the first.
#include "steppe/inference/ep/expectation_propagation.hpp"

#include <benchmark/benchmark.h>

#include "steppe/numeric/threads.hpp"

namespace {

using namespace steppe;

FactorGraph graph_of(std::size_t hidden, std::size_t patterns) {
    const Network network{784, hidden, Wiring::Full, Gate::Majority, WeightKind::Spherical};
    return build_graph(network,
                       std::make_shared<const PatternSet>(random_patterns(784, patterns, 1)));
}

void ep(benchmark::State& state, std::size_t hidden, std::size_t patterns) {
    Threads(1).run([&] {
        ExpectationPropagation solver(graph_of(hidden, patterns), {.damping = 0.8});
        for (int i = 0; i < 5; ++i) solver.step({1.0, 30.0});
        for (auto _ : state) solver.step({1.0, 30.0});
    });
}

void ep_start(benchmark::State& state, std::size_t patterns) {
    const FactorGraph graph = graph_of(1, patterns);
    Threads(1).run([&] {
        for (auto _ : state) ExpectationPropagation(graph, {});
    });
}

}  // namespace

BENCHMARK_CAPTURE(ep, committee_784x9_500, 9, 500)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ep, committee_784x9_4000, 9, 4000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ep_start, inputs_784_500, 500)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ep_start, inputs_784_4000, 4000)->Unit(benchmark::kMillisecond);
