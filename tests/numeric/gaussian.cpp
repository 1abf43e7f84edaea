#include "steppe/numeric/gaussian.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

#include "numeric/reference.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/simd.hpp"

using namespace steppe;
using namespace steppe::reference;

TEST_CASE("double precision: 1e-13 of 50-digit values") {
    CHECK(std::size(gaussian_reference) > 300);
    for (const GaussianRow& row : gaussian_reference) {
        CAPTURE(row.x);
        CHECK(error(gaussian_tail(row.x), row.tail) <= double_bound);
        CHECK(error(log_gaussian_tail(row.x), row.log_tail) <= double_bound);
        CHECK(error(inverse_mills_ratio(row.x), row.inverse_mills) <= double_bound);
        CHECK(error(atanh_erf(row.x), row.atanh_erf) <= double_bound);
    }
}

TEST_CASE("single precision: 4 units in the last place of 50-digit values") {
    CHECK(std::size(gaussian_reference_float) > 300);
    for (const GaussianRow& row : gaussian_reference_float) {
        const float x = static_cast<float>(row.x);
        CAPTURE(x);
        CHECK(units_in_last_place(gaussian_tail(x), row.tail) <= float_bound);
        CHECK(units_in_last_place(log_gaussian_tail(x), row.log_tail) <= float_bound);
        CHECK(units_in_last_place(inverse_mills_ratio(x), row.inverse_mills) <= float_bound);
        CHECK(units_in_last_place(atanh_erf(x), row.atanh_erf) <= float_bound);
    }
}

TEST_CASE("log H of many values: 1e-13 on every instruction set, in place, any length") {
    std::vector<double> x, wanted;
    for (const GaussianRow& row : gaussian_reference) {
        x.push_back(row.x);
        wanted.push_back(row.log_tail);
    }
    for (const std::string& target : simd_targets()) {
        CAPTURE(target);
        limit_simd_target(target);
        std::vector<double> out(x.size());
        log_gaussian_tail(x, out);
        for (std::size_t i = 0; i < x.size(); ++i) {
            CAPTURE(x[i]);
            CHECK(error(out[i], wanted[i]) <= double_bound);
        }
        // The last few go through another path.
        for (std::size_t count = 0; count <= 17; ++count) {
            std::vector<double> some(x.begin() + 100, x.begin() + 100 + static_cast<long>(count));
            log_gaussian_tail(some, some);
            for (std::size_t i = 0; i < count; ++i) CHECK(some[i] == out[100 + i]);
        }
    }
    limit_simd_target("");
    std::vector<double> shorter(3);
    CHECK_THROWS_AS(log_gaussian_tail(x, shorter), Error);
}

TEST_CASE("every finite argument gives a finite answer") {
    const double big = std::numeric_limits<double>::max();
    const float big_float = std::numeric_limits<float>::max();
    std::vector<double> ends{-big, -1e200, -1e154, 1e154, 1e200, big};
    for (const double x : ends) {
        CAPTURE(x);
        CHECK(std::isfinite(gaussian_tail(x)));
        CHECK(std::isfinite(log_gaussian_tail(x)));
        CHECK(std::isfinite(inverse_mills_ratio(x)));
        CHECK(std::isfinite(atanh_erf(x)));
    }
    log_gaussian_tail(ends, ends);
    for (const double value : ends) CHECK(std::isfinite(value));
    for (const float x : {-big_float, big_float}) {
        CHECK(std::isfinite(gaussian_tail(x)));
        CHECK(std::isfinite(log_gaussian_tail(x)));
        CHECK(std::isfinite(inverse_mills_ratio(x)));
        CHECK(std::isfinite(atanh_erf(x)));
    }
}

TEST_CASE("not a number stays not a number") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(std::isnan(gaussian_tail(nan)));
    CHECK(std::isnan(log_gaussian_tail(nan)));
    CHECK(std::isnan(inverse_mills_ratio(nan)));
    CHECK(std::isnan(atanh_erf(nan)));
}
