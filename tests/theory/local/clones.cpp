#include "steppe/theory/local/clones.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"

using namespace steppe;
using namespace steppe::theory;

namespace {

struct Known {
    double clones, load;
};

}  // namespace

TEST_CASE("overlap gaps of the binary perceptron" * doctest::test_suite("study")) {
    // arXiv 2607.27000, equations 51 and 52, worked out by others to 4 digits; 0.784 published as
    // the smallest. Plain sums of the same formula agree with the values here to 1e-8.
    for (const Known& known : std::vector<Known>{{2.0, 0.79881}, {3.0, 0.78748}, {4.0, 0.78451}}) {
        const double clones = known.clones;
        CAPTURE(clones);
        const CloneThreshold at = clone_threshold({}, clones);
        CHECK(std::abs(at.load.value - known.load) <= 1.5e-4);
        CHECK(at.load.error <= 1e-9);
        const CloneEntropy there =
            clone_entropy({}, at.load.value, clones, at.overlap.value, &at.order);
        CHECK(std::abs(there.entropy.value) <= 1e-9);
        CHECK(std::abs(there.slope.value) <= 1e-7);
        // The gap: fewer clones nearer and farther, that is, at smaller loads only.
        const double off = 0.2 * (1.0 - at.overlap.value);
        for (const double overlap : {at.overlap.value - off, at.overlap.value + off}) {
            CHECK(clone_load({}, clones, overlap, at.load.value, &at.order).load.value >
                  at.load.value);
        }
    }
}

TEST_CASE("overlap gaps of the symmetric perceptron" * doctest::test_suite("study")) {
    // arXiv 2607.27000, table 2: 1.7001, 1.6578, 1.6593.
    Model band;
    band.rule = Rule::Band;
    band.margin = 1.0;
    for (const Known& known : std::vector<Known>{{2.0, 1.70015}, {4.0, 1.65781}, {5.0, 1.65926}}) {
        CAPTURE(known.clones);
        CHECK(std::abs(clone_threshold(band, known.clones).load.value - known.load) <= 1e-5);
    }
    // Pairs by another way: E over one field of the chance that both are in the band.
    const double q = 0.9, load = 1.2;
    const double both = normal_average([&](double h) {
                            const double at = std::sqrt(q) * h, deviation = std::sqrt(1.0 - q);
                            const double in = gaussian_tail((at - 1.0) / deviation) -
                                              gaussian_tail((at + 1.0) / deviation);
                            return in * in;
                        }).value;
    const double free = clone_entropy({}, 0.0, 2.0, q).entropy.value;
    CHECK(clone_entropy(band, load, 2.0, q).entropy.value ==
          doctest::Approx(free + 0.5 * load * std::log(both)).epsilon(1e-10));
}

TEST_CASE("6 clones in a band have two loads that turn, and the gap opens at the smaller" *
          doctest::test_suite("study")) {
    Model band;
    band.rule = Rule::Band;
    band.margin = 1.0;
    const CloneThreshold six = clone_threshold(band, 6.0);
    CHECK(six.load.value == doctest::Approx(1.665007).epsilon(1e-6));
    CHECK(clone_load(band, 6.0, 0.7).load.value > 1.07 * six.load.value);
}

TEST_CASE("labels of a teacher: the smallest overlap gap is that of 4 clones" *
          doctest::test_suite("study")) {
    // 1.154, arXiv 2607.27000. On either side of the least load of 4 clones, more is needed.
    Model system;
    system.labels = Labels::Teacher;
    const CloneEntropy at = clone_entropy(system, 1.154, 4.0, 0.9893);
    CHECK(std::abs(at.entropy.value / at.load_slope.value) <= 5e-4);
    CHECK(std::abs(at.slope.value) <= 5e-3);
    const double four = clone_load(system, 4.0, 0.9893, 1.154, &at.order).load.value;
    CHECK(clone_load(system, 3.0, 0.9857, 1.155).load.value > four);
    CHECK(clone_load(system, 5.0, 0.9920, 1.155).load.value > four);
}

TEST_CASE("no load, where clones become typical solutions before their entropy is 0") {
    // Typical solutions at capacity have overlap 0.5639.
    CHECK_THROWS_AS(clone_load({}, 2.0, 0.5), NoSaddlePoint);
    CHECK_THROWS_AS(clone_threshold({}, 1.0), Error);
    CHECK_THROWS_AS(clone_threshold({}, infinitely_many), Error);
}
