// Gradient learners: what they reach, that they repeat themselves, and what they refuse.
#include "steppe/sgd/sgd.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/sgd/binary_replicated_sgd.hpp"
#include "steppe/sgd/replicated_sgd.hpp"
#include "support/learners.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

/// A slope that grows by 2 % an epoch.
void steeper(LearningKnobs& knobs) {
    knobs.beta *= 1.02;
}

}  // namespace

TEST_CASE("sgd stores patterns in a committee, a perceptron and in ReLU units; all on the sphere") {
    for (const Network& network :
         {spherical(300, 3, Wiring::Tree), spherical(201), spherical(100, 5)}) {
        const auto patterns = patterns_of(network, network.weight_count() / 2);
        Sgd sgd(network, patterns, {.batch = 50});
        CHECK(learn(sgd, network, *patterns, {.rate = 50.0, .beta = 0.5, .gamma = 2.0}, 300,
                    steeper) <= 300);
        const Weights weights = sgd.weights();
        for (std::size_t k = 0; k < network.hidden; ++k) {
            double square = 0.0;
            for (const double w : weights.unit_values(k)) square += w * w;
            CHECK(square == doctest::Approx(static_cast<double>(network.unit_inputs())));
        }
    }
    // With few units some patterns end where every unit of their own side is off: no gradient.
    Network relu = spherical(100, 20);
    relu.activation = Activation::Relu;
    const auto patterns = patterns_of(relu, 400);
    CHECK(!patterns->labels().empty());
    Sgd sgd(relu, patterns, {.batch = 100, .momentum = 0.9});
    CHECK(learn(sgd, relu, *patterns, {.rate = 10.0, .beta = 1.0, .gamma = 2.0}, 100) <= 100);
    CHECK(sgd.surrogate_errors({.beta = 1.0, .gamma = 2.0}) == 0);
}

TEST_CASE("replicas of sgd come together at their mean, which stores the patterns") {
    const Network network = spherical(300, 3, Wiring::Tree);
    const auto patterns = patterns_of(network, 250);
    ReplicatedSgd sgd(network, patterns, {.each = {.batch = 50}, .replicas = 5});
    LearningKnobs knobs{.rate = 50.0, .beta = 0.5, .gamma = 2.0, .pull = 0.0};
    const double apart = sgd.epoch(knobs).spread;
    CHECK(apart > 0.0);
    knobs.pull = 0.3;
    CHECK(learn(sgd, network, *patterns, knobs, 300, steeper) <= 300);
    knobs.pull = 1.0;
    knobs.rate = 1e-6;
    EpochReport report;
    for (int t = 0; t < 3; ++t) report = sgd.epoch(knobs);
    CHECK(report.spread < 1e-6);
}

TEST_CASE("binary replicas store patterns in a perceptron and committees") {
    for (const Network& network :
         {Network{201, 1}, Network{101, 5}, Network{303, 3, Wiring::Tree}}) {
        const auto patterns = patterns_of(network, network.weight_count() * 3 / 10);
        BinaryReplicatedSgd sgd(network, patterns, {.batch = 20, .replicas = 7});
        CHECK(learn(sgd, network, *patterns, {.rate = 2.0, .gamma = 0.3, .pull = 0.3}, 500) <= 500);
        CHECK(sgd.weights().kind() == WeightKind::Binary);
    }
}

TEST_CASE("the same weights for any number of threads") {
    const Network real = spherical(2400, 3), binary{2401, 3};
    const auto real_patterns = patterns_of(real, 150), signs = patterns_of(binary, 150);
    const auto run = [&](std::size_t threads,
                         const std::function<std::unique_ptr<Learner>()>& make) {
        Weights weights(1, 1);
        Threads(threads).run([&] {
            const std::unique_ptr<Learner> learner = make();
            for (int t = 0; t < 3; ++t) {
                learner->epoch({.rate = 10.0, .beta = 0.7, .gamma = 2.0, .pull = 0.1});
            }
            weights = learner->weights();
        });
        return weights;
    };
    const std::function<std::unique_ptr<Learner>()> kinds[] = {
        [&] {
            return std::make_unique<Sgd>(real, real_patterns,
                                         SgdOptions{.batch = 100, .momentum = 0.9});
        },
        [&] {
            return std::make_unique<ReplicatedSgd>(
                real, real_patterns, ReplicatedSgdOptions{.each = {.batch = 40}, .replicas = 3});
        },
        [&] {
            return std::make_unique<BinaryReplicatedSgd>(
                binary, signs, BinaryReplicatedSgdOptions{.batch = 40, .replicas = 3});
        }};
    for (const auto& make : kinds) {
        const Weights one = run(1, make);
        CHECK(run(2, make) == one);
        CHECK(run(3, make) == one);
    }
}

TEST_CASE("what gradient learners cannot do is refused") {
    const Network binary{9, 3}, real = spherical(9, 3);
    const auto patterns = patterns_of(real, 4);
    CHECK_THROWS_WITH_AS(Sgd(binary, patterns, {}),
                         "sgd learns real weights, and those of the network are +-1: use "
                         "spherical weights, or rsgd",
                         Error);
    CHECK_THROWS_WITH_AS(Sgd(real, patterns, {.batch = 0}), "batch is 0: it must be 1 or more",
                         Error);
    CHECK_THROWS_WITH_AS(Sgd(real, patterns, {.momentum = 1.0}),
                         "momentum is 1: it must be in [0, 1)", Error);
    CHECK_THROWS_WITH_AS(ReplicatedSgd(real, patterns, {.each = {}, .replicas = 1}),
                         "replicas is 1: there must be 2 or more", Error);
    CHECK_THROWS_WITH_AS(
        BinaryReplicatedSgd(binary, patterns, {.replicas = 4}),
        "replicas is 4: +-1 weights need an odd number, whose majority is never undecided", Error);
    CHECK_THROWS_AS(BinaryReplicatedSgd({9, 3, Wiring::Full, Gate::Parity}, patterns, {}), Error);
}
