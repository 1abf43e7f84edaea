#include "steppe/study/statistics.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

using namespace steppe;

TEST_CASE("equal values share the mean of their ranks") {
    const std::vector<double> values{3.0, 1.0, 3.0, 2.0, 3.0};
    CHECK(ranks_of(values) == std::vector<double>{4.0, 1.0, 4.0, 2.0, 4.0});
}

TEST_CASE("rank correlation of ten pairs with ties is SciPy's") {
    // scipy.stats.spearmanr 1.10.1; the interval from its value by the formula of the header.
    const std::vector<double> x{1.2, 3.4, 2.2, 5.0, 4.1, 4.1, 0.3, 6.6, 2.9, 3.8};
    const std::vector<double> y{2.0, 1.0, 3.5, 4.4, 4.4, 6.0, 0.5, 5.9, 2.2, 3.0};
    const Correlation r = rank_correlation(x, y);
    CHECK(r.value == doctest::Approx(0.8201219512195123).epsilon(1e-12));
    CHECK(r.least == doctest::Approx(0.2920814311308293).epsilon(1e-9));
    CHECK(r.most == doctest::Approx(0.9649717648656575).epsilon(1e-9));
    CHECK(r.count == 10);
}

TEST_CASE("what differs between groups alone does not correlate within them") {
    // In each group the larger x has the smaller y; groups with large x have large y.
    std::vector<double> x, y;
    std::vector<std::size_t> group;
    for (std::size_t g = 0; g < 6; ++g) {
        for (int i = 0; i < 3; ++i) {
            x.push_back(10.0 * static_cast<double>(g) + i);
            y.push_back(10.0 * static_cast<double>(g) - i);
            group.push_back(g);
        }
    }
    CHECK(rank_correlation(x, y).value > 0.9);
    CHECK(rank_correlation_within(x, y, group).value == doctest::Approx(-1.0));
}

TEST_CASE("of too few pairs, or of constants, there is no correlation") {
    const std::vector<double> x{1.0, 2.0, 3.0}, ramp{1.0, 2.0, 3.0, 4.0, 5.0}, flat(5, 1.0);
    CHECK(std::isnan(rank_correlation(x, x).value));
    CHECK(std::isnan(rank_correlation(ramp, flat).value));
}

TEST_CASE("rank correlations do not change under growing functions, and lie in their intervals") {
    rc::check([] {
        const auto count = *rc::gen::inRange<std::size_t>(5, 30);
        const auto whole = rc::gen::inRange(-50, 50);
        const auto xs = *rc::gen::container<std::vector<int>>(count, whole);
        const auto ys = *rc::gen::container<std::vector<int>>(count, whole);
        const std::vector<double> x(xs.begin(), xs.end()), y(ys.begin(), ys.end());
        std::vector<double> stretched;
        for (const double value : x) stretched.push_back(std::exp(0.1 * value));
        const Correlation r = rank_correlation(x, y);
        RC_PRE(std::isfinite(r.value));
        RC_ASSERT(std::abs(rank_correlation(stretched, y).value - r.value) < 1e-12);
        RC_ASSERT(r.least <= r.value + 1e-9);
        RC_ASSERT(r.value <= r.most + 1e-9);
    });
}
