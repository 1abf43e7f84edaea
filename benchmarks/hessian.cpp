// The Hessian of a committee of images' size: 7056 weights, 500 patterns. A report takes a few
// seconds, most of them to count its negative eigenvalues.
#include "steppe/landscape/hessian.hpp"

#include <benchmark/benchmark.h>

#include <Eigen/Core>
#include <memory>
#include <vector>

#include "steppe/landscape/sharpness.hpp"
#include "steppe/landscape/surrogate_loss.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/numeric/threads.hpp"

namespace {

using namespace steppe;

struct Problem {
    Network network{784, 9};
    std::shared_ptr<const PatternSet> patterns =
        std::make_shared<const PatternSet>(random_patterns(784, 500, 1));
    Weights weights{784, 9};

    Problem() {
        network.weights = WeightKind::Spherical;
        weights = random_teacher(network, 1);
    }
};

/// That many vectors at once.
void products(benchmark::State& state) {
    const Problem p;
    const HessianOptions options;
    const std::vector<double> w = p.weights.values();
    Threads(1).run([&] {
        const LossCurvature curvature(
            SurrogateLoss(p.network, p.patterns, options.beta, options.gamma),
            Eigen::Map<const Eigen::VectorXd>(w.data(), static_cast<Eigen::Index>(w.size())));
        const Eigen::MatrixXd vectors =
            Eigen::MatrixXd::Random(static_cast<Eigen::Index>(w.size()), state.range(0));
        for (auto _ : state) benchmark::DoNotOptimize(curvature.multiply(vectors));
    });
    state.counters["products/s"] = benchmark::Counter(
        static_cast<double>(state.range(0)), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(products)->Name("hessian_products")->Arg(1)->Arg(8)->Unit(benchmark::kMillisecond);

void report(benchmark::State& state, std::size_t count_up_to) {
    const Problem p;
    HessianOptions options;
    options.count_up_to = count_up_to;
    Threads(1).run([&] {
        for (auto _ : state) {
            benchmark::DoNotOptimize(hessian_report(p.network, p.weights, p.patterns, options));
        }
    });
}
BENCHMARK_CAPTURE(report, counted, 5000)->Name("hessian_report/counted")->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(report, estimated, 0)->Name("hessian_report/estimated")->Unit(benchmark::kSecond);

void sharpness(benchmark::State& state) {
    const Problem p;
    SharpnessOptions options;
    options.radii = {0.1};
    Threads(1).run([&] {
        for (auto _ : state) {
            benchmark::DoNotOptimize(sharpness_curve(p.network, p.weights, p.patterns, options));
        }
    });
}
BENCHMARK(sharpness)->Name("sharpness_of_a_radius")->Unit(benchmark::kSecond);

}  // namespace
