#include "steppe/numeric/bit_products.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "steppe/error.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/simd.hpp"
#include "steppe/numeric/threads.hpp"

using namespace steppe;

namespace {

/// A random matrix with noise in its padding, and vectors for both products.
struct Sample {
    Sample(std::size_t rows, std::size_t columns, std::size_t first_word, std::size_t words_after,
           std::size_t sides, std::uint64_t seed)
        : rows(rows), columns(columns), sides(sides) {
        const std::size_t row_words = first_word + (columns + 15) / 16 + words_after;
        const Philox random(seed, Stream::Init);
        words.resize((rows + 7) / 8 * 8 * row_words);
        for (std::size_t i = 0; i < words.size(); ++i) {
            words[i] = static_cast<std::uint16_t>(random.bits(i, 0));
        }
        matrix = {words, rows, row_words, first_word, columns};
        BitProducts shape(matrix, sides);
        x.resize(sides * shape.padded_columns());
        g.resize(sides * shape.padded_rows());
        for (std::size_t s = 0; s < sides; ++s) {
            for (std::size_t i = 0; i < columns; ++i) {
                x[s * shape.padded_columns() + i] = static_cast<float>(random.normal(i + 1000 * s));
            }
            for (std::size_t a = 0; a < rows; ++a) {
                g[s * shape.padded_rows() + a] = static_cast<float>(random.normal(a + 77777 * s));
            }
        }
    }

    double sign(std::size_t a, std::size_t i) const {
        const std::size_t w = matrix.first_word + i / 16;
        return words[((a / 8) * matrix.row_words + w) * 8 + a % 8] >> (i % 16) & 1 ? 1.0 : -1.0;
    }

    std::size_t rows, columns, sides;
    std::vector<std::uint16_t> words;
    BitMatrix matrix;
    std::vector<float> x, g;
};

/// Both products, their results one after the other, without what lies past the last entries.
std::vector<float> products(const Sample& sample) {
    BitProducts product(sample.matrix, sample.sides);
    std::vector<float> rows(sample.g.size(), NAN), columns(sample.x.size(), NAN), all;
    product.multiply(sample.x, rows);
    product.multiply_transposed(sample.g, columns);
    for (std::size_t s = 0; s < sample.sides; ++s) {
        const auto row = rows.begin() + static_cast<long>(s * product.padded_rows());
        all.insert(all.end(), row, row + static_cast<long>(sample.rows));
        const auto column = columns.begin() + static_cast<long>(s * product.padded_columns());
        all.insert(all.end(), column, column + static_cast<long>(sample.columns));
    }
    return all;
}

/// The largest difference from plain loops in double precision, in units of the root of the sum of
/// squares (of which rounding n sums one after the other costs about sqrt(n) 6e-8).
double difference(const Sample& sample, const std::vector<float>& found) {
    const BitProducts shape(sample.matrix, sample.sides);
    double worst = 0.0;
    std::size_t at = 0;
    for (std::size_t s = 0; s < sample.sides; ++s) {
        const float* x = sample.x.data() + s * shape.padded_columns();
        const float* g = sample.g.data() + s * shape.padded_rows();
        for (std::size_t a = 0; a < sample.rows; ++a) {
            double sum = 0.0, squares = 0.0;
            for (std::size_t i = 0; i < sample.columns; ++i) {
                sum += sample.sign(a, i) * static_cast<double>(x[i]);
                squares += static_cast<double>(x[i]) * static_cast<double>(x[i]);
            }
            worst = std::max(worst,
                             std::abs(static_cast<double>(found[at++]) - sum) / std::sqrt(squares));
        }
        for (std::size_t i = 0; i < sample.columns; ++i) {
            double sum = 0.0, squares = 0.0;
            for (std::size_t a = 0; a < sample.rows; ++a) {
                sum += sample.sign(a, i) * static_cast<double>(g[a]);
                squares += static_cast<double>(g[a]) * static_cast<double>(g[a]);
            }
            worst = std::max(worst,
                             std::abs(static_cast<double>(found[at++]) - sum) / std::sqrt(squares));
        }
    }
    return worst;
}

}  // namespace

TEST_CASE("both products equal plain loops, on every instruction set") {
    for (const std::string& target : simd_targets()) {
        CAPTURE(target);
        limit_simd_target(target);
        CHECK(rc::check("any shape", [] {
            const Sample sample(
                *rc::gen::inRange<std::size_t>(1, 300), *rc::gen::inRange<std::size_t>(1, 400),
                *rc::gen::inRange<std::size_t>(0, 4), *rc::gen::inRange<std::size_t>(0, 3),
                *rc::gen::inRange<std::size_t>(1, 8), *rc::gen::arbitrary<unsigned>());
            RC_ASSERT(difference(sample, products(sample)) <= 3e-5);
        }));
    }
    limit_simd_target("");
}

TEST_CASE("long rows, and many of them" * doctest::test_suite("parallel")) {
    const Sample sample(4001, 4501, 1, 0, 2, 5);
    for (const std::string& target : simd_targets()) {
        CAPTURE(target);
        limit_simd_target(target);
        CHECK(difference(sample, products(sample)) <= 3e-5);
    }
    limit_simd_target("");
    const std::vector<float> alone = products(sample);
    for (const std::size_t count : {1, 2, 3, 8}) {
        Threads(count).run([&] { CHECK(products(sample) == alone); });
    }
}

TEST_CASE("shapes that do not fit are refused") {
    const Sample sample(20, 40, 0, 0, 1, 1);
    BitMatrix wrong = sample.matrix;
    wrong.first_word = 1;
    CHECK_THROWS_AS(BitProducts(wrong, 1), Error);
    wrong = sample.matrix;
    wrong.rows = 25;
    CHECK_THROWS_AS(BitProducts(wrong, 1), Error);
    CHECK_THROWS_AS(BitProducts(sample.matrix, 0), Error);
    BitProducts product(sample.matrix, 1);
    std::vector<float> rows(24), columns(40);
    CHECK_THROWS_AS(product.multiply(columns, rows), Error);
    CHECK_THROWS_AS(product.multiply_transposed(rows, columns), Error);
}
