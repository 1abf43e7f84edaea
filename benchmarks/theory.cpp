// Curves of replica theory, each whole: what a person waits for. Theory has one thread.
#include <benchmark/benchmark.h>

#include "steppe/theory/broken/broken.hpp"
#include "steppe/theory/local/franz_parisi.hpp"
#include "steppe/theory/local/planted.hpp"
#include "steppe/theory/local/wide_regions.hpp"
#include "steppe/theory/root.hpp"
#include "steppe/theory/typical/replica_symmetric.hpp"
#include "steppe/theory/typical/transitions.hpp"

namespace {

using namespace steppe::theory;

Model model_of(WeightSet weights, std::size_t units, Labels labels = Labels::Random) {
    Model model;
    model.weights = weights;
    model.units = units;
    model.labels = labels;
    return model;
}

void entropies_of_50_loads(benchmark::State& state, Model model, double highest) {
    const std::vector<double> loads = even_grid(highest / 50.0, highest, 50);
    for (auto _ : state) benchmark::DoNotOptimize(replica_symmetric(model, loads));
}
BENCHMARK_CAPTURE(entropies_of_50_loads, binary, model_of(WeightSet::Binary, 1), 0.8)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(entropies_of_50_loads, spherical, model_of(WeightSet::Spherical, 1), 1.9)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(entropies_of_50_loads, teacher, model_of(WeightSet::Binary, 1, Labels::Teacher),
                  1.2)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(entropies_of_50_loads, three_units, model_of(WeightSet::Binary, 3), 0.9)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(entropies_of_50_loads, infinite_committee,
                  model_of(WeightSet::Binary, Model::infinite), 0.9)
    ->Unit(benchmark::kMillisecond);

std::vector<double> distances() {
    return even_grid(0.01, 0.3, 30);
}

void wide_regions_at_30_distances(benchmark::State& state, double replicas) {
    for (auto _ : state) benchmark::DoNotOptimize(wide_regions({}, 0.5, replicas, distances()));
}
BENCHMARK_CAPTURE(wide_regions_at_30_distances, infinitely_many, infinitely_many)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(wide_regions_at_30_distances, ten, 10.0)->Unit(benchmark::kMillisecond);

void round_teacher_at_30_distances(benchmark::State& state) {
    const Model model = model_of(WeightSet::Binary, 1, Labels::Teacher);
    for (auto _ : state) {
        for (const double d : distances()) {
            benchmark::DoNotOptimize(planted_local_entropy(model, 0.5, 1.0 - 2.0 * d));
        }
    }
}
BENCHMARK(round_teacher_at_30_distances)->Unit(benchmark::kMillisecond);

void round_solution_at_30_distances(benchmark::State& state, WeightSet weights) {
    const Model model = model_of(weights, 1);
    std::vector<double> overlaps;
    for (const double d : distances()) overlaps.push_back(1.0 - 2.0 * d);
    for (auto _ : state) {
        benchmark::DoNotOptimize(franz_parisi(model, typical_reference(model, 0.5, 0.0), overlaps));
    }
}
BENCHMARK_CAPTURE(round_solution_at_30_distances, binary, WeightSet::Binary)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(round_solution_at_30_distances, spherical, WeightSet::Spherical)
    ->Unit(benchmark::kMillisecond);

Model negative_margin() {
    Model model = model_of(WeightSet::Spherical, 1);
    model.margin = -0.5;
    return model;
}

void one_step_perceptron(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(broken_capacity(negative_margin(), 1));
}
BENCHMARK(one_step_perceptron)->Unit(benchmark::kMillisecond);

void two_steps_perceptron(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(broken_capacity(negative_margin(), 2));
}
BENCHMARK(two_steps_perceptron)->Unit(benchmark::kMillisecond);

void one_step_of_three_units(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(broken_capacity(model_of(WeightSet::Spherical, 3), 1));
}
BENCHMARK(one_step_of_three_units)->Unit(benchmark::kMillisecond);

void transitions_of_teacher(benchmark::State& state) {
    const Model model = model_of(WeightSet::Binary, 1, Labels::Teacher);
    for (auto _ : state) benchmark::DoNotOptimize(transitions(model));
}
BENCHMARK(transitions_of_teacher)->Unit(benchmark::kMillisecond);

}  // namespace
