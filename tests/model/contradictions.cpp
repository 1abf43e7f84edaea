#include "steppe/model/contradictions.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "steppe/model/errors.hpp"

using namespace steppe;

namespace {

using Signs = std::vector<signed char>;
using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

Patterns bits(std::size_t inputs, const Signs& signs, const Signs& labels) {
    return std::make_shared<PatternSet>(
        PatternSet::from_signs(inputs, signs.size() / inputs, signs, labels));
}

}  // namespace

TEST_CASE("patterns with both labels are named, beside them or folded in") {
    // x, y, x, -x, y, -x with labels +, +, -, +, +, -: patterns 0 and 5 agree, 2 and 3 too.
    const Signs signs{1, 1, 1, 1, -1, 1, 1, 1, 1, -1, -1, -1, 1, -1, 1, -1, -1, -1};
    const Patterns beside = bits(3, signs, {1, 1, -1, 1, 1, -1});
    for (const Patterns& patterns : {beside, beside.fold_labels()}) {
        const Contradictions found = find_contradictions({3}, patterns);
        CHECK(found.groups == 1);
        CHECK(found.least_errors == 2);
        CHECK(found.pairs == Pairs{{0, 2}});
    }
    Network wide{3};
    wide.margin = -0.5;  // |z| below half of it is both
    CHECK(find_contradictions(wide, beside).least_errors == 0);
}

TEST_CASE("real patterns as well; weights that hold a sum of 0 answer -1 on both sides of it") {
    const auto real = [](const Signs& labels) {
        return Patterns(std::make_shared<RealPatterns>(
            RealPatterns::from_values(2, 2, {0.5f, -2.0f, -0.5f, 2.0f}, labels)));
    };
    Network network{2};
    network.weights = WeightKind::Spherical;
    CHECK(find_contradictions(network, real({1, 1})).least_errors == 1);
    CHECK(find_contradictions(network, real({1, -1})).least_errors == 0);
    CHECK(find_contradictions(network, real({-1, -1})).least_errors == 0);
    CHECK(find_contradictions(network, real({-1, -1})).no_volume);
    CHECK_FALSE(find_contradictions(network, real({1, -1})).no_volume);
    network.margin = 0.1;
    CHECK(find_contradictions(network, real({-1, -1})).least_errors == 1);
}

TEST_CASE("patterns of zeros alone have one answer") {
    const auto real = [](const Signs& labels) {
        return Patterns(std::make_shared<RealPatterns>(RealPatterns::from_values(
            2, 4, {0.0f, 0.0f, 1.0f, 2.0f, -0.0f, 0.0f, 0.0f, 0.0f}, labels)));
    };
    for (const std::size_t units : {1, 3}) {
        Network network{2, units};
        network.weights = WeightKind::Spherical;
        const Patterns given = real({1, 1, -1, 1});
        for (const Patterns& patterns : {given, given.fold_labels()}) {
            const Contradictions found = find_contradictions(network, patterns);
            CHECK(found.zeros == 2);
            CHECK(found.first_zeros == 0);
            CHECK(found.least_errors == 2);
            CHECK(found.groups == 0);
        }
        CHECK(find_contradictions(network, real({-1, 1, -1, -1})).least_errors == 0);
        network.margin = 0.1;
        CHECK(find_contradictions(network, given.fold_labels()).zeros == 3);
    }
    // An even number of units that all answer -1.
    Network parity{2, 2};
    parity.gate = Gate::Parity;
    CHECK(find_contradictions(parity, real({1, 1, -1, 1})).zeros == 1);
}

TEST_CASE("no weights have fewer errors than contradictions say, and some of one input have them") {
    rc::check([] {
        Network network{*rc::gen::inRange<std::size_t>(1, 4)};
        network.hidden = *rc::gen::element<std::size_t>(1, 2, 3);
        network.gate = network.hidden == 2 || (network.hidden == 3 && *rc::gen::arbitrary<bool>())
                           ? Gate::Parity
                           : Gate::Majority;
        network.margin = *rc::gen::element(0.0, 0.0, 0.3, -0.3);
        const auto count = *rc::gen::inRange<std::size_t>(1, 9);
        Signs signs, labels;
        for (std::size_t j = 0; j < count * network.inputs; ++j) {
            signs.push_back(*rc::gen::element<signed char>(1, -1));
        }
        for (std::size_t a = 0; a < count; ++a) {
            labels.push_back(*rc::gen::element<signed char>(1, -1));
        }
        Patterns patterns = bits(network.inputs, signs, labels);
        if (network.folds_labels()) patterns = patterns.fold_labels();
        const Contradictions found = find_contradictions(network, patterns);
        std::size_t least = count;
        for (std::size_t state = 0; state < std::size_t{1} << network.weight_count(); ++state) {
            Weights weights(network.inputs, network.hidden);
            for (std::size_t i = 0; i < network.weight_count(); ++i) {
                weights.set(i / network.inputs, i % network.inputs, (state >> i & 1) != 0);
            }
            least = std::min(least, patterns.visit([&](const auto& set) {
                return count_errors(network, weights, *set);
            }));
        }
        RC_ASSERT(found.least_errors <= least);
        RC_ASSERT((found.groups > 0) == (found.least_errors > 0));
        RC_ASSERT(found.pairs.size() == found.groups);
        // The sign of one input is all there is to one weight.
        if (network.inputs == 1 && network.hidden == 1 && network.margin == 0.0) {
            RC_ASSERT(found.least_errors == least);
        }
    });
}
