// Entropies round given weights, against enumeration and against replica theory round a teacher.
#include "steppe/landscape/local_entropy.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "steppe/error.hpp"
#include "steppe/landscape/estimate.hpp"
#include "steppe/model/start_weights.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/run/solve.hpp"
#include "support/local_entropies.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

LocalEntropyOptions along_fields_of_enumeration() {
    LocalEntropyOptions options;
    options.solver = "bp";
    options.accuracy = Accuracy::Exact;
    for (int g = 0; g <= 15; ++g) options.fields.push_back(0.1 * g);
    return options;
}

std::shared_ptr<const PatternSet> taught(const Network& network, const Weights& teacher,
                                         double load, std::uint64_t seed) {
    const auto count = static_cast<std::size_t>(
        std::nearbyint(load * static_cast<double>(network.weight_count())));
    return std::make_shared<const PatternSet>(
        teacher_labels(network, teacher, random_patterns(network.inputs, count, seed))
            .fold_labels());
}

}  // namespace

TEST_CASE("tiny perceptrons are told as enumeration has them, at every field") {
    for (const char* name : {"p_n15_m5", "p_n17_m9"}) {
        CAPTURE(name);
        const Oracle oracle = read_oracle(std::string("enumeration/") + name + ".enumeration.csv");
        for (const LocalEntropyPoint& point :
             local_entropy(oracle.network, reference_solution(oracle), oracle.patterns,
                           along_fields_of_enumeration())) {
            CAPTURE(point.field);
            const Pulled truth = pulled_solutions(oracle, point.field);
            REQUIRE(point.converged);
            CHECK(point.note.empty());
            CHECK(std::abs(point.entropy + point.field * point.overlap - truth.free_entropy) <
                  0.03);
            CHECK(std::abs(point.distance - truth.distance) < 0.03);
        }
    }
}

TEST_CASE("of a single pattern the count is exact, of a perceptron and of a committee") {
    for (const char* name : {"p_n15_m1", "c_n5_k3_m1"}) {
        CAPTURE(name);
        const Oracle oracle = read_oracle(std::string("enumeration/") + name + ".enumeration.csv");
        for (const LocalEntropyPoint& point :
             local_entropy(oracle.network, reference_solution(oracle), oracle.patterns,
                           along_fields_of_enumeration())) {
            CAPTURE(point.field);
            const Pulled truth = pulled_solutions(oracle, point.field);
            CHECK(point.entropy + point.field * point.overlap ==
                  doctest::Approx(truth.free_entropy).epsilon(1e-4));
            CHECK(point.distance == doctest::Approx(truth.distance).epsilon(1e-3));
        }
    }
}

TEST_CASE("a tiny committee is told as enumeration has it, or says why not") {
    // No solution is one flip from the reference, so belief propagation sees it alone where the
    // field is large, and settles nowhere between.
    const Oracle oracle = read_oracle("enumeration/c_n7_k3_m8.enumeration.csv");
    for (const LocalEntropyPoint& point :
         local_entropy(oracle.network, reference_solution(oracle), oracle.patterns,
                       along_fields_of_enumeration())) {
        CAPTURE(point.field);
        const Pulled truth = pulled_solutions(oracle, point.field);
        if (point.field < 0.55) {
            REQUIRE(point.converged);
            CHECK(point.note.empty());
        } else if (point.converged) {
            CHECK(point.note == "the weights are frozen at those given");
        } else {
            CHECK(point.note == "messages have not converged");
            CHECK(std::isnan(point.entropy));
        }
        if (point.field > 0.55 && point.field < 0.75) continue;
        CHECK(std::abs(point.entropy + point.field * point.overlap - truth.free_entropy) < 0.03);
        CHECK(std::abs(point.distance - truth.distance) < 0.03);
    }
}

TEST_CASE("round a teacher there are as many solutions as replica theory has" *
          doctest::test_suite("study")) {
    // One seed scatters by 0.004 at load 0.5, twice that where the field is largest.
    constexpr int seeds = 10;
    const Network network{4001, 1};
    for (const double load : {0.3, 0.5}) {
        const auto rows = planted_points(load);
        LocalEntropyOptions options;
        for (const theory::PlantedPoint& row : rows) options.fields.push_back(row.field.value);
        std::vector<double> distance(rows.size()), entropy(rows.size()), mutual(rows.size());
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            const Weights teacher = random_teacher(network, seed);
            const auto points =
                local_entropy(network, teacher, taught(network, teacher, load, seed), options);
            for (std::size_t r = 0; r < rows.size(); ++r) {
                REQUIRE(points[r].note == "");
                CHECK(points[r].entropy < points[r].bound);
                distance[r] += points[r].distance / seeds;
                entropy[r] += points[r].entropy / seeds;
                mutual[r] += points[r].mutual_distance / seeds;
            }
        }
        for (std::size_t r = 0; r < rows.size(); ++r) {
            CAPTURE(load);
            CAPTURE(rows[r].field.value);
            CHECK(std::abs(distance[r] - rows[r].distance) < 0.003);
            CHECK(std::abs(entropy[r] - rows[r].entropy.value) < 0.002);
            CHECK(std::abs(mutual[r] - 0.5 * (1.0 - rows[r].saddle.overlap.value)) < 0.003);
        }
    }
}

TEST_CASE("focusing ends as wide as theory has it at low load, learning narrower" *
          doctest::test_suite("study")) {
    const Network network{2001, 1};
    constexpr double load = 0.4, distance = 0.0257;  // pairs are 0.05 apart
    std::vector<double> wide, less;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const auto patterns = std::make_shared<const PatternSet>(random_patterns(2001, 800, seed));
        const auto entropy_of = [&](const SolveOptions& options) {
            const SolveResult result = solve(options, patterns);
            REQUIRE(result.summary.errors == 0);
            const auto point =
                local_entropy_at(network, result.weights, patterns, {distance}, {}).front();
            REQUIRE(point.note == "");
            CHECK(point.entropy < point.bound);
            CHECK(std::abs(point.mutual_distance - 0.05) < 0.001);
            return point.entropy;
        };
        SolveOptions focused;
        focused.network = network;
        focused.seed = seed;
        focused.solver = "bp";
        focused.schedule.kind = ScheduleKind::PseudoReinforcement;
        focused.schedule.steps = 300;
        focused.continue_after_solution = true;
        SolveOptions learned;
        learned.network = network;
        learned.seed = seed;
        learned.solver = "sbpi";
        wide.push_back(entropy_of(focused));
        less.push_back(wide.back() - entropy_of(learned));
    }
    CHECK(std::abs(estimate_of(wide).mean - widest_entropy(load, 0.05)) < 0.003);
    CHECK(estimate_of(less).mean > 3.0 * estimate_of(less).error);
    CHECK(estimate_of(less).mean > 0.005);
}

TEST_CASE("a distance has one field, and one that no field gives says so") {
    const Network network{1001, 1};
    const Weights teacher = random_teacher(network, 2);
    const auto patterns = taught(network, teacher, 0.5, 2);
    const LocalEntropyOptions options;
    const std::vector<double> distances{0.05, 0.2, 0.45};
    const auto points = local_entropy_at(network, teacher, patterns, distances, options);
    LocalEntropyOptions again;
    for (const LocalEntropyPoint& point : points) again.fields.push_back(point.field);
    const auto same = local_entropy(network, teacher, patterns, again);
    for (std::size_t d = 0; d < distances.size(); ++d) {
        CHECK(points[d].note == "");
        CHECK(std::abs(points[d].distance - distances[d]) < 1e-5);
        CHECK(points[d].entropy == same[d].entropy);
    }
    // Without a field they are at 0.35 from the teacher: to be further takes a negative one.
    CHECK(points[0].field > points[1].field);
    CHECK(points[2].field < 0.0);
    const Network small{301, 1};
    const Weights other = random_teacher(small, 2);
    LocalEntropyOptions brief;
    brief.max_iterations = 900;
    const auto none = local_entropy_at(small, other, taught(small, other, 1.0, 2), {0.005}, brief);
    CHECK(none[0].note.starts_with("no field holds the solutions at distance 0.005"));
    CHECK(std::isnan(none[0].entropy));
    CHECK_THROWS_AS(local_entropy_at(network, teacher, patterns, {0.0}, options), Error);
    CHECK_THROWS_AS(local_entropy_at(network, teacher, patterns, {0.1}, again), Error);
}

TEST_CASE("a distance from real weights has a field too") {
    const Network network = spherical(301);
    const Weights weights = normalised_weights(network, start_weights(network, 1.0, 5));
    const auto points =
        local_entropy_at(network, weights, patterns_of(network, 100), {0.1, 0.4}, {});
    CHECK(std::abs(points[0].distance - 0.1) < 1e-5);
    CHECK(std::abs(points[1].distance - 0.4) < 1e-5);
    CHECK(points[0].entropy < points[1].entropy);
    CHECK(points[1].entropy < points[1].bound);
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
