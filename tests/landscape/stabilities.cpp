#include "steppe/landscape/stabilities.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "steppe/error.hpp"
#include "steppe/landscape/estimate.hpp"
#include "steppe/model/start_weights.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

TEST_CASE("stabilities are sums over the root of the inputs, of bits and of numbers alike") {
    for (const Network& network : {spherical(33, 3), spherical(33, 3, Wiring::Tree)}) {
        const auto bits = patterns_of(network, 20);
        const Weights weights = normalised_weights(network, start_weights(network, 1.0, 5));
        std::vector<float> values;
        for (std::size_t a = 0; a < 20; ++a) {
            for (std::size_t i = 0; i < 33; ++i) {
                values.push_back(static_cast<float>(bits->sign(a, i)));
            }
        }
        const auto numbers = std::make_shared<const RealPatterns>(
            RealPatterns::from_values(33, 20, std::move(values)));
        const std::vector<double> h = stabilities(network, weights, bits);
        const std::vector<double> same = stabilities(network, weights, numbers);
        REQUIRE(h.size() == 60);
        for (std::size_t k = 0; k < 3; ++k) {
            for (std::size_t a = 0; a < 20; ++a) {
                double z = 0.0;
                for (std::size_t i = 0; i < network.unit_inputs(); ++i) {
                    z += weights.value(k, i) * bits->sign(a, network.first_input(k) + i);
                }
                const double expected = z / std::sqrt(static_cast<double>(network.unit_inputs()));
                CHECK(h[k * 20 + a] == doctest::Approx(expected));
                CHECK(same[k * 20 + a] == doctest::Approx(expected));
            }
        }
    }
    CHECK_THROWS_AS(stabilities(spherical(33), Weights(31, 1), patterns_of(spherical(33), 2)),
                    Error);
}

TEST_CASE("a histogram holds every value") {
    const Histogram h = histogram_of({-5.0, 0.0, 0.49, 0.5, 0.99, 1.0, 7.0}, 0.0, 1.0, 2);
    CHECK(h.counts == std::vector<std::size_t>{3, 4});
    CHECK_THROWS_AS(histogram_of({}, 1.0, 1.0, 2), Error);
    CHECK_THROWS_AS(histogram_of({}, 0.0, 1.0, 0), Error);
}

TEST_CASE("a mean has a standard error where there are two values") {
    const std::vector<double> values{1.0, 2.0, 3.0, 6.0};
    const Estimate estimate = estimate_of(values);
    CHECK(estimate.mean == 3.0);
    CHECK(estimate.error == doctest::Approx(std::sqrt(14.0 / 12.0)));
    CHECK(std::isnan(estimate_of(std::vector<double>{1.0}).error));
    CHECK(std::isnan(estimate_of({}).mean));
}
