// Building and checking factor graphs: plates, so independent of the number of patterns.
#include "steppe/graph/factor_graph.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace steppe;

void build_and_check(benchmark::State& state) {
    const auto patterns = std::make_shared<PatternSet>(random_patterns(1001, 700, 1));
    const Network network{1001, static_cast<std::size_t>(state.range(0))};
    for (auto _ : state) {
        const FactorGraph graph = build_graph(network, patterns);
        graph.check();
        benchmark::DoNotOptimize(graph.row_groups());
    }
}

BENCHMARK(build_and_check)->Arg(1)->Arg(5)->Arg(101)->Unit(benchmark::kMicrosecond);

}  // namespace
