// The two products of a bit matrix with a real vector, on one thread, beside the machine's own peak
// of the textbook way: masked adds whose operands never leave the registers.
#include "steppe/numeric/bit_products.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bit_products.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "steppe/data/pattern_set.hpp"
#include "steppe/numeric/simd.hpp"
#include "steppe/numeric/threads.hpp"

HWY_BEFORE_NAMESPACE();
namespace steppe::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// turns masked adds of a whole vector into each of eight sums; returns the numbers added.
std::size_t MaskedAdds(std::size_t turns, float* out) {
    const hn::ScalableTag<float> d;
    const auto some = hn::Lt(hn::Iota(d, 0.0f), hn::Set(d, 3.0f));
    const auto others = hn::Not(some);
    const auto x = hn::Set(d, 1.0f);
    auto s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    const auto add = [&](auto& sum, auto mask)
                         HWY_ATTR { sum = hn::IfThenElse(mask, hn::Add(sum, x), sum); };
    for (std::size_t t = 0; t < turns; ++t) {
        add(s0, some), add(s1, others), add(s2, some), add(s3, others);
        add(s4, some), add(s5, others), add(s6, some), add(s7, others);
    }
    const auto all = hn::Add(hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)),
                             hn::Add(hn::Add(s4, s5), hn::Add(s6, s7)));
    hn::Store(all, d, out);
    return turns * 8 * hn::Lanes(d);
}

}  // namespace steppe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace steppe {

HWY_EXPORT(MaskedAdds);

namespace {

bool limit(benchmark::State& state, const char* target) {
    try {
        limit_simd_target(target);
    } catch (const std::exception&) {
        state.SkipWithError("this machine does not have that instruction set");
        return false;
    }
    return true;
}

void time_per_pair(benchmark::State& state, double pairs) {
    state.counters["time_per_pair"] = benchmark::Counter(
        pairs, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void masked_adds_peak(benchmark::State& state, const char* target) {
    if (!limit(state, target)) return;
    alignas(64) float sum[64];
    std::size_t pairs = 0;
    for (auto _ : state) {
        pairs = HWY_DYNAMIC_DISPATCH(MaskedAdds)(100000, sum);
        benchmark::DoNotOptimize(sum[0]);
    }
    time_per_pair(state, static_cast<double>(pairs));
    limit_simd_target("");
}

struct Shape {
    std::size_t inputs, patterns, sides;
    bool transposed;
    const char* target = "";
};

/// Nanoseconds for one masked add of the textbook way on this instruction set.
double peak(double seconds_at_least) {
    alignas(64) float sum[64];
    double best = 1e9;
    for (double spent = 0.0; spent < seconds_at_least;) {
        const auto start = std::chrono::steady_clock::now();
        const std::size_t pairs = HWY_DYNAMIC_DISPATCH(MaskedAdds)(20000, sum);
        benchmark::DoNotOptimize(sum[0]);
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        spent += seconds;
        best = std::min(best, seconds * 1e9 / static_cast<double>(pairs));
    }
    return best;
}

/// `of_peak`: masked adds in registers take this many times as long. The products look sums up,
/// so that it may be above 1.
void product(benchmark::State& state, const Shape& shape) {
    if (!limit(state, shape.target)) return;
    Threads(1).run([&] {
        const PatternSet patterns = random_patterns(shape.inputs, shape.patterns, 1);
        BitProducts products(
            {patterns.words(), shape.patterns, patterns.words_per_pattern(), 0, shape.inputs},
            shape.sides);
        std::vector<float> columns(products.padded_columns() * shape.sides, 0.5f);
        std::vector<float> rows(products.padded_rows() * shape.sides, 0.5f);
        const double ns = peak(0.05);
        const double pairs = static_cast<double>(shape.inputs * shape.patterns * shape.sides);
        const auto start = std::chrono::steady_clock::now();
        std::size_t count = 0;
        for (auto _ : state) {
            if (shape.transposed) {
                products.multiply_transposed(rows, columns);
            } else {
                products.multiply(columns, rows);
            }
            ++count;
        }
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        time_per_pair(state, pairs);
        state.counters["of_peak"] = ns * pairs * static_cast<double>(count) / (seconds * 1e9);
    });
    limit_simd_target("");
}

BENCHMARK_CAPTURE(masked_adds_peak, best, "");
BENCHMARK_CAPTURE(masked_adds_peak, AVX2, "AVX2");
BENCHMARK_CAPTURE(product, rows_10001, Shape{10001, 7500, 1, false});
BENCHMARK_CAPTURE(product, columns_10001, Shape{10001, 7500, 1, true});
BENCHMARK_CAPTURE(product, rows_10001_AVX2, (Shape{10001, 7500, 1, false, "AVX2"}));
BENCHMARK_CAPTURE(product, columns_10001_AVX2, (Shape{10001, 7500, 1, true, "AVX2"}));
BENCHMARK_CAPTURE(product, rows_321_5_sides, (Shape{321, 802, 5, false}));
BENCHMARK_CAPTURE(product, columns_321_5_sides, (Shape{321, 802, 5, true}));
BENCHMARK_CAPTURE(product, rows_1001, (Shape{1001, 661, 1, false}));
BENCHMARK_CAPTURE(product, columns_1001, (Shape{1001, 661, 1, true}));

}  // namespace
}  // namespace steppe
#endif  // HWY_ONCE
