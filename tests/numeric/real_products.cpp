#include "steppe/numeric/real_products.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

using namespace steppe;

TEST_CASE("the four products are those of plain loops, for any number of threads") {
    // A part of the columns of a wider matrix, several pieces of rows and columns.
    const std::size_t rows = 131, columns = 150, stride = 170, first = 9, sides = 3;
    const Philox random(2, Stream::Patterns);
    std::vector<float> values(rows * stride), x(sides * columns), g(sides * rows);
    for (std::size_t e = 0; e < values.size(); ++e)
        values[e] = static_cast<float>(random.normal(e));
    for (std::size_t e = 0; e < x.size(); ++e) x[e] = static_cast<float>(random.normal(e, 1));
    for (std::size_t e = 0; e < g.size(); ++e) g[e] = static_cast<float>(random.normal(e, 2));
    const RealProducts products({std::span(values).subspan(first), rows, columns, stride}, sides);
    const auto at = [&](std::size_t a, std::size_t i) {
        return static_cast<double>(values[a * stride + first + i]);
    };
    std::vector<float> wanted[4];
    for (const std::size_t threads : {1, 2, 3, 8}) {
        std::vector<float> found[4];
        for (const int k : {0, 2}) found[k].resize(sides * rows);
        for (const int k : {1, 3}) found[k].resize(sides * columns);
        Threads(threads).run([&] {
            products.multiply(x, found[0]);
            products.multiply_transposed(g, found[1]);
            products.multiply_squares(x, found[2]);
            products.multiply_squares_transposed(g, found[3]);
        });
        for (int k = 0; k < 4; ++k) {
            if (threads == 1) wanted[k] = found[k];
            CHECK(found[k] == wanted[k]);
        }
    }
    for (std::size_t s = 0; s < sides; ++s) {
        for (std::size_t a = 0; a < rows; ++a) {
            double plain = 0.0, squared = 0.0;
            for (std::size_t i = 0; i < columns; ++i) {
                plain += at(a, i) * static_cast<double>(x[s * columns + i]);
                squared += at(a, i) * at(a, i) * static_cast<double>(x[s * columns + i]);
            }
            CHECK(std::abs(static_cast<double>(wanted[0][s * rows + a]) - plain) < 1e-4);
            CHECK(std::abs(static_cast<double>(wanted[2][s * rows + a]) - squared) < 1e-4);
        }
        for (std::size_t i = 0; i < columns; ++i) {
            double plain = 0.0, squared = 0.0;
            for (std::size_t a = 0; a < rows; ++a) {
                plain += at(a, i) * static_cast<double>(g[s * rows + a]);
                squared += at(a, i) * at(a, i) * static_cast<double>(g[s * rows + a]);
            }
            CHECK(std::abs(static_cast<double>(wanted[1][s * columns + i]) - plain) < 1e-4);
            CHECK(std::abs(static_cast<double>(wanted[3][s * columns + i]) - squared) < 1e-4);
        }
    }
    CHECK_THROWS_AS(RealProducts({std::span(values), rows + 1, columns, stride}, 1), Error);
    CHECK_THROWS_AS(RealProducts({std::span(values), rows, stride + 1, stride}, 1), Error);
    CHECK_THROWS_AS(RealProducts({std::span(values), rows, columns, stride}, 0), Error);
}
