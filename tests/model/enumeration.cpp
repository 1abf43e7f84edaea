#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <filesystem>

#include "steppe/model/errors.hpp"
#include "support/oracles.hpp"

using namespace steppe;
using namespace steppe::test;

TEST_CASE(
    "counting errors of all weights gives the enumerated solutions, marginals and distances") {
    for (const std::string name :
         {"p_n15_m1", "p_n15_m5", "p_n17_m9", "c_n5_k3_m1", "c_n7_k3_m8"}) {
        CAPTURE(name);
        const Oracle oracle = read_oracle("enumeration/" + name + ".enumeration.csv");
        const std::size_t count = oracle.network.weight_count();
        const std::vector<double> reference = numbers(oracle.header.at("reference_solution"));
        std::size_t solutions = 0;
        std::vector<double> sum(count, 0.0), distances(count + 1, 0.0);
        Weights weights(oracle.network.inputs, oracle.network.hidden);
        const auto turn = [&](std::size_t i) {
            const std::size_t unit = i / oracle.network.inputs, input = i % oracle.network.inputs;
            weights.set(unit, input, weights.sign(unit, input) < 0);
        };
        // One weight turns at a time (Gray code).
        for (std::size_t state = 0; state < std::size_t{1} << count; ++state) {
            if (state > 0) turn(static_cast<std::size_t>(std::countr_zero(state)));
            if (count_errors(oracle.network, weights, *oracle.patterns) > 0) continue;
            ++solutions;
            std::size_t distance = 0;
            const std::vector<signed char> signs = weights.signs();
            for (std::size_t i = 0; i < count; ++i) {
                sum[i] += signs[i];
                distance += signs[i] != reference[i];
            }
            ++distances[distance];
        }
        CHECK(static_cast<double>(solutions) == oracle.number("solutions"));
        CHECK(std::log(static_cast<double>(solutions)) / static_cast<double>(count) ==
              doctest::Approx(oracle.number("entropy_per_weight")).epsilon(1e-11));
        for (std::size_t i = 0; i < count; ++i) {
            CHECK(sum[i] / static_cast<double>(solutions) ==
                  doctest::Approx(oracle.magnetizations[i]).epsilon(1e-9));
        }
        CHECK(distances ==
              numbers(oracle.header.at("solutions_at_hamming_distance_from_reference")));
    }
}
