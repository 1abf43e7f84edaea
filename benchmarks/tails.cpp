// Gaussian tails and log-odds, one value at a time and many; items are values.
#include <benchmark/benchmark.h>

#include <vector>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/numeric/log_odds.hpp"
#include "steppe/numeric/random.hpp"

namespace {

using namespace steppe;

/// Arguments as solvers meet them: normal, of standard deviation 2.
const std::vector<double>& arguments() {
    static const std::vector<double> values = [] {
        std::vector<double> x(4096);
        const Philox random(1, Stream::Init);
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = 2.0 * random.normal(i);
        return x;
    }();
    return values;
}

template <class Function>
void each(benchmark::State& state, const Function& function) {
    for (auto _ : state) {
        double sum = 0.0;
        for (const double x : arguments()) sum += function(x);
        benchmark::DoNotOptimize(sum);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<long>(arguments().size()));
}

void gaussian_tail_each(benchmark::State& state) {
    each(state, [](double x) { return gaussian_tail(x); });
}
void log_gaussian_tail_each(benchmark::State& state) {
    each(state, [](double x) { return log_gaussian_tail(x); });
}
void inverse_mills_ratio_each(benchmark::State& state) {
    each(state, [](double x) { return inverse_mills_ratio(x); });
}
void atanh_erf_each(benchmark::State& state) {
    each(state, [](double x) { return atanh_erf(x); });
}
void log_2cosh_each(benchmark::State& state) {
    each(state, [](double x) { return log_2cosh(x); });
}
void atanh_product_each(benchmark::State& state) {
    each(state, [](double x) { return atanh_product(0.7, x); });
}
void log_gaussian_tail_many(benchmark::State& state) {
    std::vector<double> out(arguments().size());
    for (auto _ : state) {
        log_gaussian_tail(arguments(), out);
        benchmark::DoNotOptimize(out.data());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<long>(out.size()));
}

void atanh_product_many(benchmark::State& state) {
    std::vector<double> out(arguments().size());
    for (auto _ : state) {
        atanh_product(0.7, arguments(), out);
        benchmark::DoNotOptimize(out.data());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<long>(out.size()));
}

BENCHMARK(gaussian_tail_each);
BENCHMARK(log_gaussian_tail_each);
BENCHMARK(log_gaussian_tail_many);
BENCHMARK(inverse_mills_ratio_each);
BENCHMARK(atanh_erf_each);
BENCHMARK(log_2cosh_each);
BENCHMARK(atanh_product_each);
BENCHMARK(atanh_product_many);

}  // namespace
