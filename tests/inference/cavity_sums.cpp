// What a row's channel is asked about is what the other rows say of its sum: the same as mean and
// variance of the sum in a problem without that row.
#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "steppe/data/derived_patterns.hpp"
#include "steppe/data/patterns.hpp"
#include "steppe/error.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/amp/approximate_message_passing.hpp"
#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/inference/ep/expectation_propagation.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

FactorGraph graph_of(const Network& network, const Patterns& patterns) {
    return patterns.visit([&](const auto& set) { return build_graph(network, set); });
}

std::unique_ptr<MessagePassing> settled(const std::string& solver, const FactorGraph& graph) {
    std::unique_ptr<MessagePassing> messages;
    if (solver == "amp") {
        messages = std::make_unique<ApproximateMessagePassing>(
            graph, ApproximateMessagePassingOptions{.damping = 0.3});
    } else if (solver == "bp") {
        messages = std::make_unique<BeliefPropagation>(
            graph, BeliefPropagationOptions{.precision = Precision::Double, .damping = 0.3});
    } else {
        messages = std::make_unique<ExpectationPropagation>(
            graph, ExpectationPropagationOptions{.damping = 0.3});
    }
    for (int t = 0; t < 300; ++t) {
        if (messages->step().converged(1e-5)) return messages;
    }
    FAIL("messages do not settle");
    return messages;
}

}  // namespace

TEST_CASE("cavity sums are those of the problem without the row") {
    for (const WeightKind kind : {WeightKind::Binary, WeightKind::Spherical}) {
        const Network network{1001, 1, Wiring::Full, Gate::Majority, kind};
        const auto set = patterns_of(network, 300);
        const Patterns all = set;
        for (const std::string solver : {"amp", "bp", "ep"}) {
            const CavitySums sums = settled(solver, graph_of(network, all))->cavity_sums(0, 0);
            REQUIRE(sums.mean.size() == 300);
            REQUIRE(sums.variance.size() == 300);
            for (const std::size_t a : {0, 7, 299}) {
                CAPTURE(solver);
                CAPTURE(a);
                std::vector<std::size_t> others(300);
                std::iota(others.begin(), others.end(), 0);
                others.erase(others.begin() + static_cast<std::ptrdiff_t>(a));
                const auto without = settled(solver, graph_of(network, selected(all, others)));
                const std::vector<double> m = without->magnetizations(0);
                double z = 0.0;
                for (std::size_t i = 0; i < m.size(); ++i) z += set->sign(a, i) * m[i];
                // In units of sqrt(n), what is left out is of order 1/sqrt(n).
                CHECK(std::abs(sums.mean[a] - z) / std::sqrt(1001.0) < 0.04);
                CHECK(sums.variance[a] / 1001.0 ==
                      doctest::Approx(1.0 - without->overlap()).epsilon(0.02));
            }
        }
    }
}

TEST_CASE("the solvers agree on cavity sums, and asking changes nothing") {
    const Network network{2001};
    const FactorGraph graph = graph_of(network, patterns_of(network, 600));
    const auto bp = settled("bp", graph);
    const CavitySums expected = bp->cavity_sums(0, 0);
    for (const std::string solver : {"amp", "ep"}) {
        CAPTURE(solver);
        const auto messages = settled(solver, graph);
        const CavitySums sums = messages->cavity_sums(0, 0);
        double squares = 0.0;
        for (std::size_t a = 0; a < 600; ++a) {
            squares += (sums.mean[a] - expected.mean[a]) * (sums.mean[a] - expected.mean[a]);
        }
        CHECK(std::sqrt(squares / 600.0 / 2001.0) < 0.02);
        const auto other = settled(solver, graph);
        messages->step();
        other->step();
        CHECK(messages->magnetizations(0) == other->magnetizations(0));
        CHECK(messages->cavity_sums(0, 0).mean == other->cavity_sums(0, 0).mean);
    }
}

TEST_CASE(
    "cavity sums of a committee are those of each unit; a margin of the solver's is no part") {
    const Network network{303, 3, Wiring::Tree};
    const FactorGraph graph = graph_of(network, patterns_of(network, 40));
    ApproximateMessagePassing plain(graph, {}), shifted(graph, {});
    const CavitySums at_start = plain.cavity_sums(0, 2);
    CHECK(at_start.mean.size() == 40);
    CHECK(plain.cavity_sums(0, 1).mean != at_start.mean);
    shifted.set_margin(0.5);
    CHECK(shifted.cavity_sums(0, 2).mean == at_start.mean);
    CHECK_THROWS_AS(plain.cavity_sums(1, 0), Error);
    CHECK_THROWS_WITH_AS(plain.cavity_sums(0, 3), "there is no unit 3 of row group 0 in the graph",
                         Error);
}
