#include "steppe/search/adatron.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

using namespace steppe;

namespace {

Network perceptron(std::size_t inputs) {
    return {.inputs = inputs, .weights = WeightKind::Spherical};
}

Patterns random_signs(std::size_t inputs, std::size_t patterns, std::uint64_t seed) {
    return Patterns(std::make_shared<const PatternSet>(random_patterns(inputs, patterns, seed)));
}

AdaTron to_the_end(const Patterns& patterns) {
    AdaTron adatron(perceptron(patterns.inputs()), patterns);
    for (int t = 0; t < 100000 && adatron.iterate(); ++t) {
    }
    REQUIRE(adatron.done());
    return adatron;
}

/// The largest load at which random patterns are stored with stability kappa (Gardner, J. Phys. A
/// 21:257, 1988): 1/alpha = int_-kappa^inf Dz (z + kappa)^2
///                        = (1 + kappa^2) Phi(kappa) + kappa phi(kappa).
double gardner_load(double kappa) {
    const double below = 0.5 * std::erfc(-kappa / std::numbers::sqrt2);
    const double density = std::exp(-0.5 * kappa * kappa) / std::sqrt(2.0 * std::numbers::pi);
    return 1.0 / ((1.0 + kappa * kappa) * below + kappa * density);
}

/// |sum_a lambda_a xi_a| by a plain loop.
double residual(const Patterns& patterns, const std::vector<double>& multipliers) {
    std::vector<long double> sum(patterns.inputs(), 0.0L);
    std::vector<float> row(patterns.inputs());
    for (std::size_t a = 0; a < patterns.patterns(); ++a) {
        patterns.visit([&](const auto& set) { set->copy_inputs(a, 0, std::span(row)); });
        for (std::size_t i = 0; i < row.size(); ++i) {
            sum[i] += static_cast<long double>(multipliers[a]) * static_cast<long double>(row[i]);
        }
    }
    long double square = 0.0L;
    for (const long double x : sum) square += x * x;
    return static_cast<double>(std::sqrt(square));
}

void check_is_proof(const Patterns& patterns, const StabilityProof& proof) {
    double total = 0.0;
    for (const double x : proof.multipliers) {
        REQUIRE(x >= 0.0);
        total += x;
    }
    CHECK(total == doctest::Approx(1.0).epsilon(1e-12));
    CHECK(residual(patterns, proof.multipliers) <= proof.bound * (1.0 + 1e-12) + 1e-30);
}

}  // namespace

TEST_CASE("AdaTron: the largest stability of random patterns follows Gardner's curve") {
    // The mean over seeds; single ones scatter by some hundredths at this size.
    const std::size_t inputs = 401;
    for (const double load : {0.5, 1.0}) {
        double mean = 0.0;
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            const auto patterns =
                random_signs(inputs, static_cast<std::size_t>(load * inputs), seed);
            const AdaTron adatron = to_the_end(patterns);
            CHECK(adatron.bound() == doctest::Approx(adatron.stability()).epsilon(1e-9));
            CHECK(adatron.stability_of(adatron.weights()) ==
                  doctest::Approx(adatron.stability()).epsilon(1e-9));
            mean += adatron.stability() / 4.0;
        }
        CAPTURE(mean);
        CHECK(gardner_load(mean) == doctest::Approx(load).epsilon(0.03));
    }
}

TEST_CASE("AdaTron: patterns that nothing stores are proved to be so") {
    const auto patterns = random_signs(101, 260, 3);
    const AdaTron adatron = to_the_end(patterns);
    const StabilityProof proof = adatron.proof();
    CHECK(proof.infeasible);
    CHECK(proof.bound < 1e-13);
    check_is_proof(patterns, proof);
}

TEST_CASE("AdaTron: a bound holds before the end") {
    const auto patterns = random_signs(101, 120, 4);
    AdaTron adatron(perceptron(101), patterns);
    for (int t = 0; t < 3; ++t) adatron.iterate();
    const StabilityProof early = adatron.proof();
    check_is_proof(patterns, early);
    CHECK(early.bound >= to_the_end(patterns).stability());
}

TEST_CASE("AdaTron: a pattern and its opposite, and a pattern of zeros") {
    const auto opposite = Patterns(std::make_shared<const RealPatterns>(RealPatterns::from_values(
        3, 3, {1.0f, 2.0f, 0.1f, 0.3f, 1.0f, 7.0f, -1.0f, -2.0f, -0.1f})));
    const StabilityProof proof = to_the_end(opposite).proof();
    CHECK(proof.infeasible);
    CHECK(proof.bound < 1e-15);
    CHECK(proof.multipliers == std::vector<double>{0.5, 0.0, 0.5});

    const auto zero = [](signed char label) {
        return Patterns(std::make_shared<const RealPatterns>(
            RealPatterns::from_values(2, 2, {0.0f, 0.0f, 3.0f, 4.0f}, {label, 1}).fold_labels()));
    };
    CHECK(to_the_end(zero(1)).proof().infeasible);
    // The answer to zeros is -1.
    const AdaTron stored = to_the_end(zero(-1));
    CHECK_FALSE(stored.proof().infeasible);
    CHECK(stored.stability() == doctest::Approx(5.0));
}

TEST_CASE("AdaTron: separable tables of nearly collinear columns are stored") {
    // 30 columns of three factors and a millionth of noise, of very different sizes; the labels
    // depend on the noise alone.
    const Philox random(7, Stream::Patterns);
    const std::size_t inputs = 30, patterns = 300;
    std::vector<float> values;
    for (std::size_t a = 0; a < patterns; ++a) {
        double z = 0.0;
        std::vector<double> row(inputs);
        for (std::size_t i = 0; i < inputs; ++i) {
            const std::size_t twin = i / 2;
            const double common =
                random.normal(a * 100 + twin % 3, 1) * (1.0 + static_cast<double>(twin));
            // Twins differ by noise, and the label is the sign of the sum of differences.
            const double noise = 1e-5 * random.normal(a * 100 + i, 2);
            row[i] = static_cast<double>(static_cast<float>(common + noise));
            z += i % 2 == 0 ? row[i] : -row[i];
        }
        for (const double x : row) values.push_back(static_cast<float>(z > 0.0 ? x : -x));
    }
    const Patterns table = Patterns(std::make_shared<const RealPatterns>(
        RealPatterns::from_values(inputs, patterns, std::move(values))));
    const AdaTron adatron = to_the_end(table);
    CHECK(adatron.stability() > 0.0);
    CHECK(table.visit([&](const auto& set) {
        return count_errors(perceptron(inputs), adatron.weights(), *set);
    }) == 0);
}

TEST_CASE("AdaTron: results do not depend on the number of threads" *
          doctest::test_suite("parallel")) {
    const auto patterns = random_signs(301, 400, 5);
    std::vector<double> first;
    for (const std::size_t count : {std::size_t{1}, std::size_t{3}}) {
        const Threads threads(count);
        threads.run([&] {
            const std::vector<double> values = to_the_end(patterns).weights().values();
            if (first.empty()) first = values;
            CHECK(values == first);
        });
    }
}

TEST_CASE("AdaTron takes one unit of real weights") {
    Network network = perceptron(11);
    network.weights = WeightKind::Binary;
    CHECK_THROWS_AS(AdaTron(network, random_signs(11, 3, 1)), Error);
}
