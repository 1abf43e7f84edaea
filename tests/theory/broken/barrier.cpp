#include "steppe/theory/broken/barrier.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "support/table_rows.hpp"

using namespace steppe;
using namespace steppe::theory;

TEST_CASE("errors between two solutions are those of others") {
    for (const test::Row& row : test::table_rows("geodesic_barrier.csv")) {
        const double load = std::stod(row.at("load")), margin = std::stod(row.at("kappa"));
        CAPTURE(load);
        const Barrier got = barrier(load, margin, {0.5, 0.25, 0.75, 0.0, 1.0});
        CHECK(std::abs(got.overlap.value - std::stod(row.at("q"))) < 6e-6);
        CHECK(std::abs(got.errors[0].value - std::stod(row.at("error_half"))) < 1e-6);
        CHECK(std::abs(got.errors[1].value - std::stod(row.at("error_quarter"))) < 1e-6);
        for (const Value& error : got.errors) CHECK(error.error < 1e-10);
        CHECK(got.errors[1].value == doctest::Approx(got.errors[2].value).epsilon(1e-12));
        CHECK(got.errors[3].value == 0.0);
        CHECK(got.errors[4].value == 0.0);
    }
}

TEST_CASE("errors between two solutions, by drawing their fields") {
    std::mt19937_64 random(7);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    for (const double q : {0.0, 0.5, 0.95}) {
        for (const double place : {0.1, 0.5}) {
            CAPTURE(q);
            CAPTURE(place);
            const double margin = -0.8;
            const double norm = std::sqrt(place * place + (1.0 - place) * (1.0 - place) +
                                          2.0 * place * (1.0 - place) * q);
            constexpr int count = 40000;
            int errors = 0, drawn = 0;
            while (drawn < count) {
                const double shared = std::sqrt(q) * normal(random);
                const double u = (margin - shared) / std::sqrt(1.0 - q);
                // Above u: by rejection, from u on by an exponential where u is in the tail.
                const auto field = [&] {
                    for (;;) {
                        const double y =
                            u < 0.5 ? normal(random) - u : -std::log1p(-uniform(random)) / u;
                        if (y < 0.0) continue;
                        if (u < 0.5 || uniform(random) < std::exp(-0.5 * y * y)) {
                            return margin + std::sqrt(1.0 - q) * y;
                        }
                    }
                };
                const double h1 = field(), h2 = field();
                if ((place * h1 + (1.0 - place) * h2) / norm < margin) ++errors;
                ++drawn;
            }
            const double share = errors / static_cast<double>(count);
            const double deviation = std::sqrt(share / count);
            const Value got = error_between(margin, q, place);
            CHECK(std::abs(got.value - share) < 4.0 * deviation + 1e-12);
            CHECK(got.value > 0.0);
        }
    }
}

TEST_CASE("errors near overlap 1 and near the ends") {
    for (const double q : {0.99, 0.9999, 1.0 - 1e-7}) {
        CAPTURE(q);
        const Value got = error_between(-0.5, q, 0.5);
        CHECK(got.error <= 1e-9 * got.value);
        CHECK(got.value > 0.0);
        CHECK(got.value < error_between(-0.5, 0.9, 0.5).value);
    }
    // In proportion to the distance from the end.
    const double near = error_between(-0.5, 0.4, 1e-6).value;
    CHECK(error_between(-0.5, 0.4, 2e-6).value == doctest::Approx(2.0 * near).epsilon(1e-4));
}

TEST_CASE("no errors at margins from 0 on, and bad places") {
    const Barrier none = barrier(1.2, 0.1, {0.3, 0.5});
    for (const Value& error : none.errors) CHECK(error.value == 0.0);
    CHECK(barrier(1.0, 0.0, {0.5}).errors[0].value == 0.0);
    CHECK_THROWS_AS(barrier(2.1, 0.0, {0.5}), NoSaddlePoint);
    CHECK_THROWS_AS(barrier(4.2, -0.5, {0.5}), NoSaddlePoint);
    CHECK_THROWS_WITH_AS(error_between(-0.5, 0.2, 1.5),
                         "the place between two solutions 1.5 is not in [0, 1]", Error);
    CHECK_THROWS_AS(error_between(-0.5, 1.0, 0.5), Error);
    CHECK_THROWS_AS(error_between(std::nan(""), 0.5, 0.5), Error);
}
