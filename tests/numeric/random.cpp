#include "steppe/numeric/random.hpp"

#include <Random123/philox.h>
#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/numeric/simd.hpp"

using namespace steppe;

TEST_CASE("Philox4x32-10 gives the known answers of its authors") {
    // Random123, tests/kat_vectors: counter, key, result.
    struct Known {
        std::uint32_t counter[4], key[2], result[4];
    };
    const Known known[] = {{{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
                           {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
                            {0xffffffff, 0xffffffff},
                            {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
                           {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                            {0xa4093822, 0x299f31d0},
                            {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};
    for (const Known& k : known) {
        const r123::Philox4x32::ctr_type counter{
            {k.counter[0], k.counter[1], k.counter[2], k.counter[3]}};
        const r123::Philox4x32::key_type key{{k.key[0], k.key[1]}};
        const auto block = r123::Philox4x32()(counter, key);
        for (int i = 0; i < 4; ++i) CHECK(block[static_cast<std::size_t>(i)] == k.result[i]);
    }
    // The same block by the layout the header states: the stream is the counter's last word, so
    // the third vector is reached with a stream of that number.
    const Philox random(0x299f31d0'a4093822u, static_cast<Stream>(0x03707344u));
    CHECK(random.bits(0x85a308d3'243f6a88u, 0x13198a2e) == 0x94fdcceb'd16cfe09u);
}

TEST_CASE("numbers of a seed never change") {
    // They name the random problems that papers cite; a new value here would rename all of them.
    const Philox random(1, Stream::Patterns);
    CHECK(random.bits(0) == 0x1e047488'127bee41u);
    CHECK(random.bits(5, 3) == 0x4c8dc9b9'f30f2128u);
    CHECK(Philox(1, Stream::Labels).bits(0) != random.bits(0));
    CHECK(Philox(2, Stream::Patterns).bits(0) != random.bits(0));
}

TEST_CASE("uniform, normal and below have their distributions") {
    const Philox random(7, Stream::Init);
    constexpr std::size_t count = 200'000;
    double sum = 0.0, normal_sum = 0.0, normal_square = 0.0;
    std::vector<std::size_t> bins(10, 0), below(7, 0), normal_bins(8, 0);
    for (std::size_t i = 0; i < count; ++i) {
        const double u = random.uniform(i);
        REQUIRE(u > 0.0);
        REQUIRE(u < 1.0);
        sum += u;
        ++bins[static_cast<std::size_t>(u * 10)];
        const double g = random.normal(i, 1);
        normal_sum += g;
        normal_square += g * g;
        // Equal shares by the distribution function.
        ++normal_bins[static_cast<std::size_t>(gaussian_tail(g) * 8)];
        const std::uint64_t k = random.below(7, i, 2);
        REQUIRE(k < 7);
        ++below[k];
    }
    const double n = count;
    CHECK(std::abs(sum / n - 0.5) < 5 * std::sqrt(1.0 / 12 / n));
    CHECK(std::abs(normal_sum / n) < 5 / std::sqrt(n));
    CHECK(std::abs(normal_square / n - 1) < 5 * std::sqrt(2 / n));
    const auto even = [&](const std::vector<std::size_t>& shares) {
        const double p = 1.0 / static_cast<double>(shares.size());
        for (const std::size_t share : shares) {
            CHECK(std::abs(static_cast<double>(share) - n * p) < 5 * std::sqrt(n * p * (1 - p)));
        }
    };
    even(bins);
    even(normal_bins);
    even(below);
    CHECK(random.below(1, 0) == 0);
}

TEST_CASE("neighbouring indices, subs and streams share no numbers") {
    std::set<std::uint64_t> seen;
    std::size_t drawn = 0;
    for (const Stream stream : {Stream::Patterns, Stream::Labels, Stream::Teacher, Stream::Init,
                                Stream::Symmetry, Stream::Order}) {
        const Philox random(3, stream);
        for (std::uint64_t i = 0; i < 100; ++i) {
            for (std::uint32_t sub = 0; sub < 10; ++sub) {
                seen.insert(random.bits(i, sub));
                ++drawn;
            }
        }
    }
    CHECK(seen.size() == drawn);
}

TEST_CASE("many words and normals at a time are those of bits, on every instruction set") {
    const Philox random(0x123456789abcdefu, Stream::Noise);
    for (const std::string& target : simd_targets()) {
        CAPTURE(target);
        limit_simd_target(target);
        for (const std::size_t count : {0u, 1u, 2u, 31u, 64u, 1001u}) {
            // One more than is asked for: it stays as it was.
            std::vector<std::uint32_t> words(count + 1, 77);
            std::vector<float> normals(count + 1, 77.0f);
            random.words(3, std::span(words).first(count));
            random.normals(3, std::span(normals).first(count));
            CHECK(words[count] == 77);
            CHECK(normals[count] == 77.0f);
            for (std::size_t i = 0; i < count; ++i) {
                const std::uint64_t bits = random.bits(i / 2, 3);
                const auto low = static_cast<std::uint32_t>(bits);
                const auto high = static_cast<std::uint32_t>(bits >> 32);
                REQUIRE(words[i] == (i % 2 == 0 ? low : high));
                const double r = std::sqrt(-2.0 * std::log((double(low >> 1) + 0.5) * 0x1p-31));
                const double t = std::numbers::pi * 0x1p-31 * static_cast<std::int32_t>(high);
                CHECK(std::abs(normals[i] - r * (i % 2 == 0 ? std::cos(t) : std::sin(t))) < 1e-5);
            }
        }
    }
    limit_simd_target("");
}

TEST_CASE("many normals have the moments and the tails of a normal number") {
    const Philox random(5, Stream::Noise);
    std::vector<float> normals(400'000);
    random.normals(0, normals);
    double square = 0.0, fourth = 0.0, beyond = 0.0, neighbours = 0.0;
    for (std::size_t i = 0; i < normals.size(); ++i) {
        const double x = normals[i];
        square += x * x;
        fourth += x * x * x * x;
        beyond += std::abs(x) > 3.0 ? 1.0 : 0.0;
        neighbours += x * static_cast<double>(normals[i ^ 1]);
    }
    const double n = static_cast<double>(normals.size());
    CHECK(std::abs(square / n - 1.0) < 5 * std::sqrt(2.0 / n));
    CHECK(std::abs(fourth / n - 3.0) < 5 * std::sqrt(96.0 / n));
    const double p = 2.0 * gaussian_tail(3.0);
    CHECK(std::abs(beyond / n - p) < 5 * std::sqrt(p / n));
    CHECK(std::abs(neighbours / n) < 5 * std::sqrt(2.0 / n));
}
