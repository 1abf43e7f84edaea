#include "steppe/model/errors.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "steppe/error.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/numeric/simd.hpp"

using namespace steppe;

namespace {

std::size_t plainly(const Network& network, const Weights& weights, const PatternSet& patterns) {
    return count_errors_plainly(network, weights.values(), patterns.signs(), patterns.labels());
}

}  // namespace

TEST_CASE("bits and the plain loop count the same errors") {
    CHECK(rc::check("count_errors", [] {
        Network network;
        network.gate = *rc::gen::element(Gate::Majority, Gate::Parity);
        network.wiring = *rc::gen::element(Wiring::Full, Wiring::Tree);
        network.weights = *rc::gen::element(WeightKind::Binary, WeightKind::Spherical);
        network.margin = *rc::gen::element(0.0, 0.3, -0.7);
        network.hidden = network.gate == Gate::Parity
                             ? *rc::gen::inRange<std::size_t>(2, 6)
                             : 2 * *rc::gen::inRange<std::size_t>(0, 4) + 1;
        network.inputs = *rc::gen::inRange<std::size_t>(1, 200);
        if (network.wiring == Wiring::Tree) network.inputs *= network.hidden;
        const auto patterns = *rc::gen::inRange<std::size_t>(1, 60);
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        const Weights weights = random_teacher(network, seed);
        PatternSet set = random_patterns(network.inputs, patterns, seed);
        if (*rc::gen::arbitrary<bool>()) {
            set = teacher_labels(network, random_teacher(network, seed + 1), set);
        }
        const std::size_t errors = count_errors(network, weights, set);
        RC_ASSERT(errors == plainly(network, weights, set));
        if (network.folds_labels()) {
            RC_ASSERT(errors == count_errors(network, weights, set.fold_labels()));
        }
        // The same inputs as real numbers.
        const std::vector<signed char> signs = set.signs();
        const std::vector<float> numbers(signs.begin(), signs.end());
        const RealPatterns real = RealPatterns::from_values(
            network.inputs, patterns, numbers, {set.labels().begin(), set.labels().end()});
        RC_ASSERT(errors == count_errors(network, weights, real));
        RC_ASSERT(errors == count_errors_plainly(network, weights.values(), numbers, set.labels()));
    }));
}

TEST_CASE("a teacher makes no errors on its own labels, of any kind") {
    for (const Gate gate : {Gate::Majority, Gate::Parity}) {
        for (const Wiring wiring : {Wiring::Full, Wiring::Tree}) {
            for (const WeightKind kind : {WeightKind::Binary, WeightKind::Spherical}) {
                for (const std::size_t hidden : {2u, 3u}) {
                    if (gate == Gate::Majority && hidden == 2) continue;
                    // Even numbers of inputs too, where many sums are 0.
                    for (const std::size_t n : {33u, 32u, 2u}) {
                        const Network network{wiring == Wiring::Tree ? n * hidden : n, hidden,
                                              wiring, gate, kind};
                        const Weights teacher = random_teacher(network, 5);
                        const PatternSet set = teacher_labels(
                            network, teacher, random_patterns(network.inputs, 200, 5));
                        CHECK(count_errors(network, teacher, set) == 0);
                        CHECK(plainly(network, teacher, set) == 0);
                        if (network.folds_labels()) {
                            CHECK(count_errors(network, teacher, set.fold_labels()) == 0);
                        }
                        if (n == 33)
                            CHECK(count_errors(network, random_teacher(network, 6), set) > 20);
                    }
                }
            }
        }
    }
}

TEST_CASE("sums in single precision that come near the threshold are taken again in double") {
    // Each z is 1e-9 or -1e-9 in double, and rounds to anything in single precision.
    const std::size_t inputs = 1001;
    std::vector<double> values(inputs, 1.0 / 3.0);
    values.back() = 0.0;
    std::vector<signed char> signs;
    for (std::size_t a = 0; a < 40; ++a) {
        for (std::size_t i = 0; i < inputs; ++i) {
            const bool turned = (i * 7919 + a * 104729) / 11 % 2 == 0;
            signs.push_back(turned ? 1 : -1);
        }
        // The first thousand balance.
        long sum = 0;
        for (std::size_t i = 0; i + 1 < inputs; ++i) sum += signs[a * inputs + i];
        for (std::size_t i = 0; sum != 0; ++i) {
            signed char& sign = signs[a * inputs + i];
            if ((sum > 0) == (sign > 0)) {
                sign = static_cast<signed char>(-sign);
                sum += 2 * sign;
            }
        }
        signs[a * inputs + inputs - 1] = a % 4 == 0 ? -1 : 1;
    }
    values.back() = 1e-9;
    Network network{inputs, 1};
    network.weights = WeightKind::Spherical;
    const Weights weights = Weights::from_values(inputs, 1, values);
    const PatternSet set = PatternSet::from_signs(inputs, 40, signs);
    CHECK(count_errors(network, weights, set) == 10);
}

TEST_CASE("every instruction set counts the same, also past 65535 differing bits") {
    // 16-bit counters would overflow here.
    const std::size_t inputs = 70'003;
    const Network network{inputs, 1};
    const PatternSet ones =
        PatternSet::from_signs(inputs, 3, std::vector<signed char>(3 * inputs, 1));
    const PatternSet random = random_patterns(inputs, 21, 4);
    Weights all_minus(inputs, 1);
    const Weights teacher = random_teacher(network, 9);
    const std::size_t wanted = plainly(network, teacher, random);
    for (const std::string& target : simd_targets()) {
        CAPTURE(target);
        limit_simd_target(target);
        std::vector<double> z(3);
        preactivations(network, all_minus, ones, z);
        for (const double value : z) CHECK(value == -static_cast<double>(inputs));
        CHECK(count_errors(network, all_minus, ones) == 3);
        CHECK(count_errors(network, teacher, random) == wanted);
    }
    limit_simd_target("");
}

TEST_CASE("sums of every unit") {
    const Network network{37, 3};
    const PatternSet set = random_patterns(37, 19, 2);
    const Weights weights = random_teacher(network, 3);
    std::vector<double> z(3 * 19);
    preactivations(network, weights, set, z);
    for (std::size_t k = 0; k < 3; ++k) {
        for (std::size_t a = 0; a < 19; ++a) {
            int sum = 0;
            for (std::size_t i = 0; i < 37; ++i) sum += set.sign(a, i) * weights.sign(k, i);
            CHECK(z[k * 19 + a] == sum);
        }
    }
}

TEST_CASE("a sum of exactly zero is answered with -1, by both") {
    const Network network{2, 1};
    const PatternSet set = PatternSet::from_signs(2, 1, std::vector<signed char>{1, -1});
    const Weights weights = Weights::from_signs(2, 1, std::vector<signed char>{1, 1});
    CHECK(count_errors(network, weights, set) == 1);
    CHECK(plainly(network, weights, set) == 1);
    // -1 is the right answer where it is asked for, labels beside or folded in.
    const PatternSet minus = set.with_labels({-1});
    CHECK(count_errors(network, weights, minus) == 0);
    CHECK(count_errors(network, weights, minus.fold_labels()) == 0);
    CHECK(plainly(network, weights, minus) == 0);
    // With a margin neither is stored: the sum has to be on the label's side of it.
    Network wide = network;
    wide.margin = 1e-9;
    for (const PatternSet& one : {set, minus, minus.fold_labels()}) {
        CHECK(count_errors(wide, weights, one) == 1);
    }
    CHECK(plainly(wide, weights, minus) == 1);
}

TEST_CASE("a teacher of ReLU units stores its own labels, also where all units are off") {
    Network network{2, 2, Wiring::Full, Gate::Majority, WeightKind::Spherical};
    network.activation = Activation::Relu;
    const Weights teacher = random_teacher(network, 4);
    const PatternSet set = teacher_labels(network, teacher, random_patterns(2, 50, 4));
    CHECK(count_errors(network, teacher, set) == 0);
    CHECK(plainly(network, teacher, set) == 0);
}

TEST_CASE("turning a pattern twice leaves it as it was given") {
    const PatternSet set = PatternSet::from_signs(2, 2, std::vector<signed char>{1, -1, 1, 1});
    const PatternSet once = set.with_labels({-1, 1}).fold_labels();
    CHECK(once.turned().size() == 2);
    CHECK(once.turned()[0] == 1);
    CHECK(once.turned()[1] == 0);
    CHECK(once.with_labels({}).turned().empty());
}

TEST_CASE("shapes that disagree are refused") {
    const PatternSet set = random_patterns(10, 4, 1);
    CHECK_THROWS_AS(count_errors({11, 1}, Weights(11, 1), set), Error);
    CHECK_THROWS_AS(count_errors({10, 3}, Weights(10, 1), set), Error);
    CHECK_THROWS_AS(count_errors({10, 1}, Weights(9, 1), set), Error);
}

TEST_CASE("errors of ReLU units are those of the plain loop") {
    CHECK(rc::check("relu", [] {
        Network network;
        network.activation = Activation::Relu;
        network.weights = WeightKind::Spherical;
        network.hidden = *rc::gen::inRange<std::size_t>(2, 7);
        network.wiring = *rc::gen::element(Wiring::Full, Wiring::Tree);
        network.inputs = *rc::gen::inRange<std::size_t>(1, 100);
        if (network.wiring == Wiring::Tree) network.inputs *= network.hidden;
        const auto patterns = *rc::gen::inRange<std::size_t>(1, 60);
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        Weights weights = random_teacher(network, seed);
        // Of weights +-1 many sums of sums are 0.
        if (*rc::gen::arbitrary<bool>()) {
            std::vector<double> signs = weights.values();
            for (double& w : signs) w = w > 0.0 ? 1.0 : -1.0;
            weights = Weights::from_values(network.unit_inputs(), network.hidden, signs);
        }
        const PatternSet set =
            random_patterns(network.inputs, patterns, seed).with_labels(random_labels(patterns, 1));
        const std::size_t errors = count_errors(network, weights, set);
        RC_ASSERT(errors == plainly(network, weights, set));
        const std::vector<signed char> signs = set.signs();
        const RealPatterns real = RealPatterns::from_values(
            network.inputs, patterns, std::vector<float>(signs.begin(), signs.end()),
            {set.labels().begin(), set.labels().end()});
        RC_ASSERT(errors == count_errors(network, weights, real));
    }));
}
