// Expectation propagation: against integration, against approximate message passing, and its laws.
#include "steppe/inference/ep/expectation_propagation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/inference/amp/approximate_message_passing.hpp"
#include "steppe/inference/ep/singular_basis.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"
#include "support/networks.hpp"
#include "support/oracles.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

std::vector<std::vector<double>> start_of(const Network& network, std::uint64_t seed) {
    const Philox random(seed, Stream::Symmetry);
    std::vector<std::vector<double>> fields(network.hidden);
    std::size_t i = 0;
    for (auto& unit : fields) {
        for (std::size_t j = 0; j < network.unit_inputs(); ++j) unit.push_back(random.normal(i++));
    }
    return fields;
}

/// Some iterations in which the start field falls to nothing, then until nothing moves.
template <class Solver>
void run_to_rest(Solver& solver, const Network& network, double tolerance = 1e-9) {
    if (network.hidden > 1) solver.set_start_field(start_of(network, 1));
    double scale = network.hidden > 1 ? 1.0 : 0.0;
    for (std::size_t t = 0; t < 4000; ++t) {
        solver.set_start_scale(scale);
        scale = scale < 1e-4 ? 0.0 : 0.7 * scale;
        if (solver.step().change() < tolerance && scale == 0.0) return;
    }
    FAIL("not converged");
}

double normal_density(double z, double variance) {
    return std::exp(-0.5 * z * z / variance) / std::sqrt(2.0 * std::numbers::pi * variance);
}

}  // namespace

TEST_CASE("one pattern: the weights' means and variances are those of an integral") {
    for (const double margin : {0.0, 0.7, -0.4}) {
        CAPTURE(margin);
        Network network = spherical(15);
        network.margin = margin;
        const auto patterns = patterns_of(network, 1);
        ExpectationPropagation solver(build_graph(network, patterns), {.damping = 0.8});
        run_to_rest(solver, network, 1e-12);

        // z is normal of variance n/lambda, cut off at the threshold; lambda by the norm.
        const double n = 15.0, threshold = margin * std::sqrt(n);
        double mean = 0.0, square = 0.0, z_norm = 0.0, lambda = 1.0;
        double low = 0.1, high = 10.0;
        for (int turn = 0; turn < 100; ++turn) {
            lambda = 0.5 * (low + high);
            const double variance = n / lambda, far = threshold + 16.0 * std::sqrt(variance);
            constexpr int steps = 20000;
            const double h = (far - threshold) / steps;
            z_norm = mean = square = 0.0;
            for (int s = 0; s <= steps; ++s) {
                const double z = threshold + s * h;
                const double weight = (s == 0 || s == steps ? 1.0
                                       : s % 2              ? 4.0
                                                            : 2.0) *
                                      h / 3.0 * normal_density(z, variance);
                z_norm += weight;
                mean += weight * z;
                square += weight * z * z;
            }
            mean /= z_norm;
            square /= z_norm;
            const double norm = ((n - 1.0) / lambda + square / n) / n;
            (norm > 1.0 ? low : high) = lambda;
        }
        const std::vector<double> m = solver.magnetizations(0), v = solver.variances(0);
        for (std::size_t i = 0; i < m.size(); ++i) {
            CHECK(m[i] == doctest::Approx(patterns->sign(0, i) * mean / n).epsilon(1e-6));
            const double exact = (1.0 - 1.0 / n) / lambda + (square - mean * mean) / (n * n);
            CHECK(v[i] == doctest::Approx(exact).epsilon(1e-6));
        }
        const double entropy =
            (0.5 * n * (lambda - 1.0) - 0.5 * n * std::log(lambda) + std::log(z_norm)) / n;
        CHECK(solver.free_entropy() == doctest::Approx(entropy).epsilon(1e-6));
    }
}

TEST_CASE("three patterns: means and variances within 0.01 of an integral") {
    const Network network = spherical(7);
    const auto patterns = patterns_of(network, 3, 8);
    ExpectationPropagation solver(build_graph(network, patterns), {.damping = 0.8});
    run_to_rest(solver, network);
    // Uniform in the cone of solutions: normal of precision 1 (|w|^2 does not know of the angles).
    // Sampled on a grid of quantiles in the basis of the three patterns.
    const LinearWiring wiring{patterns, 0, 7, nullptr};
    const SingularBasis basis(wiring);
    REQUIRE(basis.rank() == 3);
    constexpr int points = 121;
    constexpr double reach = 6.0;
    double norm = 0.0;
    std::vector<double> first(3, 0.0), second(9, 0.0);
    for (int x = 0; x < points; ++x) {
        for (int y = 0; y < points; ++y) {
            for (int w = 0; w < points; ++w) {
                const double c[3] = {reach * (2.0 * (x + 0.5) / points - 1.0),
                                     reach * (2.0 * (y + 0.5) / points - 1.0),
                                     reach * (2.0 * (w + 0.5) / points - 1.0)};
                bool inside = true;
                for (std::size_t a = 0; a < 3; ++a) {
                    double z = 0.0;
                    for (std::size_t j = 0; j < 3; ++j) {
                        z += basis.left()(a, j) * basis.values()[j] * c[j];
                    }
                    inside = inside && z > 0.0;
                }
                if (!inside) continue;
                const double weight = std::exp(-0.5 * (c[0] * c[0] + c[1] * c[1] + c[2] * c[2]));
                norm += weight;
                for (std::size_t j = 0; j < 3; ++j) {
                    first[j] += weight * c[j];
                    for (std::size_t l = 0; l < 3; ++l) second[3 * j + l] += weight * c[j] * c[l];
                }
            }
        }
    }
    const std::vector<double> m = solver.magnetizations(0), v = solver.variances(0);
    for (std::size_t i = 0; i < 7; ++i) {
        double mean = 0.0, variance = 1.0;
        for (std::size_t j = 0; j < 3; ++j) {
            mean += basis.right()(i, j) * first[j] / norm;
            variance -= basis.right()(i, j) * basis.right()(i, j);
            for (std::size_t l = 0; l < 3; ++l) {
                variance += basis.right()(i, j) * basis.right()(i, l) *
                            (second[3 * j + l] / norm - first[j] * first[l] / (norm * norm));
            }
        }
        CHECK(std::abs(m[i] - mean) < 0.01);
        CHECK(std::abs(v[i] - variance) < 0.01);
    }
}

TEST_CASE("agrees with approximate message passing on random patterns") {
    struct Case {
        Network network;
        std::size_t patterns;
    };
    for (const auto& [shape, count] :
         {Case{spherical(1000), 1000}, Case{spherical(900, 3, Wiring::Tree), 450},
          Case{{1001, 1}, 400}, Case{{999, 3, Wiring::Tree}, 300}}) {
        const Network& network = shape;
        CAPTURE(network.name());
        CAPTURE(static_cast<int>(network.weights));
        const auto patterns = patterns_of(network, count);
        const FactorGraph graph = build_graph(network, patterns);
        ExpectationPropagation ep(graph, {.damping = 0.5});
        ApproximateMessagePassing amp(graph, {.damping = 0.5});
        run_to_rest(ep, network, 1e-6);
        for (std::size_t t = 0; t < 500 && amp.step().change() > 1e-6; ++t) continue;
        double difference = 0.0;
        for (std::size_t p = 0; p < network.hidden; ++p) {
            const std::vector<double> a = ep.magnetizations(p), b = amp.magnetizations(p);
            for (std::size_t i = 0; i < a.size(); ++i) {
                difference += (a[i] - b[i]) * (a[i] - b[i]);
            }
        }
        CHECK(std::sqrt(difference / static_cast<double>(network.weight_count())) < 0.03);
        CHECK(std::abs(ep.free_entropy() - amp.free_entropy()) < 0.01);
        CHECK(std::abs(ep.overlap() - amp.overlap()) < 0.01);
    }
}

TEST_CASE("+-1 weights: close to the enumeration") {
    // Belief propagation with exact sums comes to 0.005 to 0.008 in the entropy and to 0.07 and
    // 0.13 in the magnetizations of these.
    for (const std::string name : {"p_n15_m1", "p_n15_m5", "p_n17_m9"}) {
        CAPTURE(name);
        const Oracle oracle = read_oracle("enumeration/" + name + ".enumeration.csv");
        ExpectationPropagation solver(build_graph(oracle.network, oracle.patterns),
                                      {.damping = 0.5});
        run_to_rest(solver, oracle.network);
        const std::vector<double> m = solver.magnetizations(0);
        double largest = 0.0;
        for (std::size_t i = 0; i < m.size(); ++i) {
            largest = std::max(largest, std::abs(m[i] - oracle.magnetizations[i]));
            CHECK(solver.variances(0)[i] == doctest::Approx(1.0 - m[i] * m[i]));
            CHECK(std::tanh(solver.fields(0)[i]) == doctest::Approx(m[i]));
        }
        CHECK(largest < 0.25);
        CHECK(std::abs(solver.free_entropy() - oracle.number("entropy_per_weight")) < 0.02);
        MESSAGE(name << ": entropy per weight " << solver.free_entropy() << ", enumerated "
                     << oracle.number("entropy_per_weight")
                     << "; largest difference of a magnetization " << largest);
    }
}

TEST_CASE("the same to the last bit for any number of threads, and after restoring a state") {
    Network network = spherical(120, 3);
    SUBCASE("spherical") {}
    SUBCASE("binary") {
        network.weights = WeightKind::Binary;
    }
    const FactorGraph graph = build_graph(network, patterns_of(network, 200));
    const auto run = [&](std::size_t threads) {
        ExpectationPropagation solver(graph, {.damping = 0.8});
        solver.set_start_field(start_of(network, 1));
        solver.set_start_scale(1.0);
        Threads(threads).run([&] {
            for (int t = 0; t < 5; ++t) solver.step({1.5, 10.0});
            solver.set_start_scale(0.0);
            for (int t = 0; t < 5; ++t) solver.step({1.5, 10.0});
        });
        return solver;
    };
    ExpectationPropagation one = run(1);
    const SolverState state = one.save();
    for (const std::size_t threads : {2, 3}) CHECK(run(threads).save() == state);
    ExpectationPropagation other(graph, {.damping = 0.8});
    other.restore(state);
    CHECK(other.magnetizations(1) == one.magnetizations(1));
    one.step({2.0, 10.0});
    other.step({2.0, 10.0});
    CHECK(other.save() == one.save());
}

TEST_CASE("what it cannot do is refused") {
    CHECK_THROWS_WITH_AS(
        ExpectationPropagation(build_graph(spherical(31), patterns_of(spherical(31), 5)),
                               {.damping = 1.0}),
        "damping is 1: it must be at least 0 and below 1", Error);
}

TEST_CASE("patterns that are equal, contradict each other or outnumber the weights do no harm") {
    const std::size_t n = 20;
    const PatternSet few = random_patterns(n, 6, 1);
    std::vector<signed char> signs = few.signs();
    const std::vector<signed char> once = signs;
    SUBCASE("duplicated") {
        signs.insert(signs.end(), once.begin(), once.end());
    }
    SUBCASE("contradictory") {
        for (const signed char s : once) signs.push_back(static_cast<signed char>(-s));
    }
    SUBCASE("many") {
        signs = random_patterns(n, 100, 2).signs();
    }
    SUBCASE("constant inputs") {
        for (std::size_t a = 0; a < 6; ++a) signs[a * n] = 1;
    }
    SUBCASE("one") {
        signs.resize(n);
    }
    const auto patterns =
        std::make_shared<const PatternSet>(PatternSet::from_signs(n, signs.size() / n, signs));
    for (const Network& network : {spherical(n), spherical(n, 3), Network{n, 1}, Network{n, 3}}) {
        const std::size_t hidden = network.hidden;
        ExpectationPropagation solver(build_graph(network, patterns), {.damping = 0.8});
        solver.set_start_field(start_of(network, 1));
        solver.set_start_scale(1.0);
        for (int t = 0; t < 60; ++t) {
            if (t == 20) solver.set_start_scale(0.0);
            solver.step(t < 30 ? Coupling{} : Coupling{0.1 * t, 30.0});
        }
        for (std::size_t p = 0; p < hidden; ++p) {
            for (const double m : solver.magnetizations(p)) CHECK(std::isfinite(m));
        }
        CHECK(std::isfinite(solver.free_entropy()));
    }
}

namespace {

/// Gaussian inputs; the last `few` patterns times `factor`.
RealPatterns with_small_rows(std::size_t n, std::size_t m, std::size_t few, double factor) {
    const Philox random(11, Stream::Test);
    std::vector<float> values(n * m);
    for (std::size_t e = 0; e < values.size(); ++e) {
        values[e] = static_cast<float>(random.normal(e, 0) * (e / n >= m - few ? factor : 1.0));
    }
    return RealPatterns::from_values(n, m, std::move(values));
}

SingularBasis basis_of(const RealPatterns& patterns) {
    LinearWiring wiring;
    wiring.real = std::make_shared<const RealPatterns>(patterns);
    wiring.inputs = patterns.inputs();
    return SingularBasis(wiring);
}

/// Largest entry of A^T A - 1.
double defect(const DenseMatrix& a) {
    double worst = 0.0;
    for (std::size_t j = 0; j < a.columns; ++j) {
        for (std::size_t l = 0; l <= j; ++l) {
            double sum = j == l ? -1.0 : 0.0;
            for (std::size_t i = 0; i < a.rows; ++i) sum += a(i, j) * a(i, l);
            worst = std::max(worst, std::abs(sum));
        }
    }
    return worst;
}

}  // namespace

TEST_CASE("the singular basis keeps directions a billion times smaller than the largest") {
    // Patterns and inputs: few of either.
    for (const auto& [inputs, count] : {std::pair<std::size_t, std::size_t>{40, 30}, {30, 60}}) {
        const std::size_t n = inputs, m = count;
        for (const double factor : {1.0, 1e-4, 1e-9}) {
            // The large patterns alone leave directions for the small ones.
            const RealPatterns patterns = with_small_rows(n, m, m - 20, factor);
            CAPTURE(n);
            CAPTURE(factor);
            const SingularBasis basis = basis_of(patterns);
            CHECK(basis.rank() == std::min(n, m));
            CHECK(basis.lost_patterns() == 0);
            CHECK(defect(basis.left()) < 1e-5);
            CHECK(defect(basis.right()) < 1e-5);
            for (std::size_t a = 0; a < m; ++a) {
                const double size = a < 20 ? 1.0 : factor;
                for (std::size_t i = 0; i < n; ++i) {
                    double x = 0.0;
                    for (std::size_t j = 0; j < basis.rank(); ++j) {
                        x += basis.left()(a, j) * basis.values()[j] * basis.right()(i, j);
                    }
                    CHECK(std::abs(x - patterns.values()[a * n + i]) < 1e-5 * size);
                }
            }
        }
    }
}

TEST_CASE("patterns that double precision loses are counted, and nothing is called converged") {
    const RealPatterns lost = with_small_rows(40, 30, 3, 1e-20);
    CHECK(basis_of(lost).lost_patterns() == 3);
    CHECK(basis_of(lost).rank() == 27);
    // Patterns of zeros and repeated ones have lost nothing.
    CHECK(basis_of(with_small_rows(40, 30, 3, 0.0)).lost_patterns() == 0);

    Network network = spherical(40);
    ExpectationPropagation solver(build_graph(network, std::make_shared<const RealPatterns>(lost)),
                                  {.damping = 0.8});
    IterationReport report;
    for (int t = 0; t < 300; ++t) report = solver.step();
    CHECK(report.lost_rows == 3);
    CHECK(report.change() < 1e-4);
    CHECK_FALSE(report.converged(1e-4));
}
