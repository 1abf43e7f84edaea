// Entropies round given weights, against enumeration and against replica theory round a teacher.
#include "steppe/landscape/local_entropy.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "steppe/error.hpp"
#include "steppe/model/start_weights.hpp"
#include "steppe/model/teacher.hpp"
#include "support/networks.hpp"
#include "support/oracles.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

struct Exact {
    double free_entropy, distance;
};

/// Of the histogram of solutions by their distance from the reference.
Exact exact(const std::vector<double>& counts, double field) {
    const auto n = static_cast<double>(counts.size() - 1);
    double sum = 0.0, distance = 0.0;
    for (std::size_t d = 0; d < counts.size(); ++d) {
        const double weight = counts[d] * std::exp(field * (n - 2.0 * static_cast<double>(d)));
        sum += weight;
        distance += weight * static_cast<double>(d);
    }
    return {std::log(sum) / n, distance / (sum * n)};
}

}  // namespace

TEST_CASE("tiny perceptrons are told as enumeration has them, at every field") {
    for (const char* name : {"p_n15_m5", "p_n17_m9"}) {
        CAPTURE(name);
        const Oracle oracle = read_oracle(std::string("enumeration/") + name + ".enumeration.csv");
        const std::vector<double> counts =
            numbers(oracle.header.at("solutions_at_hamming_distance_from_reference"));
        std::vector<signed char> signs;
        for (const double w : numbers(oracle.header.at("reference_solution"))) {
            signs.push_back(w < 0.0 ? -1 : 1);
        }
        const Weights reference = Weights::from_signs(oracle.network.inputs, 1, signs);
        LocalEntropyOptions options;
        options.solver = "bp";
        options.accuracy = Accuracy::Exact;
        for (int g = 0; g <= 15; ++g) options.fields.push_back(0.1 * g);
        for (const LocalEntropyPoint& point :
             local_entropy(oracle.network, reference, oracle.patterns, options)) {
            CAPTURE(point.field);
            const Exact truth = exact(counts, point.field);
            REQUIRE(point.converged);
            CHECK(point.note.empty());
            // At small and large fields; within 0.03 all along.
            CHECK(std::abs(point.entropy + point.field * point.overlap - truth.free_entropy) <
                  0.03);
            CHECK(std::abs(point.distance - truth.distance) < 0.03);
        }
    }
}

TEST_CASE("round a teacher there are as many solutions as replica theory has" *
          doctest::test_suite("study")) {
    // tests/oracles: planted_local_entropy.csv, load 0.5; one seed scatters by 0.004.
    struct Row {
        double field, distance, entropy;
    };
    const Row rows[] = {{1.01327, 0.05, 0.110646},
                        {0.75111, 0.10, 0.197957},
                        {0.40510, 0.20, 0.311335},
                        {0.13606, 0.30, 0.364861}};
    const Network network{4001, 1};
    LocalEntropyOptions options;
    for (const Row& row : rows) options.fields.push_back(row.field);
    std::vector<double> distance(4, 0.0), entropy(4, 0.0);
    constexpr int seeds = 10;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const Weights teacher = random_teacher(network, seed);
        const auto patterns = std::make_shared<const PatternSet>(
            teacher_labels(network, teacher, random_patterns(4001, 2000, seed)).fold_labels());
        const auto points = local_entropy(network, teacher, patterns, options);
        for (std::size_t r = 0; r < 4; ++r) {
            REQUIRE(points[r].converged);
            CHECK(points[r].entropy < points[r].bound);
            distance[r] += points[r].distance / seeds;
            entropy[r] += points[r].entropy / seeds;
        }
    }
    for (std::size_t r = 0; r < 4; ++r) {
        CAPTURE(rows[r].field);
        MESSAGE("distance " << distance[r] << " for " << rows[r].distance << ", entropy "
                            << entropy[r] << " for " << rows[r].entropy);
        CHECK(std::abs(distance[r] - rows[r].distance) < 0.003);
        CHECK(std::abs(entropy[r] - rows[r].entropy) < 0.002);
    }
}

TEST_CASE("real weights: below the volume without patterns, nearer with a larger field") {
    const Network network = spherical(301);
    const Weights weights = normalised_weights(network, start_weights(network, 1.0, 5));
    const auto patterns = patterns_of(network, 150);
    LocalEntropyOptions options;
    options.fields = {0.2, 1.0, 5.0};
    const auto points = local_entropy(network, weights, patterns, options);
    double last = 1.0;
    for (const LocalEntropyPoint& point : points) {
        CAPTURE(point.field);
        REQUIRE(point.converged);
        CHECK(point.entropy < point.bound);
        CHECK(point.distance < last);
        last = point.distance;
    }
    // A single pattern halves the sphere, which is nothing per weight: the free sphere remains,
    // where a field h gives overlap q with h = q/(1 - q^2).
    const auto one = local_entropy(network, weights, patterns_of(network, 1), options);
    for (const LocalEntropyPoint& point : one) {
        CHECK(point.entropy == doctest::Approx(point.bound).epsilon(0.05));
        CHECK(point.overlap / (1.0 - point.overlap * point.overlap) ==
              doctest::Approx(point.field).epsilon(0.05));
    }
}

TEST_CASE("what has no entropy says so") {
    const Network network{201, 1};
    const auto patterns = patterns_of(network, 100);
    const Weights weights = random_teacher(network, 3);
    LocalEntropyOptions options;
    options.fields = {0.1};
    options.max_iterations = 2;
    const LocalEntropyPoint point = local_entropy(network, weights, patterns, options).front();
    CHECK_FALSE(point.converged);
    CHECK(std::isnan(point.entropy));
    CHECK(point.note == "messages have not converged");
    options.solver = "sgd";
    CHECK_THROWS_AS(local_entropy(network, weights, patterns, options), Error);
    options.solver = "bp";
    options.fields = {std::nan("")};
    CHECK_THROWS_AS(local_entropy(network, weights, patterns, options), Error);
    options.fields = {0.1, 0.2, 0.3};
    CHECK_THROWS_WITH_AS(
        local_entropy(network, weights, patterns, options, [](double done) { return done < 0.5; }),
        "the measure was interrupted", Error);
}
