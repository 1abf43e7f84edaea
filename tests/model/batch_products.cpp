#include "steppe/model/batch_products.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "steppe/error.hpp"
#include "steppe/model/replica_mean.hpp"
#include "steppe/numeric/random.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

/// +-1 or real inputs.
Patterns any_patterns(const Network& network, std::size_t count, std::uint64_t seed, bool real) {
    if (!real) return patterns_of(network, count, seed);
    const Philox random(seed, Stream::Test);
    std::vector<float> values(count * network.inputs);
    for (std::size_t e = 0; e < values.size(); ++e) {
        values[e] = static_cast<float>(random.normal(e, 1));
    }
    return std::make_shared<const RealPatterns>(
        RealPatterns::from_values(network.inputs, count, std::move(values)));
}

double input(const Patterns& patterns, std::size_t a, std::size_t i) {
    double x = 0.0;
    patterns.visit([&](const auto& set) { set->copy_inputs(a, i, std::span(&x, 1)); });
    return x;
}

}  // namespace

TEST_CASE("products of mini-batches are those of plain loops") {
    CHECK(rc::check("up, down, add_row", [] {
        const auto hidden = *rc::gen::element<std::size_t>(1, 3, 9, 17);
        const Wiring wiring = *rc::gen::element(Wiring::Full, Wiring::Tree);
        // Short and long rows: one piece and several.
        const auto seen = *rc::gen::element<std::size_t>(1, 15, 33, 530, 1100);
        const Network network =
            spherical(wiring == Wiring::Tree ? seen * hidden : seen, hidden, wiring);
        const auto count = *rc::gen::inRange<std::size_t>(1, 12);
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        const Patterns patterns = any_patterns(network, count, seed, *rc::gen::arbitrary<bool>());
        const Philox random(seed, Stream::Test);
        std::vector<double> weights(network.weight_count());
        for (std::size_t e = 0; e < weights.size(); ++e) weights[e] = random.normal(e, 2);
        BatchProducts<double> products(network, patterns);
        BatchProducts<double>::Table sums;
        // A larger batch before leaves nothing behind.
        const std::vector<std::size_t> all = random.order(count, 3);
        products.up(all, weights.data(), sums);
        std::vector<std::size_t> rows = all;
        rows.resize(*rc::gen::inRange<std::size_t>(1, count + 1));
        products.up(rows, weights.data(), sums);
        const double tolerance = 1e-11 * std::sqrt(static_cast<double>(seen)) + 1e-12;
        BatchProducts<double>::Table factors(rows.size(), hidden);
        for (std::size_t r = 0; r < rows.size(); ++r) {
            for (std::size_t k = 0; k < hidden; ++k) {
                double z = 0.0;
                for (std::size_t i = 0; i < seen; ++i) {
                    z += weights[k * seen + i] *
                         input(patterns, rows[r], network.first_input(k) + i);
                }
                RC_ASSERT(std::abs(sums(r, k) - z) < tolerance);
                factors(r, k) = random.normal(r * hidden + k, 4);
            }
        }
        std::vector<double> out(weights.size(), std::nan(""));
        products.down(factors, out.data());
        const auto row = *rc::gen::inRange<std::size_t>(0, rows.size());
        const auto unit = *rc::gen::inRange<std::size_t>(0, hidden);
        std::vector<double> moved = weights;
        products.add_row(row, unit, 0.7, moved.data());
        for (std::size_t k = 0; k < hidden; ++k) {
            for (std::size_t i = 0; i < seen; ++i) {
                double sum = 0.0;
                for (std::size_t r = 0; r < rows.size(); ++r) {
                    sum += factors(r, k) * input(patterns, rows[r], network.first_input(k) + i);
                }
                RC_ASSERT(std::abs(out[k * seen + i] - sum) < tolerance);
                const double x = input(patterns, rows[row], network.first_input(k) + i);
                const double wanted = weights[k * seen + i] + (k == unit ? 0.7 * x : 0.0);
                RC_ASSERT(std::abs(moved[k * seen + i] - wanted) < 1e-12);
            }
        }
    }));
}

TEST_CASE("patterns that do not fit the network are refused") {
    CHECK_THROWS_WITH_AS(BatchProducts<float>(spherical(8), patterns_of(spherical(9), 2)),
                         "the patterns have 9 inputs, the network 8", Error);
    const auto labelled =
        std::make_shared<const PatternSet>(random_patterns(9, 2, 1).with_labels({1, -1}));
    CHECK_THROWS_WITH_AS(BatchProducts<float>(spherical(9), labelled),
                         "the patterns carry labels beside them; fold them in first (fold_labels)",
                         Error);
}

TEST_CASE("mean and spread of replicas") {
    const std::vector<float> a{1.0f, 0.0f, -2.0f}, b{3.0f, 0.0f, 2.0f};
    std::vector<float> mean(3);
    take_mean({a, b}, mean);
    CHECK(mean == std::vector<float>{2.0f, 0.0f, 0.0f});
    // (1 + 4 + 1 + 4) / (1 + 4 + 9 + 4)
    CHECK(replica_spread({a, b}, mean) == doctest::Approx(10.0 / 18.0));
    take_mean({a, a}, mean);
    CHECK(replica_spread({a, a}, mean) == 0.0);
    const std::vector<float> zero(3, 0.0f);
    CHECK(replica_spread({zero, zero}, zero) == 0.0);
}
