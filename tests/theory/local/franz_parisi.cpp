#include "steppe/theory/local/franz_parisi.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"
#include "steppe/theory/local/cross_entropy.hpp"

using namespace steppe::theory;

namespace {

Model perceptron(WeightSet weights, double margin = 0.0) {
    Model model;
    model.weights = weights;
    model.margin = margin;
    return model;
}

/// -dS/dt by differences of the entropy.
double slope(const Model& model, const Reference& reference, double overlap) {
    const double step = 1e-4;
    const double above = franz_parisi(model, reference, overlap + step).entropy.value,
                 below = franz_parisi(model, reference, overlap - step).entropy.value;
    return (below - above) / (2.0 * step);
}

/// Entropic terms of spherical weights as the determinant of the overlaps gives them.
double spherical_entropy(double reference, double overlap, double mutual, double other) {
    const double rest = 1.0 - reference, drift = (overlap - other) / rest;
    const double c = (overlap * overlap - other * other) / rest - reference * drift * drift;
    return 0.5 * std::log(1.0 - mutual) + 0.5 * (mutual - c) / (1.0 - mutual);
}

}  // namespace

TEST_CASE("typical solutions: at the overlap of two of them all are counted") {
    std::vector<Model> models{perceptron(WeightSet::Binary), perceptron(WeightSet::Spherical),
                              perceptron(WeightSet::Spherical, -0.5)};
    for (const WeightSet weights : {WeightSet::Binary, WeightSet::Spherical}) {
        models.push_back(perceptron(weights));
        models.back().units = Model::infinite;
        models.back().unit = weights == WeightSet::Binary ? Unit::Sign : Unit::Relu;
    }
    for (const Model& model : models) {
        CAPTURE(model.name());
        const SaddlePoint all = replica_symmetric(model, 0.6);
        const Reference typical = typical_reference(model, 0.6, model.margin);
        const LocalEntropyPoint point = franz_parisi(model, typical, all.order.overlap);
        CHECK(point.entropy.value == doctest::Approx(all.entropy.value).epsilon(1e-9));
        CHECK(std::abs(point.field.value) < 1e-9);
        CHECK(point.mutual.value == doctest::Approx(all.order.overlap).epsilon(1e-8));
        CHECK(point.other.value == doctest::Approx(all.order.overlap).epsilon(1e-8));
        CHECK(point.entropy.error < 1e-9);
        // Nowhere are there more.
        for (const double t : {all.order.overlap - 0.1, all.order.overlap + 0.1}) {
            CHECK(franz_parisi(model, typical, t).entropy.value < all.entropy.value);
        }
    }
}

TEST_CASE("the field is the slope of the entropy") {
    Model committee = perceptron(WeightSet::Binary);
    committee.units = Model::infinite;
    const Model binary = perceptron(WeightSet::Binary),
                spherical = perceptron(WeightSet::Spherical),
                lax = perceptron(WeightSet::Spherical, -0.5);
    struct Case {
        Model model;
        Reference reference;
        double overlap;
    };
    const std::vector<Case> cases{
        {binary, typical_reference(binary, 0.5, 0.0), 0.9},
        {binary, typical_reference(binary, 0.5, 0.3), 0.4},
        {spherical, typical_reference(spherical, 1.0, 0.2), 0.9},
        {lax, typical_reference(lax, 2.0, -0.5), 0.4},
        {committee, typical_reference(committee, 0.5, 0.1), 0.6},
        {spherical, cross_entropy_minimum(WeightSet::Spherical, 1.0, 2.0).reference, 0.8},
        {binary, cross_entropy_minimum(WeightSet::Binary, 0.6, 2.0).reference, 0.8}};
    for (const Case& one : cases) {
        CAPTURE(one.model.name());
        CAPTURE(one.reference.overlap);
        const LocalEntropyPoint point = franz_parisi(one.model, one.reference, one.overlap);
        CHECK(point.field.value ==
              doctest::Approx(slope(one.model, one.reference, one.overlap)).epsilon(1e-5));
        CHECK(point.entropy.value < point.bound);
        CHECK(point.distance == doctest::Approx(0.5 * (1.0 - one.overlap)));
    }
}

// The energetic term by other integrals: the field on a reference of a margin is integrated away,
// which leaves ratios of tails and an average over the mean fields of both.
TEST_CASE("the entropy is stationary, and its energetic term a ratio of tails") {
    const double load = 1.0, asked = 0.2, t = 0.8;
    const Model model = perceptron(WeightSet::Spherical);
    const Reference reference = typical_reference(model, load, asked);
    const LocalEntropyPoint point = franz_parisi(model, reference, t);
    const double known = reference.overlap, rest = 1.0 - known;
    const auto entropy = [&](double q, double s) {
        const double own = q - s * s / known, tie = t - s;
        const double width = std::sqrt(rest - tie * tie / own);
        const NormalRule outer = normal_rule(Bend{asked / std::sqrt(known), 0.5}, 2),
                         inner = normal_rule(Bend{0.0, 0.1}, 4);
        const double energy = outer([&](double z) {
            const double omega = std::sqrt(known) * z;
            const double log_stored = steppe::log_gaussian_tail((asked - omega) / std::sqrt(rest));
            // Where the reference's own field is far from its mean so is the student's.
            const double shift = std::max(0.0, asked - omega) * tie / (rest * std::sqrt(own));
            return inner([&](double x) {
                const double y = s / std::sqrt(known) * z + std::sqrt(own) * (x + shift);
                const double mean = omega + tie / std::sqrt(own) * (x + shift);
                const double weight = steppe::log_gaussian_tail((asked - mean) / width) -
                                      log_stored - shift * (x + 0.5 * shift);
                return std::exp(weight) * steppe::log_gaussian_tail(-y / std::sqrt(1.0 - q));
            });
        });
        return spherical_entropy(known, t, q, s) + load * energy;
    };
    const double q = point.mutual.value, s = point.other.value, step = 1e-4;
    CHECK(entropy(q, s) == doctest::Approx(point.entropy.value).epsilon(1e-9));
    CHECK(std::abs(entropy(q + step, s) - entropy(q - step, s)) < 1e-7);
    CHECK(std::abs(entropy(q, s + step) - entropy(q, s - step)) < 1e-7);
}

TEST_CASE("without patterns every configuration counts") {
    for (const WeightSet weights : {WeightSet::Binary, WeightSet::Spherical}) {
        const Model model = perceptron(weights);
        const LocalEntropyPoint point =
            franz_parisi(model, typical_reference(model, 1e-6, 0.0), 0.7);
        CHECK(std::abs(point.entropy.value - point.bound) < 1e-5);
        CHECK(point.mutual.value == doctest::Approx(0.49).epsilon(1e-4));
    }
}

// Huang and Kabashima, PRE 90:052813 (2014): typical solutions of +-1 weights are isolated.
TEST_CASE("round typical binary solutions there are none, round those of larger margin there are") {
    const Model model = perceptron(WeightSet::Binary);
    const double load = 0.5;
    const Reference typical = typical_reference(model, load, 0.0),
                    robust = typical_reference(model, load, 0.3);
    CHECK(franz_parisi(model, typical, 0.95).entropy.value > 0.0);
    for (const double t : {0.99, 0.996, 0.998}) {
        CHECK(franz_parisi(model, typical, t).entropy.value < 0.0);
    }
    CHECK_THROWS_AS(franz_parisi(model, typical, 0.9999), NoSaddlePoint);
    double last = 1.0;
    for (const double t : {0.9, 0.99, 0.999, 0.9999}) {
        const LocalEntropyPoint point = franz_parisi(model, robust, t);
        CHECK(point.entropy.value > 0.0);
        CHECK(point.entropy.value < last);
        last = point.entropy.value;
        // Near enough nothing is forbidden.
        if (t > 0.995) CHECK(point.entropy.value > 0.999 * point.bound);
    }
}

TEST_CASE("the norm that makes the minimisers of the cross-entropy widest is between") {
    const Model model = perceptron(WeightSet::Spherical);
    const auto width = [&](double gamma) {
        const LocalEntropyPoint point = franz_parisi(
            model, cross_entropy_minimum(WeightSet::Spherical, 1.0, gamma).reference, 0.88);
        return point.entropy.value - point.bound;
    };
    const double least = width(0.5), one = width(1.0), two = width(2.0), four = width(4.0),
                 most = width(64.0);
    CHECK(least < one);
    CHECK(one < two);
    CHECK(four < two);
    CHECK(most < four);
    // With the norm they tend to the weights of largest stability, which are also the typical ones
    // of the largest margin.
    const LocalEntropyPoint stable = franz_parisi(model, typical_reference(model, 1.0, 0.47), 0.88);
    CHECK(most == doctest::Approx(stable.entropy.value - stable.bound).epsilon(0.02));
}

// Measured by gradient descent, sampling and AMP on 8 sets of 1001 patterns of 1001 inputs
// (docs/studies/cross-entropy.md), with standard errors.
TEST_CASE("what was measured round solutions of the spherical perceptron") {
    const Model model = perceptron(WeightSet::Spherical);
    struct Measured {
        double gamma;  // 0: typical
        double distance, less, error;
    };
    for (const Measured& m : std::vector<Measured>{{0.0, 0.03, -0.2445, 0.0049},
                                                   {0.0, 0.06, -0.3451, 0.0069},
                                                   {0.5, 0.03, -0.246, 0.013},
                                                   {0.5, 0.06, -0.292, 0.011},
                                                   {1.0, 0.03, -0.1202, 0.0066},
                                                   {1.0, 0.06, -0.2236, 0.0084},
                                                   {2.0, 0.03, -0.0838, 0.0046},
                                                   {2.0, 0.06, -0.2061, 0.0077},
                                                   {4.0, 0.03, -0.0828, 0.0042},
                                                   {4.0, 0.06, -0.2101, 0.0074}}) {
        CAPTURE(m.gamma);
        CAPTURE(m.distance);
        const Reference reference =
            m.gamma == 0.0 ? typical_reference(model, 1.0, 0.0)
                           : cross_entropy_minimum(WeightSet::Spherical, 1.0, m.gamma).reference;
        const LocalEntropyPoint point = franz_parisi(model, reference, 1.0 - 2.0 * m.distance);
        CHECK(std::abs(point.entropy.value - point.bound - m.less) < 3.0 * m.error);
    }
}

TEST_CASE("what is no question of a local entropy") {
    Model model = perceptron(WeightSet::Spherical);
    const Reference reference = typical_reference(model, 0.5, 0.0);
    CHECK_THROWS_WITH_AS(franz_parisi(model, reference, 1.0),
                         "the overlap with the reference is 1: it must be above 0 and below 1",
                         steppe::Error);
    CHECK_THROWS_AS(franz_parisi(model, typical_reference(model, 0.0, 0.0), 0.5), steppe::Error);
    CHECK_THROWS_AS(typical_reference(perceptron(WeightSet::Binary), 0.9, 0.0), NoSaddlePoint);
    CHECK_THROWS_AS(typical_reference(model, 2.1, 0.0), NoSaddlePoint);
    const Reference single = cross_entropy_minimum(WeightSet::Spherical, 1.0, 2.0).reference;
    CHECK_THROWS_AS(franz_parisi(perceptron(WeightSet::Binary), single, 0.5), steppe::Error);
    model.rule = Rule::Band;
    model.margin = 1.0;
    CHECK_THROWS_AS(franz_parisi(model, reference, 0.5), steppe::Error);
}
