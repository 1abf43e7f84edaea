// A curve of 20 sizes of noise, a thousand perturbations at each, on a committee of images' size.
#include "steppe/landscape/flatness.hpp"

#include <benchmark/benchmark.h>

#include <memory>

#include "steppe/model/teacher.hpp"
#include "steppe/numeric/threads.hpp"

namespace {

using namespace steppe;

void flatness_curve_of(benchmark::State& state, WeightKind weights, Noise noise, double largest) {
    Network network{784, 9};
    network.weights = weights;
    const auto patterns = std::make_shared<const PatternSet>(random_patterns(784, 500, 1));
    const Weights teacher = random_teacher(network, 1);
    FlatnessOptions options;
    options.noise = noise;
    for (int s = 1; s <= 20; ++s) options.sizes.push_back(largest * s / 20.0);
    Threads(1).run([&] {
        for (auto _ : state) {
            benchmark::DoNotOptimize(flatness_curve(network, teacher, patterns, options));
        }
    });
    state.counters["perturbations/s"] =
        benchmark::Counter(20.0 * 1000.0, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK_CAPTURE(flatness_curve_of, multiplicative, WeightKind::Spherical, Noise::Multiplicative,
                  1.0)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(flatness_curve_of, additive, WeightKind::Spherical, Noise::Additive, 1.0)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(flatness_curve_of, flips, WeightKind::Binary, Noise::Flips, 0.5)
    ->Unit(benchmark::kMillisecond);

}  // namespace
