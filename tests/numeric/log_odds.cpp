#include "steppe/numeric/log_odds.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "numeric/reference.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/simd.hpp"

using namespace steppe;
using namespace steppe::reference;

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
}

TEST_CASE("double precision: 1e-13 of 50-digit values") {
    for (const FieldRow& row : field_reference) {
        CAPTURE(row.h);
        CHECK(error(log_2cosh(row.h), row.log_2cosh) <= double_bound);
        CHECK(error(sech_squared(row.h), row.sech_squared) <= double_bound);
    }
    for (const ProductRow& row : product_reference) {
        CAPTURE(row.a);
        CAPTURE(row.b);
        CHECK(error(atanh_product(row.a, row.b), row.value) <= double_bound);
    }
}

TEST_CASE("many values: 1e-13 on every instruction set, in place, any length") {
    for (const std::string& target : simd_targets()) {
        CAPTURE(target);
        limit_simd_target(target);
        for (const ProductRow& row : product_reference) {
            CAPTURE(row.a);
            CAPTURE(row.b);
            double out = row.b;
            atanh_product(row.a, {&out, 1}, {&out, 1});
            CHECK(error(out, row.value) <= double_bound);
        }
        std::vector<double> b;
        for (const FieldRow& row : field_reference) b.push_back(row.h);
        for (const double a : {-1.5, 1e-6, 0.3, 20.0, 1e3, infinity}) {
            CAPTURE(a);
            for (const std::size_t count : {b.size(), std::size_t{5}, std::size_t{0}}) {
                std::vector<double> out(b.begin(), b.begin() + static_cast<long>(count));
                atanh_product(a, out, out);
                for (std::size_t i = 0; i < count; ++i) {
                    CHECK(error(out[i], atanh_product(a, b[i])) <= 2 * double_bound);
                }
            }
        }
    }
    limit_simd_target("");
    std::vector<double> one(1), two(2);
    CHECK_THROWS_AS(atanh_product(1.0, one, two), Error);
}

TEST_CASE("single precision: 4 units in the last place of 50-digit values") {
    for (const FieldRow& row : field_reference_float) {
        const float h = static_cast<float>(row.h);
        CAPTURE(h);
        CHECK(units_in_last_place(log_2cosh(h), row.log_2cosh) <= float_bound);
        CHECK(units_in_last_place(sech_squared(h), row.sech_squared) <= float_bound);
    }
    for (const ProductRow& row : product_reference_float) {
        const float a = static_cast<float>(row.a), b = static_cast<float>(row.b);
        CAPTURE(a);
        CAPTURE(b);
        CHECK(units_in_last_place(atanh_product(a, b), row.value) <= float_bound);
    }
}

TEST_CASE("an infinite coupling passes the other field on") {
    CHECK(atanh_product(infinity, 1.25) == 1.25);
    CHECK(atanh_product(-infinity, 1.25) == -1.25);
    CHECK(atanh_product(-0.5, infinity) == -0.5);
    CHECK(atanh_product(infinity, 0.0) == 0.0);
    CHECK(atanh_product(infinity, infinity) == infinity);
    CHECK(atanh_product(-infinity, infinity) == -infinity);
}

TEST_CASE("log_add_exp") {
    CHECK(log_add_exp(-infinity, 2.0) == 2.0);
    CHECK(log_add_exp(2.0, -infinity) == 2.0);
    CHECK(log_add_exp(-infinity, -infinity) == -infinity);
    CHECK(log_add_exp(1000.0, 1000.0) == doctest::Approx(1000.0 + std::log(2.0)).epsilon(1e-15));
    CHECK(log_add_exp(-1000.0, 0.0) == 0.0);
}

TEST_CASE("magnetizations of many fields and their sums, on every instruction set, any length") {
    for (const std::string& target : simd_targets()) {
        limit_simd_target(target);
        CAPTURE(target);
        for (const std::size_t count : {0, 1, 7, 16, 101}) {
            std::vector<double> a(count), b(count);
            std::vector<float> m(count), old(count);
            double variance = 0.0, squares = 0.0, change = 0.0;
            for (std::size_t i = 0; i < count; ++i) {
                // Small, moderate and frozen fields of both signs, and beyond saturation.
                const double x = static_cast<double>(i);
                a[i] = (i % 2 == 0 ? 1 : -1) * std::pow(10.0, 0.05 * x - 3.0);
                b[i] = 0.01 * x;
                m[i] = old[i] = static_cast<float>(0.5 * std::sin(x));
                const double h = std::clamp(a[i] + b[i], -saturation_field, saturation_field);
                variance += sech_squared(h);
                squares += std::tanh(h) * std::tanh(h);
                change = std::max(change, std::abs(std::tanh(h) - static_cast<double>(old[i])));
            }
            const MagnetizationSums sums = magnetize(a, b, m);
            CHECK(sums.variance == doctest::Approx(variance).epsilon(1e-12));
            CHECK(sums.squares == doctest::Approx(squares).epsilon(1e-12));
            CHECK(sums.change == doctest::Approx(change).epsilon(1e-12));
            for (std::size_t i = 0; i < count; ++i) {
                CHECK(m[i] == doctest::Approx(std::tanh(a[i] + b[i])).epsilon(2e-7));
            }
        }
        // Frozen weights keep a variance to their own accuracy.
        std::vector<double> h{18.0}, none{0.0};
        std::vector<float> m{0.0f};
        CHECK(magnetize(h, none, m).variance == doctest::Approx(4.0 * std::exp(-36.0)));
        CHECK_THROWS_AS(magnetize(h, {}, m), Error);
    }
    limit_simd_target("");
}

TEST_CASE("laws of log-odds: symmetric, odd, bounded by either field, no larger through a chain") {
    const auto field = [] { return *rc::gen::inRange(-40'000'000, 40'000'001) * 1e-6; };
    CHECK(rc::check("atanh_product", [&] {
        const double a = field(), b = field(), c = field();
        const double ab = atanh_product(a, b);
        RC_ASSERT(ab == atanh_product(b, a));
        RC_ASSERT(ab == -atanh_product(-a, b));
        RC_ASSERT(std::abs(ab) <= std::min(std::abs(a), std::abs(b)));
        // Couplings in a chain may be joined in any order.
        const double left = atanh_product(ab, c), right = atanh_product(a, atanh_product(b, c));
        RC_ASSERT(std::abs(left - right) <= 1e-12 * std::abs(right));
    }));
}
