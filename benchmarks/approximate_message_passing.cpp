// One iteration of approximate message passing, on one thread; what looking at its weights costs;
// `time_per_pair` is the time for one pattern-weight pair, `bytes_per_pair` what the solver and
// the patterns hold of memory.
#include "steppe/inference/amp/approximate_message_passing.hpp"

#include <benchmark/benchmark.h>

#include "steppe/model/errors.hpp"
#include "steppe/numeric/simd.hpp"
#include "steppe/numeric/threads.hpp"

namespace {

using namespace steppe;

struct Case {
    std::size_t inputs, hidden, patterns;
    Coupling coupling = {};
    const char* target = "";  ///< instruction set, "" for the best
    bool real = false;        ///< inputs given as real numbers
    WeightKind weights = WeightKind::Binary;

    Network network() const {
        Network network{inputs, hidden};
        network.weights = weights;
        return network;
    }
};

FactorGraph graph_of(const Case& c, const std::shared_ptr<const PatternSet>& patterns) {
    const Network network = c.network();
    if (!c.real) return build_graph(network, patterns);
    const std::vector<signed char> signs = patterns->signs();
    const std::vector<float> values(signs.begin(), signs.end());
    return build_graph(network, std::make_shared<const RealPatterns>(
                                    RealPatterns::from_values(c.inputs, c.patterns, values)));
}

enum class Work { Iteration, LookAtWeights };

void measure(benchmark::State& state, const Case& c, Work work) {
    try {
        limit_simd_target(c.target);
    } catch (const std::exception&) {
        state.SkipWithError("this machine does not have that instruction set");
        return;
    }
    Threads(1).run([&] {
        const auto patterns =
            std::make_shared<const PatternSet>(random_patterns(c.inputs, c.patterns, 1));
        const Network network = c.network();
        ApproximateMessagePassing solver(graph_of(c, patterns), {.damping = 0.5});
        // Fields as they are in a run, not as they start.
        for (int i = 0; i < 10; ++i) solver.step(c.coupling);
        if (work == Work::Iteration) {
            for (auto _ : state) solver.step(c.coupling);
        } else {
            for (auto _ : state) {
                benchmark::DoNotOptimize(count_errors(network, solver.weights(), *patterns));
            }
        }
        const double pairs = static_cast<double>(network.weight_count() * c.patterns);
        state.counters["time_per_pair"] = benchmark::Counter(
            pairs, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
        if (!c.real) {
            state.counters["bytes_per_pair"] =
                static_cast<double>(ApproximateMessagePassing::memory_bytes(network, c.patterns) +
                                    patterns->memory_bytes()) /
                pairs;
        }
    });
    limit_simd_target("");
}

void amp(benchmark::State& state, const Case& c) {
    measure(state, c, Work::Iteration);
}

void amp_look_at_weights(benchmark::State& state, const Case& c) {
    measure(state, c, Work::LookAtWeights);
}

constexpr Coupling focusing{1.0, 5.0};

BENCHMARK_CAPTURE(amp, 10001, Case{10001, 1, 7500})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(amp, 10001_focused, Case{10001, 1, 7500, focusing})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(amp, 10001_AVX2, Case{10001, 1, 7500, {}, "AVX2"})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(amp, 1001, Case{1001, 1, 661})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(amp, committee_321x5, Case{321, 5, 802})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(amp, committee_2001x5, Case{2001, 5, 5000})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(amp, real_inputs_2001, Case{2001, 1, 1500, {}, "", true})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(amp, spherical_10001, Case{10001, 1, 7500, {}, "", false, WeightKind::Spherical})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(amp, spherical_committee_784x9,
                  Case{784, 9, 7056, {}, "", false, WeightKind::Spherical})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(amp_look_at_weights, 10001, Case{10001, 1, 7500})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(amp_look_at_weights, 1001, Case{1001, 1, 661})->Unit(benchmark::kMillisecond);

}  // namespace
