// Belief propagation and approximate message passing on real (spherical) weights.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/inference/amp/approximate_message_passing.hpp"
#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/inference/bp/gaussian_message_kernels.hpp"
#include "steppe/inference/bp/message_state.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/simd.hpp"
#include "steppe/numeric/threads.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

std::shared_ptr<const RealPatterns> as_numbers(const PatternSet& patterns) {
    const std::vector<signed char> signs = patterns.signs();
    return std::make_shared<const RealPatterns>(RealPatterns::from_values(
        patterns.inputs(), patterns.patterns(), std::vector<float>(signs.begin(), signs.end()),
        {patterns.labels().begin(), patterns.labels().end()}));
}

template <class Solver>
void run_to_rest(Solver& solver, const Coupling& coupling = {}, std::size_t most = 2000) {
    for (std::size_t t = 0; t < most; ++t) {
        if (solver.step(coupling).change() < 1e-6) return;
    }
    FAIL("not converged");
}

double rms_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return std::sqrt(sum / static_cast<double>(a.size()));
}

double squared_norm(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double x : values) sum += x * x;
    return sum;
}

}  // namespace

TEST_CASE("one pattern: means and entropy by integration over its sum") {
    const std::size_t n = 201;
    for (const double margin : {0.0, 0.6, -1.1}) {
        Network network = spherical(n);
        network.margin = margin;
        const auto patterns = patterns_of(network, 1);
        BeliefPropagation solver(
            build_graph(network, patterns),
            {.accuracy = Accuracy::Gaussian, .precision = Precision::Double, .damping = 0.0});
        run_to_rest(solver);
        // A Gaussian of precision lambda cut off at z = margin sqrt(n); z has variance n/lambda.
        // lambda from the norm: E[sum w^2] = n, where sum w^2 = z^2/n + (n - 1)/lambda.
        const double threshold = margin * std::sqrt(static_cast<double>(n));
        const auto cut = [&](double lambda) {
            const double s = std::sqrt(n / lambda);
            double mass = 0.0, first = 0.0, second = 0.0;
            const double step = 12.0 * s / 2e5;
            for (int j = 0; j < 200'000; ++j) {
                const double z = std::max(threshold, -12.0 * s) + (j + 0.5) * step;
                const double weight = std::exp(-0.5 * z * z / (s * s));
                mass += weight;
                first += weight * z;
                second += weight * z * z;
            }
            struct Moments {
                double mass, mean, square;
            };
            return Moments{mass * step / (s * std::sqrt(2.0 * M_PI)), first / mass, second / mass};
        };
        double low = 0.5, high = 2.0;
        for (int t = 0; t < 60; ++t) {
            const double lambda = 0.5 * (low + high);
            const double square = cut(lambda).square / n + (n - 1) / lambda;
            (square > n ? low : high) = lambda;
        }
        const auto moments = cut(low);
        const std::vector<double> m = solver.magnetizations(0);
        for (const std::size_t i : {0u, 17u, 200u}) {
            CHECK(m[i] * patterns->sign(0, i) == doctest::Approx(moments.mean / n).epsilon(1e-5));
        }
        // lambda enters as n(lambda - 1)/2 - n/2 log(lambda) + log of the part that is left.
        const double wanted = 0.5 * (low - 1.0 - std::log(low)) + std::log(moments.mass) / n;
        CHECK(solver.free_entropy() == doctest::Approx(wanted).epsilon(1e-5));
    }
}

TEST_CASE("belief propagation and approximate message passing have the same fixed points") {
    struct Case {
        Network network;
        std::size_t patterns;
        double damping;
        Coupling coupling;
    };
    for (const Case& c : {
             Case{spherical(1001), 1001, 0.5, {}},
             Case{spherical(1001), 700, 0.5, {0.5, 4.0}},
             Case{spherical(999, 3, Wiring::Tree), 600, 0.5, {}},
         }) {
        CAPTURE(c.patterns);
        CAPTURE(c.coupling.gamma);
        const FactorGraph graph = build_graph(c.network, patterns_of(c.network, c.patterns));
        ApproximateMessagePassing amp(graph, {.damping = c.damping});
        run_to_rest(amp, c.coupling);
        for (const Accuracy accuracy : {Accuracy::Relaxed, Accuracy::Gaussian}) {
            BeliefPropagation bp(
                graph,
                {.accuracy = accuracy, .precision = Precision::Double, .damping = c.damping});
            run_to_rest(bp, c.coupling);
            for (std::size_t p = 0; p < c.network.hidden; ++p) {
                CHECK(rms_difference(amp.magnetizations(p), bp.magnetizations(p)) < 0.005);
            }
            CHECK(bp.overlap() == doctest::Approx(amp.overlap()).epsilon(0.003));
            CHECK(std::abs(bp.free_entropy() - amp.free_entropy()) < 0.003);
            CHECK(bp.focusing_overlaps().center ==
                  doctest::Approx(amp.focusing_overlaps().center).epsilon(0.01));
        }
    }
}

TEST_CASE("signs as bits and as numbers are the same problem") {
    for (const Network& network :
         {spherical(123), spherical(99, 3), spherical(120, 3, Wiring::Tree),
          spherical(120, 4, Wiring::Tree, Gate::Parity)}) {
        const auto bits = patterns_of(network, 90);
        const FactorGraph graphs[] = {build_graph(network, bits),
                                      build_graph(network, as_numbers(*bits))};
        std::vector<std::vector<double>> amp, relaxed, gaussian;
        for (const FactorGraph& graph : graphs) {
            ApproximateMessagePassing a(graph, {.damping = 0.5});
            for (int t = 0; t < 20; ++t) a.step({0.3, 3.0});
            amp.push_back(a.magnetizations(0));
            BeliefPropagation r(graph, {.precision = Precision::Double, .damping = 0.5});
            for (int t = 0; t < 20; ++t) r.step({0.3, 3.0});
            relaxed.push_back(r.magnetizations(0));
            BeliefPropagation g(graph, {.accuracy = Accuracy::Gaussian, .damping = 0.5});
            for (int t = 0; t < 20; ++t) g.step({0.3, 3.0});
            gaussian.push_back(g.magnetizations(0));
        }
        CHECK(rms_difference(amp[0], amp[1]) < 1e-4);
        CHECK(rms_difference(relaxed[0], relaxed[1]) < 1e-9);
        CHECK(rms_difference(gaussian[0], gaussian[1]) < 1e-4);
    }
}

TEST_CASE("weights are the means, normalised, and the norm condition holds all along") {
    const Network network = spherical(120, 3, Wiring::Tree);
    const FactorGraph graph = build_graph(network, patterns_of(network, 60));
    ApproximateMessagePassing amp(graph, {.damping = 0.5});
    BeliefPropagation bp(graph, {.block = 7, .damping = 0.5});
    for (MessagePassing* solver :
         {static_cast<MessagePassing*>(&amp), static_cast<MessagePassing*>(&bp)}) {
        for (int t = 0; t < 30; ++t) solver->step({0.5 * t, 10.0});
        const Weights weights = solver->weights();
        CHECK(weights.kind() == WeightKind::Spherical);
        for (std::size_t k = 0; k < 3; ++k) {
            CHECK(squared_norm({weights.unit_values(k).begin(), weights.unit_values(k).end()}) ==
                  doctest::Approx(40.0));
            const std::vector<double> m = solver->magnetizations(k);
            CHECK(weights.value(k, 5) == doctest::Approx(m[5] * std::sqrt(40.0 / squared_norm(m))));
            CHECK(squared_norm(m) < 40.0);
        }
        CHECK(std::isfinite(solver->free_entropy()));
    }
}

TEST_CASE("the same to the last bit for any number of threads, and after a restore") {
    struct Case {
        Network network;
        Accuracy accuracy;
        Precision precision;
        std::size_t block;
        bool numbers;
    };
    for (const Case& c : {
             Case{spherical(1030), Accuracy::Relaxed, Precision::Single, 0, false},
             Case{spherical(99, 3), Accuracy::Gaussian, Precision::Single, 5, false},
             Case{spherical(99, 3, Wiring::Tree), Accuracy::Relaxed, Precision::Double, 0, true},
             Case{spherical(60, 2, Wiring::Full, Gate::Parity), Accuracy::Gaussian,
                  Precision::Double, 1, true},
         }) {
        const auto bits = patterns_of(c.network, 130);
        const FactorGraph graph =
            c.numbers ? build_graph(c.network, as_numbers(*bits)) : build_graph(c.network, bits);
        const BeliefPropagationOptions options{
            .accuracy = c.accuracy, .precision = c.precision, .block = c.block, .damping = 0.5};
        std::vector<SolverState> states, amp_states;
        for (const std::size_t threads : {1, 2, 3, 8}) {
            Threads(threads).run([&] {
                BeliefPropagation bp(graph, options);
                ApproximateMessagePassing amp(graph, {.damping = 0.5});
                for (int t = 0; t < 4; ++t) {
                    bp.step({0.4, 3.0});
                    amp.step({0.4, 3.0});
                }
                states.push_back(bp.save());
                amp_states.push_back(amp.save());
            });
            CHECK(states.back() == states.front());
            CHECK(amp_states.back() == amp_states.front());
        }
        BeliefPropagation bp(graph, options), again(graph, options);
        ApproximateMessagePassing amp(graph, {.damping = 0.5}), amp_again(graph, {.damping = 0.5});
        again.restore(states.front());
        amp_again.restore(amp_states.front());
        for (int t = 0; t < 7; ++t) {
            bp.step({0.4, 3.0});
            amp.step({0.4, 3.0});
            if (t < 4) continue;
            again.step({0.4, 3.0});
            amp_again.step({0.4, 3.0});
        }
        CHECK(bp.save() == again.save());
        CHECK(amp.save() == amp_again.save());
    }
}

TEST_CASE("kernels of Gaussian messages: a plain loop agrees, on every instruction set") {
    const std::size_t n = 45, lanes = 48;
    const Philox random(7, Stream::Init);
    std::uint64_t next = 0;
    const auto draw = [&] { return random.uniform(next++); };
    std::vector<std::uint16_t> bits(3);
    for (auto& word : bits) word = static_cast<std::uint16_t>(random.bits(next++));
    std::vector<float> inputs(n);
    for (float& x : inputs) x = static_cast<float>(2.0 * draw() - 1.0);
    for (const bool numbers : {false, true}) {
        for (const bool each : {false, true}) {
            AlignedArray<double> field(lanes), precision(lanes), total_field(lanes),
                total_precision(lanes), field_change(lanes), precision_change(lanes);
            for (std::size_t i = 0; i < lanes; ++i) {
                const bool there = i < n;
                field.data()[i] = there ? draw() - 0.5 : 0.0;
                precision.data()[i] = there ? draw() : 0.0;
                total_field.data()[i] = there ? draw() : 0.0;
                // Some cavities come out below the floor.
                total_precision.data()[i] = there ? 0.7 + draw() : 1e30;
            }
            const double row_precision = 0.9, g = 0.8, slope = -0.03, damping = 0.4, moved = 0.25;
            double omega = 0.0, variance = 0.0, lowest = 1.0;
            std::vector<double> wanted_field(n), wanted_precision(n);
            for (std::size_t i = 0; i < n; ++i) {
                const double xi = numbers ? static_cast<double>(inputs[i])
                                          : (bits[i / 16] >> (i % 16) & 1 ? 1.0 : -1.0);
                const double own = each ? precision.data()[i] : xi * xi * row_precision;
                const double cavity = total_precision.data()[i] - own;
                const double v = 1.0 / std::max(cavity, kernels::smallest_cavity_precision);
                const double m = (total_field.data()[i] - field.data()[i]) * v;
                omega += xi * m;
                variance += xi * xi * v;
                lowest = std::min(lowest, cavity);
                const double scale = each ? 1.0 / std::max(1.0 + xi * xi * v * slope, 1e-3) : 1.0;
                wanted_field[i] = (1 - damping) * (xi * g - xi * xi * m * slope) * scale +
                                  damping * field.data()[i];
                wanted_precision[i] = each
                                          ? (1 - damping) * -xi * xi * slope * scale + damping * own
                                          : xi * xi * moved;
            }
            const std::vector<double> old_field(field.data(), field.data() + lanes);
            const std::vector<double> old_precision(precision.data(), precision.data() + lanes);
            for (const std::string& target : simd_targets()) {
                CAPTURE(target);
                limit_simd_target(target);
                std::copy(old_field.begin(), old_field.end(), field.data());
                std::copy(old_precision.begin(), old_precision.end(), precision.data());
                field_change.fill(0.0);
                precision_change.fill(0.0);
                const kernels::GaussianPanel<double> panel{numbers ? nullptr : bits.data(),
                                                           1,
                                                           numbers ? inputs.data() : nullptr,
                                                           n,
                                                           lanes,
                                                           field.data(),
                                                           each ? precision.data() : nullptr,
                                                           row_precision,
                                                           total_field.data(),
                                                           total_precision.data()};
                const auto sums = kernels::gaussian_sums(panel);
                CHECK(sums.omega == doctest::Approx(omega).epsilon(1e-12));
                CHECK(sums.variance == doctest::Approx(variance).epsilon(1e-12));
                CHECK(sums.lowest_precision == doctest::Approx(lowest).epsilon(1e-12));
                kernels::gaussian_update(panel, g, slope, damping, moved, field_change.data(),
                                         precision_change.data());
                double worst = 0.0;
                for (std::size_t i = 0; i < n; ++i) {
                    worst = std::max(worst, std::abs(field.data()[i] - wanted_field[i]));
                    worst = std::max(
                        worst, std::abs(field_change.data()[i] - (wanted_field[i] - old_field[i])));
                    const double change = wanted_precision[i] - (each ? old_precision[i] : 0.0);
                    worst = std::max(worst, std::abs(precision_change.data()[i] - change));
                }
                CHECK(worst < 1e-11);  // Means are up to a thousand.
            }
            limit_simd_target("");
        }
    }
}

TEST_CASE("accuracy exact is for +-1 weights") {
    const Network network = spherical(20);
    CHECK_THROWS_WITH_AS(
        BeliefPropagation(build_graph(network, patterns_of(network, 5)),
                          {.accuracy = Accuracy::Exact}),
        "accuracy exact sums over +-1 weights, and plate 'w1' holds real ones: use gaussian or "
        "relaxed",
        Error);
}
