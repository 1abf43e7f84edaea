#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "steppe/error.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/teacher.hpp"

using namespace steppe;

TEST_CASE("the graph of a network is violated where the network errs") {
    CHECK(rc::check("count_violations", [] {
        const Network network{*rc::gen::inRange<std::size_t>(1, 50),
                              2 * *rc::gen::inRange<std::size_t>(0, 3) + 1};
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        const auto patterns =
            std::make_shared<PatternSet>(random_patterns(network.inputs, 40, seed));
        const Weights weights = random_teacher(network, seed);
        RC_ASSERT(count_violations(build_graph(network, patterns), weights) ==
                  count_errors(network, weights, *patterns));
    }));
}

TEST_CASE("weights of another shape are refused") {
    const FactorGraph graph =
        build_graph({10, 1}, std::make_shared<PatternSet>(random_patterns(10, 4, 1)));
    CHECK_THROWS_AS(count_violations(graph, Weights(9, 1)), Error);
    CHECK_THROWS_AS(count_violations(graph, Weights(10, 3)), Error);
}
