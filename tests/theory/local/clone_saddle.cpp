#include "steppe/theory/local/clone_saddle.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/local/clones.hpp"

using namespace steppe;
using namespace steppe::theory;

namespace {

Model with_margin(double margin) {
    Model out;
    out.margin = margin;
    return out;
}
Model committee(Unit units) {
    Model out;
    out.units = Model::infinite;
    out.unit = units;
    return out;
}
Model band(double half_width) {
    Model out;
    out.rule = Rule::Band;
    out.margin = half_width;
    return out;
}
Model with_teacher() {
    Model out;
    out.labels = Labels::Teacher;
    return out;
}

/// (1/m) E log E exp(m f(a z0 + b z1)), by sums over even grids.
template <class Function>
double plain_average(Function&& f, double a, double b, double m) {
    double sum = 0.0;
    for (double z0 = -8.0; z0 <= 8.0; z0 += 0.1) {
        double inner = 0.0;
        for (double z1 = -14.0; z1 <= 14.0; z1 += 0.05) {
            inner += 0.05 * std::exp(m * f(a * z0 + b * z1) - 0.5 * z1 * z1);
        }
        sum += 0.1 * std::exp(-0.5 * z0 * z0) * std::log(inner / std::sqrt(2.0 * M_PI));
    }
    return sum / (m * std::sqrt(2.0 * M_PI));
}

/// The free entropy of m clones as it is usually written, with q0^ and q1^.
double plain_free_entropy(double load, double margin, const CloneOrder& o) {
    const double m = o.clones, q1 = o.overlap, q0 = o.between();
    const double hat0 = o.conjugate, hat1 = o.conjugate + o.conjugate_spread / m;
    const double weights = plain_average([](double h) { return std::log(2.0 * std::cosh(h)); },
                                         std::sqrt(hat0), std::sqrt(hat1 - hat0), m);
    const double patterns = plain_average(
        [&](double h) { return log_gaussian_tail((margin - h) / std::sqrt(1.0 - q1)); },
        std::sqrt(q0), std::sqrt(q1 - q0), m);
    return -0.5 * hat1 * (1.0 - q1) + 0.5 * m * (q0 * hat0 - q1 * hat1) + weights + load * patterns;
}

struct Case {
    std::string name;
    Model system;
    double load, clones, overlap;
};

const std::vector<Case> cases{
    {"perceptron, 3 clones", {}, 0.7, 3.0, 0.9},
    {"perceptron, 2.5 clones", {}, 0.7, 2.5, 0.95},
    {"perceptron, spread above 1", {}, 0.7, infinitely_many, 0.9},
    {"perceptron, spread below 1", {}, 0.7, infinitely_many, 0.7},
    {"margin below 0", with_margin(-0.3), 0.9, 4.0, 0.9},
    {"margin above 0", with_margin(0.3), 0.4, infinitely_many, 0.9},
    {"band", band(1.0), 1.5, infinitely_many, 0.9},
    {"band, groups apart", band(1.0), 0.6, infinitely_many, 0.96},
    {"band, groups with an overlap", band(1.0), 1.65, 5.0, 0.88},
    {"committee of sign units", committee(Unit::Sign), 0.6, 3.0, 0.9},
    {"committee of sign units, infinitely many", committee(Unit::Sign), 0.6, infinitely_many, 0.9},
    {"committee of ReLU units", committee(Unit::Relu), 0.7, infinitely_many, 0.9},
    {"teacher", with_teacher(), 1.1, 2.0, 0.95},
    {"teacher, infinitely many", with_teacher(), 0.7, infinitely_many, 0.9},
};

}  // namespace

TEST_CASE("the saddle point is one: no order parameter changes the free entropy") {
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const CloneEntropy at = clone_entropy(c.system, c.load, c.clones, c.overlap);
        CHECK(at.residual <= 1e-7);
        CHECK(at.entropy.error <= 1e-8);
        CHECK(clone_free_entropy(c.system, c.load, at.order) ==
              doctest::Approx(at.entropy.value).epsilon(1e-12));
        for (const auto member :
             {&CloneOrder::spread, &CloneOrder::conjugate, &CloneOrder::conjugate_spread,
              &CloneOrder::teacher, &CloneOrder::conjugate_teacher}) {
            CloneOrder more = at.order, less = at.order;
            const double by = 1e-4 * at.order.*member;
            if (by == 0.0) continue;  // no teacher
            more.*member += by;
            less.*member -= by;
            const double slope = (clone_free_entropy(c.system, c.load, more) -
                                  clone_free_entropy(c.system, c.load, less)) /
                                 (2.0 * by);
            CHECK(std::abs(slope) <= 1e-7);
        }
    }
}

TEST_CASE("slopes of the entropy by overlap and load are its differences") {
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const CloneEntropy at = clone_entropy(c.system, c.load, c.clones, c.overlap);
        const double by = 1e-4;
        const auto entropy = [&](double load, double overlap) {
            return clone_entropy(c.system, load, c.clones, overlap, &at.order).entropy.value;
        };
        CHECK(at.slope.value ==
              doctest::Approx((entropy(c.load, c.overlap + by) - entropy(c.load, c.overlap - by)) /
                              (2.0 * by))
                  .epsilon(1e-5));
        CHECK(at.load_slope.value ==
              doctest::Approx((entropy(c.load + by, c.overlap) - entropy(c.load - by, c.overlap)) /
                              (2.0 * by))
                  .epsilon(1e-5));
    }
}

TEST_CASE("the free entropy is that of the formula, summed plainly") {
    for (const double margin : {0.0, 0.4, -0.4}) {
        CAPTURE(margin);
        CloneOrder order;  // no saddle point
        order.clones = 2.5 + margin;
        order.overlap = 0.8;
        order.spread = 0.6;
        order.conjugate = 0.7;
        order.conjugate_spread = 1.9;
        CHECK(clone_free_entropy(with_margin(margin), 0.75, order) ==
              doctest::Approx(plain_free_entropy(0.75, margin, order)).epsilon(1e-9));
    }
}

TEST_CASE("one clone is a typical solution, whatever its overlap with itself is called") {
    for (const double overlap : {0.7, 0.9}) {
        const CloneEntropy at = clone_entropy({}, 0.7, 1.0, overlap);
        CHECK(at.order.between() == doctest::Approx(0.462571).epsilon(1e-5));
        CHECK(at.entropy.value == doctest::Approx(0.135400).epsilon(1e-5));
        CHECK(std::abs(at.slope.value) <= 1e-12);
    }
    // A teacher is a typical solution of its own labels.
    const CloneOrder order = clone_order(with_teacher(), 0.8, 1.0, 0.9);
    CHECK(order.teacher == doctest::Approx(order.between()).epsilon(1e-9));
}

TEST_CASE("capacities are where one clone's entropy is 0") {
    // Certified: github.com/yspennstate/ising-perceptron-margin and -capacity.
    struct Certified {
        double margin, low, high;
    };
    for (const Certified& known : std::vector<Certified>{{-0.45, 1.557652103, 1.557654133},
                                                         {-0.05, 0.889408031, 0.889409783},
                                                         {0.0, 0.833078599, 0.833078600},
                                                         {0.05, 0.781073068, 0.781074776}}) {
        CAPTURE(known.margin);
        const Value load = clone_load(with_margin(known.margin), 1.0, 0.95).load;
        CHECK(load.value >= known.low - 1e-9);
        CHECK(load.value <= known.high + 1e-9);
        CHECK(load.error <= 1e-8);
    }
    // tests/oracles/replica.csv
    CHECK(clone_load(committee(Unit::Sign), 1.0, 0.95).load.value ==
          doctest::Approx(0.94695).epsilon(1e-5));
}

TEST_CASE("without patterns: weights at mutual overlaps, counted") {
    const auto term = [](double p) { return -p * std::log(p); };
    for (const double q : {0.05, 0.5, 0.9}) {
        CAPTURE(q);
        const double two = (std::log(2.0) + term((1.0 + q) / 2) + term((1.0 - q) / 2)) / 2;
        CHECK(clone_entropy({}, 0.0, 2.0, q).entropy.value == doctest::Approx(two).epsilon(1e-11));
        // Three are all alike, or one of them is the odd one out.
        const double odd = (1.0 - q) / 4;
        const double three = (std::log(2.0) + term(1.0 - 3.0 * odd) + 3.0 * term(odd)) / 3;
        CHECK(clone_entropy({}, 0.0, 3.0, q).entropy.value ==
              doctest::Approx(three).epsilon(1e-11));
    }
}

TEST_CASE("infinitely many clones near one another do not feel the patterns") {
    for (const double overlap : {0.9995, 0.997, 0.99}) {
        CAPTURE(overlap);
        const CloneEntropy at = clone_entropy(with_margin(-1.5), 3.0, infinitely_many, overlap);
        CHECK(at.residual <= 1e-9);
        CHECK(at.entropy.value ==
              doctest::Approx(clone_entropy({}, 0.0, infinitely_many, overlap).entropy.value)
                  .epsilon(1e-9));
    }
}

TEST_CASE("ever more clones tend to infinitely many") {
    for (const Case& c : {Case{"spread above 1", {}, 0.75, infinitely_many, 0.9},
                          Case{"spread below 1", {}, 0.75, infinitely_many, 0.7},
                          Case{"band", band(1.0), 1.5, infinitely_many, 0.9},
                          Case{"committee", committee(Unit::Relu), 0.75, infinitely_many, 0.9}}) {
        CAPTURE(c.name);
        const CloneEntropy limit = clone_entropy(c.system, c.load, infinitely_many, c.overlap);
        std::vector<double> entropy, slope;
        for (const double clones : {50.0, 100.0, 200.0}) {
            const CloneEntropy at = clone_entropy(c.system, c.load, clones, c.overlap);
            entropy.push_back(at.entropy.value);
            slope.push_back(at.slope.value);
        }
        // Without the terms of 1/y and of 1/y^2.
        const auto extrapolated = [](const std::vector<double>& f) {
            return (8.0 * f[2] - 6.0 * f[1] + f[0]) / 3.0;
        };
        CHECK(std::abs(extrapolated(entropy) - limit.entropy.value) <= 2e-5);
        CHECK(std::abs(extrapolated(slope) - limit.slope.value) <= 2e-3);
        // Nearer, the more they are.
        CHECK(std::abs(entropy[2] - limit.entropy.value) <
              0.6 * std::abs(entropy[1] - limit.entropy.value));
    }
}

TEST_CASE("groups in a band have no overlap at small loads, and less entropy than that elsewhere") {
    const Model system = band(1.0);
    CHECK(clone_order(system, 0.6, 5.0, 0.88).between() == 0.0);
    const CloneEntropy at = clone_entropy(system, 1.65, 5.0, 0.88);
    CHECK(at.order.between() > 0.3);
    // Annealed, which is no less: the chance that 5 clones are in the band.
    CloneOrder apart = at.order;
    apart.spread = apart.clones * apart.overlap;
    apart.conjugate = 0.0;
    apart.conjugate_spread = clone_order(system, 0.0, 5.0, 0.88).conjugate_spread;
    CHECK(clone_free_entropy(system, 1.65, apart) > at.entropy.value + 1e-3);
}

TEST_CASE("what is no system of clones is refused") {
    CHECK_THROWS_AS(clone_entropy({}, -0.1, 2.0, 0.9), Error);
    CHECK_THROWS_AS(clone_entropy({}, 0.5, 0.5, 0.9), Error);
    CHECK_THROWS_AS(clone_entropy({}, 0.5, 2.0, 1.0), Error);
    CHECK_THROWS_AS(clone_entropy({}, 0.5, 2.0, 0.0), Error);
    CHECK_THROWS_AS(clone_entropy(band(-1.0), 0.5, 2.0, 0.9), Error);
    Model system = with_teacher();
    system.margin = 0.1;
    CHECK_THROWS_AS(clone_entropy(system, 0.5, 2.0, 0.9), Error);
    // Farther than typical solutions (overlap 0.4626).
    CHECK_THROWS_AS(clone_entropy({}, 0.7, 2.0, 0.45), NoSaddlePoint);
    CHECK_THROWS_AS(clone_entropy({}, 0.7, infinitely_many, 0.45), NoSaddlePoint);
    CHECK(clone_entropy({}, 0.7, infinitely_many, 0.4627).entropy.value ==
          doctest::Approx(0.1354).epsilon(1e-4));
}
