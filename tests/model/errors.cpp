#include "steppe/model/errors.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "steppe/error.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/numeric/simd.hpp"

using namespace steppe;

namespace {

std::size_t plainly(const Network& network, const Weights& weights, const PatternSet& patterns) {
    return count_errors_plainly(network, weights.signs(), patterns.signs(), patterns.labels());
}

}  // namespace

TEST_CASE("bits and the plain loop count the same errors") {
    CHECK(rc::check("count_errors", [] {
        const auto inputs = *rc::gen::inRange<std::size_t>(1, 200);
        const auto patterns = *rc::gen::inRange<std::size_t>(1, 60);
        const auto hidden = 2 * *rc::gen::inRange<std::size_t>(0, 4) + 1;
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        const Network network{inputs, hidden};
        const Weights weights = random_teacher(network, seed);
        PatternSet set = random_patterns(inputs, patterns, seed);
        if (*rc::gen::arbitrary<bool>()) {
            set = teacher_labels(network, random_teacher(network, seed + 1), set);
        }
        const std::size_t errors = count_errors(network, weights, set);
        RC_ASSERT(errors == plainly(network, weights, set));
        // With an odd answer, folding labels in changes nothing; an answer to z = 0 is not odd.
        if (inputs % 2 == 1) RC_ASSERT(errors == count_errors(network, weights, set.fold_labels()));
    }));
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
        std::vector<std::int32_t> z(3);
        preactivations(all_minus, ones, z);
        for (const std::int32_t value : z) CHECK(value == -static_cast<std::int32_t>(inputs));
        CHECK(count_errors(network, all_minus, ones) == 3);
        CHECK(count_errors(network, teacher, random) == wanted);
    }
    limit_simd_target("");
}

TEST_CASE("sums of every unit") {
    const Network network{37, 3};
    const PatternSet set = random_patterns(37, 19, 2);
    const Weights weights = random_teacher(network, 3);
    std::vector<std::int32_t> z(3 * 19);
    preactivations(weights, set, z);
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
}

TEST_CASE("shapes that disagree are refused") {
    const PatternSet set = random_patterns(10, 4, 1);
    CHECK_THROWS_AS(count_errors({11, 1}, Weights(11, 1), set), Error);
    CHECK_THROWS_AS(count_errors({10, 3}, Weights(10, 1), set), Error);
    CHECK_THROWS_AS(count_errors({10, 1}, Weights(9, 1), set), Error);
}
