#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/numeric/log_odds.hpp"
#include "support/gates.hpp"

using namespace steppe;
using namespace steppe::test;

TEST_CASE("parity gate: equal to the sum over all outputs, with either label") {
    const auto gate = parity_gate({1, -1});
    CHECK(rc::check("enumeration", [&] {
        const auto units = *rc::gen::inRange<std::size_t>(2, 7);
        const auto row = *rc::gen::inRange<std::uint32_t>(0, 2);
        std::vector<double> f(units);
        for (double& x : f) x = *rc::gen::inRange(-3000, 3001) * 1e-3;
        const std::vector<double> v = send_down(*gate, f, row);
        for (std::size_t k = 0; k < units; ++k) {
            const double wanted =
                0.5 * (enumerate(*gate, f, k, 1, row) - enumerate(*gate, f, k, -1, row));
            RC_ASSERT(std::abs(v[k] - wanted) < 1e-9 * (1 + std::abs(wanted)));
        }
        const double wanted = enumerate(*gate, f, units, 1, row);
        RC_ASSERT(std::abs(log_partition(*gate, f, row) - wanted) < 1e-9 * (1 + std::abs(wanted)));
    }));
}

TEST_CASE("parity gate: fields without end neither overflow nor vanish") {
    const auto gate = parity_gate();
    for (const std::size_t units : {2u, 3u, 255u}) {
        for (const double size : {30.0, 500.0, 1e6}) {
            std::vector<double> f(units, size);
            const double others = static_cast<double>(units - 1);
            for (const double v : send_down(*gate, f)) {
                // tanh of each is 1 - 2 e^-2f: their product is that of log(others)/2 less.
                CHECK(v <= size);
                CHECK(v >= size - 0.5 * std::log(others) - 1e-9);
            }
            CHECK(std::abs(log_partition(*gate, f)) < 1e-20);
            f[1] = -size;
            CHECK(send_down(*gate, f)[0] < 0.0);
            CHECK(std::isfinite(log_partition(*gate, f)));
            CHECK(log_partition(*gate, f) < -2.0 * size + std::log(2.0 * (others + 1.0)));
        }
    }
    // A unit that knows nothing: nobody can be told anything but itself.
    const std::vector<double> v = send_down(*gate, {0.0, 2.0, 3.0});
    CHECK(v[1] == 0.0);
    CHECK(v[2] == 0.0);
    CHECK(v[0] == doctest::Approx(atanh_product(2.0, 3.0)));
}

TEST_CASE("parity gate: turning two units or a label") {
    CHECK(rc::check("gauge", [] {
        const auto units = *rc::gen::inRange<std::size_t>(2, 9);
        std::vector<double> f(units);
        for (double& x : f) x = *rc::gen::inRange(-20'000, 20'001) * 1e-3;
        const auto gate = parity_gate();
        const std::vector<double> v = send_down(*gate, f);
        std::vector<double> turned = f;
        turned[0] = -f[0];
        turned[1] = -f[1];
        const std::vector<double> w = send_down(*gate, turned);
        for (std::size_t k = 0; k < units; ++k) RC_ASSERT(w[k] == (k < 2 ? -v[k] : v[k]));
        RC_ASSERT(log_partition(*gate, f) == log_partition(*gate, turned));
        const std::vector<double> other = send_down(*parity_gate({-1}), f);
        for (std::size_t k = 0; k < units; ++k) RC_ASSERT(other[k] == -v[k]);
    }));
}

TEST_CASE("parity gate: what does not fit is refused") {
    CHECK(parity_gate()->refuse(1) == "a parity needs two units or more, not 1");
    CHECK(parity_gate()->refuse(2).empty());
    CHECK_THROWS_WITH_AS(parity_gate({1, 0}), "label of row 1 is 0: labels must be +1 or -1",
                         Error);
    const auto patterns = std::make_shared<const PatternSet>(random_patterns(6, 4, 1));
    FactorGraph graph;
    std::vector<Vertex> outputs;
    for (const std::string k : {"1", "2"}) {
        const Vertex w = graph.add_plate({"w" + k, VariableKind::IsingWeight, 6});
        const Vertex z = graph.add_plate({"z" + k, VariableKind::Preactivation, 4});
        outputs.push_back(graph.add_plate({"tau" + k, VariableKind::Output, 4}));
        graph.add_prior(ising_prior(), w);
        graph.add_wiring({patterns, 0, 6}, w, z);
        graph.add_channel(sign_channel(), z, outputs.back());
    }
    graph.add_gate(parity_gate({1, 1, -1}), outputs);
    CHECK_THROWS_WITH_AS(graph.check(), "gate 'parity': it holds 3 labels for 4 rows", Error);
}
