// One iteration of belief propagation, on one thread. `time_per_pair` is the time for one
// pattern-weight pair, `bytes_per_pair` what the solver and the patterns hold of memory.
#include "steppe/inference/bp/belief_propagation.hpp"

#include <benchmark/benchmark.h>

#include "steppe/numeric/simd.hpp"
#include "steppe/numeric/threads.hpp"

namespace {

using namespace steppe;

struct Case {
    std::size_t inputs, hidden, patterns;
    Accuracy accuracy = Accuracy::Relaxed;
    Precision precision = Precision::Single;
    Coupling coupling = {};
    std::size_t block = 0;
    const char* target = "";  ///< instruction set, "" for the best
    WeightKind weights = WeightKind::Binary;
};

void iteration(benchmark::State& state, const Case& c) {
    try {
        limit_simd_target(c.target);
    } catch (const std::exception&) {
        state.SkipWithError("this machine does not have that instruction set");
        return;
    }
    Threads(1).run([&] {
        const auto patterns =
            std::make_shared<PatternSet>(random_patterns(c.inputs, c.patterns, 1));
        BeliefPropagationOptions options;
        options.damping = 0.5;
        options.accuracy = c.accuracy;
        options.precision = c.precision;
        options.block = c.block;
        Network network{c.inputs, c.hidden};
        network.weights = c.weights;
        BeliefPropagation solver(build_graph(network, patterns), options);
        // Messages as they are in a run, not as they start.
        for (int i = 0; i < 10; ++i) solver.step(c.coupling);
        for (auto _ : state) solver.step(c.coupling);
        const double pairs = static_cast<double>(network.weight_count() * c.patterns);
        state.counters["time_per_pair"] = benchmark::Counter(
            pairs, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
        state.counters["bytes_per_pair"] =
            static_cast<double>(
                BeliefPropagation::memory_bytes(network, c.patterns, c.precision, c.accuracy) +
                patterns->memory_bytes()) /
            pairs;
    });
    limit_simd_target("");
}

constexpr Coupling focusing{1.0, 5.0};

Case spherical(Case c) {
    c.weights = WeightKind::Spherical;
    return c;
}

BENCHMARK_CAPTURE(iteration, relaxed, Case{10001, 1, 5000})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, relaxed_focused,
                  (Case{10001, 1, 5000, Accuracy::Relaxed, Precision::Single, focusing}))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, relaxed_AVX2,
                  (Case{10001, 1, 5000, Accuracy::Relaxed, Precision::Single, {}, 0, "AVX2"}))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, relaxed_double,
                  (Case{10001, 1, 5000, Accuracy::Relaxed, Precision::Double}))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, gaussian, (Case{10001, 1, 5000, Accuracy::Gaussian}))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, gaussian_focused,
                  (Case{10001, 1, 5000, Accuracy::Gaussian, Precision::Single, focusing}))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, gaussian_AVX2,
                  (Case{10001, 1, 5000, Accuracy::Gaussian, Precision::Single, {}, 0, "AVX2"}))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, exact_1001, (Case{1001, 1, 100, Accuracy::Exact}))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, relaxed_1001, Case{1001, 1, 661})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, relaxed_1001_block_50,
                  (Case{1001, 1, 661, Accuracy::Relaxed, Precision::Single, {}, 50}))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, relaxed_committee_321x5, Case{321, 5, 802})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, spherical_relaxed, spherical({10001, 1, 5000}))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, spherical_relaxed_AVX2,
                  spherical({10001, 1, 5000, Accuracy::Relaxed, Precision::Single, {}, 0, "AVX2"}))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, spherical_gaussian, spherical({10001, 1, 5000, Accuracy::Gaussian}))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, spherical_gaussian_AVX2,
                  spherical({10001, 1, 5000, Accuracy::Gaussian, Precision::Single, {}, 0, "AVX2"}))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(iteration, spherical_committee_784x9, spherical({784, 9, 7056}))
    ->Unit(benchmark::kMillisecond);

}  // namespace
