// Local entropy round a teacher at one field along it, half a pattern a weight.
#include "steppe/landscape/local_entropy.hpp"

#include <benchmark/benchmark.h>

#include <memory>

#include "steppe/model/teacher.hpp"
#include "steppe/numeric/threads.hpp"

namespace {

using namespace steppe;

void local_entropy_of(benchmark::State& state, WeightKind weights, std::size_t inputs,
                      std::size_t hidden, Wiring wiring, const char* solver) {
    Network network{inputs, hidden, wiring};
    network.weights = weights;
    const Weights teacher = random_teacher(network, 1);
    const std::size_t count = network.weight_count() / 2;
    const auto patterns = std::make_shared<const PatternSet>(
        teacher_labels(network, teacher, random_patterns(inputs, count, 1)));
    LocalEntropyOptions options;
    options.solver = solver;
    options.fields = {1.0};
    std::size_t iterations = 0;
    Threads(1).run([&] {
        for (auto _ : state) {
            iterations += local_entropy(network, teacher, patterns, options).front().iterations;
        }
    });
    state.counters["iterations"] =
        benchmark::Counter(static_cast<double>(iterations), benchmark::Counter::kAvgIterations);
}

BENCHMARK_CAPTURE(local_entropy_of, binary_amp, WeightKind::Binary, 2001, 1, Wiring::Full, "amp")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(local_entropy_of, binary_bp, WeightKind::Binary, 2001, 1, Wiring::Full, "bp")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(local_entropy_of, spherical_amp, WeightKind::Spherical, 2001, 1, Wiring::Full,
                  "amp")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(local_entropy_of, spherical_tree_amp, WeightKind::Spherical, 999, 3, Wiring::Tree,
                  "amp")
    ->Unit(benchmark::kMillisecond);

}  // namespace
