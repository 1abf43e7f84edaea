#include "steppe/search/sbpi.hpp"

#include <doctest/doctest.h>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

TEST_CASE("sbpi stores patterns in +-1 weights of every network") {
    for (const Network& network : {Network{501, 1}, Network{101, 5}, Network{303, 3, Wiring::Tree},
                                   Network{202, 2, Wiring::Tree, Gate::Parity}}) {
        CAPTURE(network.name());
        const auto patterns = patterns_of(network, network.weight_count() / 4);
        Sbpi sbpi(network, patterns, {});
        std::size_t epochs = 0;
        while (epochs < 1000 && count_errors(network, sbpi.weights(), *patterns) > 0) {
            sbpi.epoch({});
            ++epochs;
        }
        CHECK(epochs < 1000);
        // Nothing is wrong any more when the next epoch begins.
        CHECK(sbpi.weights().kind() == WeightKind::Binary);
    }
}

TEST_CASE("sbpi repeats itself, and its seeds differ") {
    const Network network{101, 1};
    const auto patterns = patterns_of(network, 40);
    const auto weights = [&](std::uint64_t seed) {
        Sbpi sbpi(network, patterns, {.seed = seed});
        for (int t = 0; t < 3; ++t) sbpi.epoch({});
        return sbpi.weights();
    };
    CHECK(weights(1) == weights(1));
    CHECK(weights(1) != weights(2));
}

TEST_CASE("what sbpi cannot do is refused") {
    const auto patterns = patterns_of({9, 1}, 3);
    CHECK_THROWS_WITH_AS(Sbpi(spherical(9), patterns, {}),
                         "sbpi learns +-1 weights, and those of the network are real: use binary "
                         "weights, or lal",
                         Error);
    CHECK_THROWS_WITH_AS(Sbpi({9, 1}, patterns, {.chance = 1.5}),
                         "chance is 1.5: it must be in [0, 1]", Error);
    CHECK_THROWS_WITH_AS(Sbpi({9, 1}, patterns, {.barely = -1.0}),
                         "barely is -1: it must be a number of 0 or more", Error);
    CHECK_THROWS_WITH_AS(Sbpi({8, 1}, patterns, {}), "the patterns have 9 inputs, the network 8",
                         Error);
}
