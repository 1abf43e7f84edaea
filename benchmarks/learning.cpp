// One epoch of the learners: of gradient learning in the shapes of pytorch_sgd.py, and of entropic
// least-action learning. Pairs are patterns times weights; those of replicas count each.
#include <benchmark/benchmark.h>

#include "steppe/numeric/threads.hpp"
#include "steppe/search/least_action.hpp"
#include "steppe/search/sbpi.hpp"
#include "steppe/sgd/binary_replicated_sgd.hpp"
#include "steppe/sgd/sgd.hpp"

namespace {

using namespace steppe;

Network committee(std::size_t inputs, std::size_t hidden,
                  WeightKind weights = WeightKind::Spherical) {
    return {inputs, hidden, Wiring::Full, Gate::Majority, weights};
}

std::shared_ptr<const PatternSet> patterns_of(const Network& network, std::size_t count) {
    return std::make_shared<const PatternSet>(random_patterns(network.inputs, count, 1));
}

void run(benchmark::State& state, std::size_t threads, std::size_t pairs, Learner& learner,
         const LearningKnobs& knobs) {
    Threads(threads).run([&] {
        for (int i = 0; i < 3; ++i) learner.epoch(knobs);
        for (auto _ : state) learner.epoch(knobs);
    });
    state.counters["pairs/s"] = benchmark::Counter(static_cast<double>(pairs),
                                                   benchmark::Counter::kIsIterationInvariantRate);
}

void sgd_epoch(benchmark::State& state, std::size_t inputs, std::size_t hidden,
               std::size_t patterns) {
    const Network network = committee(inputs, hidden);
    Sgd sgd(network, patterns_of(network, patterns), {.batch = 100, .momentum = 0.9});
    run(state, static_cast<std::size_t>(state.range(0)), patterns * network.weight_count(), sgd,
        {.rate = 10.0, .beta = 0.5, .gamma = 2.0});
}

void elal_epoch(benchmark::State& state, std::size_t inputs, std::size_t hidden,
                std::size_t patterns) {
    const Network network = committee(inputs, hidden);
    EntropicLeastAction elal(network, patterns_of(network, patterns),
                             {.each = {.batch = 100}, .replicas = 10});
    run(state, static_cast<std::size_t>(state.range(0)), 10 * patterns * network.weight_count(),
        elal, {.rate = 0.1, .pull = 0.01});
}

void binary_rsgd_epoch(benchmark::State& state) {
    const Network network = committee(321, 5, WeightKind::Binary);
    BinaryReplicatedSgd rsgd(network, patterns_of(network, 800), {.batch = 80, .replicas = 7});
    run(state, static_cast<std::size_t>(state.range(0)), 7 * 800 * network.weight_count(), rsgd,
        {.rate = 2.0, .pull = 0.3});
}

void sbpi_epoch(benchmark::State& state) {
    const Network network = committee(1001, 1, WeightKind::Binary);
    Sbpi sbpi(network, patterns_of(network, 500), {});
    run(state, 1, 500 * network.weight_count(), sbpi, {});
}

}  // namespace

BENCHMARK_CAPTURE(sgd_epoch, 784x9_500, 784, 9, 500)
    ->Arg(1)
    ->Arg(2)
    ->ArgName("threads")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sgd_epoch, 784x9_5000, 784, 9, 5000)
    ->Arg(1)
    ->Arg(2)
    ->ArgName("threads")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sgd_epoch, 10001x3_3000, 10001, 3, 3000)
    ->Arg(1)
    ->Arg(2)
    ->ArgName("threads")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(elal_epoch, 784x9_500, 784, 9, 500)
    ->Arg(1)
    ->Arg(2)
    ->ArgName("threads")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(elal_epoch, 10001x3_3000, 10001, 3, 3000)
    ->Arg(1)
    ->Arg(2)
    ->ArgName("threads")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(binary_rsgd_epoch)
    ->Arg(1)
    ->Arg(2)
    ->ArgName("threads")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(sbpi_epoch)->Unit(benchmark::kMillisecond);
