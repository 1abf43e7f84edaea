#include "steppe/model/replica_epoch.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "steppe/error.hpp"

using namespace steppe;

TEST_CASE("replica epoch: the report is the mean over replicas") {
    const std::vector<AnswerSums> sums{{4.0, 3, 1}, {8.0, 5, 2}};
    const EpochReport report = mean_report(sums, 10);
    CHECK(report.loss == doctest::Approx(0.6));
    CHECK(report.mistakes == 4.0);
    CHECK(report.surrogate_mistakes == 1.5);
    CHECK(std::isnan(report.spread));
}

TEST_CASE("replica epoch: learners without a loss report none") {
    const std::vector<AnswerSums> sums{AnswerSums::without_loss(3), AnswerSums::without_loss(1)};
    const EpochReport report = mean_report(sums, 10);
    CHECK(std::isnan(report.loss));
    CHECK(report.mistakes == 2.0);
    CHECK(report.surrogate_mistakes == 0.0);
}

TEST_CASE("replica epoch: every replica sees every pattern once, in orders of its own") {
    CHECK(rc::check("orders", [] {
        const ReplicaEpoch shape{
            *rc::gen::inRange<std::size_t>(1, 5), *rc::gen::inRange<std::size_t>(1, 60),
            *rc::gen::inRange<std::size_t>(1, 70), *rc::gen::arbitrary<std::uint64_t>(), 0};
        std::vector<std::vector<std::size_t>> seen(shape.replicas);
        std::vector<std::size_t> largest(shape.replicas, 0);
        std::size_t met = 0;
        const EpochReport report = replica_epoch(
            shape,
            [&](std::size_t r, std::span<const std::size_t> rows) {
                largest[r] = std::max(largest[r], rows.size());
                seen[r].insert(seen[r].end(), rows.begin(), rows.end());
                return AnswerSums{1.0, rows.size(), 0};
            },
            [&] { ++met; });
        const std::size_t batches = (shape.patterns + shape.batch - 1) / shape.batch;
        RC_ASSERT(met == batches);
        RC_ASSERT(*std::ranges::max_element(largest) <= shape.batch);
        RC_ASSERT(std::abs(report.mistakes - static_cast<double>(shape.patterns)) < 1e-9);
        RC_ASSERT(std::abs(report.loss * static_cast<double>(shape.patterns) -
                           static_cast<double>(batches)) < 1e-9);
        for (std::vector<std::size_t> order : seen) {
            std::ranges::sort(order);
            std::vector<std::size_t> all(shape.patterns);
            std::iota(all.begin(), all.end(), std::size_t{0});
            RC_ASSERT(order == all);
        }
    }));
}

TEST_CASE("replica epoch: orders belong to seed, epoch and replica, whatever the batches") {
    const auto orders = [](std::size_t batch, std::uint64_t seed, std::size_t epoch) {
        std::vector<std::vector<std::size_t>> seen(3);
        replica_epoch(
            {3, 40, batch, seed, epoch},
            [&](std::size_t r, std::span<const std::size_t> rows) {
                seen[r].insert(seen[r].end(), rows.begin(), rows.end());
                return AnswerSums{};
            },
            [] {});
        return seen;
    };
    const auto first = orders(7, 1, 0);
    CHECK(first == orders(40, 1, 0));
    CHECK(first != orders(7, 1, 1));
    CHECK(first != orders(7, 2, 0));
    CHECK(first[0] != first[1]);
}

TEST_CASE("replica epoch: mini-batches and replicas that make no sense are refused") {
    CHECK_THROWS_WITH_AS(require_batch(0), "batch is 0: it must be 1 or more", Error);
    CHECK_THROWS_WITH_AS(require_replicas(1), "replicas is 1: there must be 2 or more", Error);
    require_batch(1);
    require_replicas(2);
}
