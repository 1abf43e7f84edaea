#include "steppe/search/least_action.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/search/greedy_rule.hpp"
#include "support/learners.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

TEST_CASE("the unit that moves is the wrong one that is closest to its threshold") {
    const Network committee = spherical(9, 3), parity = spherical(9, 3, Wiring::Full, Gate::Parity);
    const std::vector<double> none(3, 0.0);
    const auto move = [&](const Network& network, std::vector<double> sums, int wanted,
                          const std::vector<double>& thresholds) {
        return greedy_move(network, {sums, thresholds}, wanted);
    };
    CHECK(!move(committee, {1.0, 0.1, -5.0}, 1, none).wrong);
    const GreedyMove raise = move(committee, {0.1, -2.0, -0.5}, 1, none);
    CHECK(raise.wrong);
    CHECK(raise.unit == 2);
    CHECK(raise.direction == 1.0);
    // A sum of exactly 0 counts as -1; margins shift what is close.
    CHECK(move(committee, {0.0, 3.0, -7.0}, 1, none).unit == 0);
    CHECK(move(committee, {0.5, -0.2, 4.0}, 1, {1.0, 2.0, 0.0}).unit == 0);
    // In a parity any unit may turn.
    const GreedyMove turn = move(parity, {4.0, 0.3, -6.0}, 1, none);
    CHECK(turn.wrong);
    CHECK(turn.unit == 1);
    CHECK(turn.direction == -1.0);
    CHECK(!move(parity, {4.0, 0.3, -6.0}, -1, none).wrong);
}

TEST_CASE("one step of the rule by hand, alone and in a mini-batch") {
    const Network network = spherical(2);
    const auto patterns = std::make_shared<const RealPatterns>(
        RealPatterns::from_values(2, 2, {1.0f, 2.0f, -1.0f, 0.5f}));
    const std::vector<std::size_t> rows{0, 1};
    // Both wrong at the start; after the first step the second is right.
    GreedyWeights alone(network, patterns, {-0.1f, -0.1f});
    CHECK(alone.learn(std::span(rows).first(1), 1.0) == 1);
    CHECK(alone.values() == std::vector<float>{0.9f, 1.9f});
    CHECK(alone.learn(std::span(rows).last(1), 1.0) == 0);
    GreedyWeights together(network, patterns, {0.1f, -0.1f});
    CHECK(together.learn(rows, 1.0) == 2);
    CHECK(together.values()[0] == doctest::Approx(0.1f));
    CHECK(together.values()[1] == doctest::Approx(2.4f));
}

TEST_CASE("least-action learning stores patterns in every network, also with a margin") {
    for (Network network : {spherical(201), spherical(300, 3, Wiring::Tree), spherical(101, 5),
                            spherical(100, 2, Wiring::Full, Gate::Parity)}) {
        for (const double margin : {0.0, 0.2}) {
            if (network.gate == Gate::Parity && margin != 0.0) continue;
            network.margin = margin;
            CAPTURE(network.name());
            const auto patterns = patterns_of(network, network.weight_count() / 2);
            LeastAction lal(network, patterns, {});
            CHECK(learn(lal, network, *patterns, {.rate = 0.1}, 500) <= 500);
        }
    }
}

TEST_CASE("replicas of least-action learning meet at weights that store the patterns") {
    const Network network = spherical(300, 3, Wiring::Tree);
    const auto patterns = patterns_of(network, 300);
    EntropicLeastAction elal(network, patterns, {.each = {.batch = 100}, .replicas = 10});
    CHECK(learn(elal, network, *patterns, {.rate = 0.1, .pull = 0.01}, 1000,
                [](LearningKnobs& knobs) { knobs.pull *= 1.01; }) <= 1000);
    double spread = 1.0;
    LearningKnobs knobs{.rate = 0.1, .pull = 3.0};
    for (int t = 0; t < 300 && spread > 1e-4; ++t) spread = elal.epoch(knobs).spread;
    CHECK(spread < 1e-4);
}

TEST_CASE("the same weights for any number of threads") {
    const Network network = spherical(600, 3, Wiring::Tree);
    const auto patterns = patterns_of(network, 400);
    const auto run = [&](std::size_t threads) {
        Weights weights(1, 1);
        Threads(threads).run([&] {
            EntropicLeastAction elal(network, patterns, {.each = {.batch = 50}, .replicas = 5});
            for (int t = 0; t < 4; ++t) elal.epoch({.rate = 0.1, .pull = 0.5});
            weights = elal.weights();
        });
        return weights;
    };
    const Weights one = run(1);
    CHECK(run(2) == one);
    CHECK(run(8) == one);
}

TEST_CASE("requests that make no sense are refused") {
    const Network real = spherical(9, 3);
    const auto patterns = patterns_of(real, 4);
    CHECK_THROWS_WITH_AS(LeastAction({9, 3}, patterns, {}),
                         "least-action learning learns real weights, and those of the network are "
                         "+-1: use spherical weights, or sbpi",
                         Error);
    CHECK_THROWS_WITH_AS(LeastAction(real, patterns, {.batch = 0}),
                         "batch is 0: it must be 1 or more", Error);
    CHECK_THROWS_WITH_AS(LeastAction(real, patterns, {.start_norm = 0.0}),
                         "start-norm is 0: it must be a number above 0", Error);
    CHECK_THROWS_WITH_AS(EntropicLeastAction(real, patterns, {.each = {}, .replicas = 1}),
                         "replicas is 1: there must be 2 or more", Error);
    CHECK_THROWS_WITH_AS(LeastAction(spherical(8), patterns, {}),
                         "the patterns have 9 inputs, the network 8", Error);
    Network relu = spherical(9, 2);
    relu.activation = Activation::Relu;
    CHECK_THROWS_WITH_AS(LeastAction(relu, patterns_of(relu, 3), {}),
                         "least-action learning learns sign units: learn ReLU units with sgd or "
                         "rsgd",
                         Error);
}
