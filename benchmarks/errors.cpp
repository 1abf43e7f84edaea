// Counting errors on bits: the cost of the convergence test of every iteration.
#include "steppe/model/errors.hpp"

#include <benchmark/benchmark.h>

#include "steppe/model/teacher.hpp"
#include "steppe/numeric/threads.hpp"

namespace {

using namespace steppe;

void count_errors_of(benchmark::State& state, std::size_t inputs, std::size_t hidden,
                     std::size_t patterns) {
    const Network network{inputs, hidden};
    const PatternSet set = random_patterns(inputs, patterns, 1);
    const Weights weights = random_teacher(network, 1);
    Threads(1).run([&] {
        for (auto _ : state) benchmark::DoNotOptimize(count_errors(network, weights, set));
    });
    state.counters["time_per_pair"] = benchmark::Counter(
        static_cast<double>(network.weight_count() * patterns),
        benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(count_errors_of, perceptron_1001, 1001, 1, 661);
BENCHMARK_CAPTURE(count_errors_of, perceptron_10001, 10001, 1, 5000);
BENCHMARK_CAPTURE(count_errors_of, committee_321x5, 321, 5, 802);

}  // namespace
