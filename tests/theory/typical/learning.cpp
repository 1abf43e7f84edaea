#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <random>

#include "steppe/theory/typical/learning_errors.hpp"
#include "steppe/theory/typical/stability_distribution.hpp"
#include "steppe/theory/typical/state_evolution.hpp"

using namespace steppe;
using namespace steppe::theory;

namespace {

Model taught(std::size_t units = 1) {
    Model model;
    model.labels = Labels::Teacher;
    model.units = units;
    return model;
}

/// Part of patterns that two committees answer otherwise, units of correlation r, and the error of
/// the majority of solutions whose mean fields are known, by drawing fields.
std::array<double, 2> drawn_errors(const SaddlePoint& saddle, std::size_t units, bool parity) {
    std::mt19937_64 random(7);
    std::normal_distribution<double> normal;
    const double q = saddle.overlap.value, r = saddle.teacher.value;
    const std::size_t draws = 200000;
    double gibbs = 0.0, bayes = 0.0;
    for (std::size_t i = 0; i < draws; ++i) {
        std::size_t teacher = 0, student = 0;
        std::vector<double> plus;
        for (std::size_t k = 0; k < units; ++k) {
            const double mean = std::sqrt(q) * normal(random);
            const double t = r / q * mean + std::sqrt(1.0 - r * r / q) * normal(random);
            const double s = mean + std::sqrt(1.0 - q) * normal(random);
            teacher += t > 0.0;
            student += s > 0.0;
            plus.push_back(0.5 * std::erfc(-mean / std::sqrt(2.0 * (1.0 - q))));
        }
        const auto answer = [&](std::size_t count) {
            return parity ? (units - count) % 2 == 0 : 2 * count > units;
        };
        double yes = 0.0;
        for (std::size_t signs = 0; signs < (std::size_t{1} << units); ++signs) {
            double p = 1.0;
            std::size_t count = 0;
            for (std::size_t k = 0; k < units; ++k) {
                const bool up = (signs >> k) & 1;
                p *= up ? plus[k] : 1.0 - plus[k];
                count += up;
            }
            if (answer(count)) yes += p;
        }
        gibbs += answer(student) != answer(teacher);
        bayes += (yes > 0.5) != answer(teacher);
    }
    return {gibbs / draws, bayes / draws};
}

}  // namespace

TEST_CASE("three errors of the binary perceptron") {
    // Gibbs and Bayes: algorithms of the literature quote 0.405, 0.311, 0.267 and 0.3179, 0.2306,
    // 0.1952 at these loads.
    const double rows[3][3] = {{0.5, 0.405, 0.3179}, {1.0, 0.311, 0.2306}, {1.2, 0.267, 0.1952}};
    for (const auto& row : rows) {
        const Model model = taught();
        const LearningErrors errors = learning_errors(model, replica_symmetric(model, row[0]));
        CHECK(std::abs(errors.gibbs.value - row[1]) < 1e-3);
        CHECK(std::abs(errors.bayes.value - row[2]) < 1e-4);
        CHECK(errors.clipped.value > errors.bayes.value);
        CHECK(errors.clipped.value < errors.gibbs.value);
    }
    const Model model = taught();
    CHECK(learning_errors(model, replica_symmetric(model, 1.3)).gibbs.value == 0.0);
    CHECK_THROWS_AS(learning_errors(Model{}, replica_symmetric(Model{}, 0.5)), Error);
}

TEST_CASE("errors of a few units, against fields that are drawn") {
    for (const bool parity : {false, true}) {
        Model model = taught(3);
        SaddlePoint saddle = replica_symmetric(model, 0.8);
        if (parity) {
            // The errors are those of an order; this one need not be a saddle point.
            model.rule = Rule::Parity;
        }
        const LearningErrors errors = learning_errors(model, saddle);
        const auto drawn = drawn_errors(saddle, 3, parity);
        CAPTURE(parity);
        CHECK(std::abs(errors.gibbs.value - drawn[0]) < 0.004);
        CHECK(std::abs(errors.bayes.value - drawn[1]) < 0.004);
        CHECK(errors.bayes.error < 1e-4);
    }
}

TEST_CASE("the majority of committees that are nearly decided") {
    Model model = taught(3);
    model.weights = WeightSet::Spherical;
    SaddlePoint saddle;  // at a load of about 5
    saddle.order = {1.0, 0.95, 0.95};
    saddle.overlap = saddle.teacher = {0.95, 0.0};
    const LearningErrors errors = learning_errors(model, saddle);
    CHECK(errors.bayes.error < 1e-5);
    CHECK(std::abs(errors.bayes.value - drawn_errors(saddle, 3, false)[1]) < 0.003);
    CHECK(errors.bayes.value < errors.gibbs.value);
}

TEST_CASE("spherical weights: the mean is the best there is") {
    Model model = taught();
    model.weights = WeightSet::Spherical;
    const LearningErrors errors = learning_errors(model, replica_symmetric(model, 2.0));
    CHECK(errors.bayes.value == doctest::Approx(errors.clipped.value).epsilon(1e-9));
    CHECK(errors.bayes.value < errors.gibbs.value);
}

TEST_CASE(
    "stabilities: parts add up, the density is their slope, and it is zero below the margin") {
    const double infinity = std::numeric_limits<double>::infinity();
    for (int kind = 0; kind < 4; ++kind) {
        CAPTURE(kind);
        Model model;
        model.margin = kind == 3 ? 1.0 : 0.05;
        if (kind == 1) model.beta = 3.0;
        if (kind == 2) {
            model = taught();
        }
        if (kind == 3) model.rule = Rule::Band;
        const SaddlePoint saddle = replica_symmetric(model, 0.39);
        CHECK(stability_part(model, saddle, -infinity, infinity).value ==
              doctest::Approx(1.0).epsilon(1e-8));
        const double below = stability_part(model, saddle, -infinity, model.margin).value;
        if (kind == 1) {
            CHECK(below == doctest::Approx(saddle.errors.value).epsilon(1e-8));
            CHECK(stability_density(model, saddle, -0.5) > 0.0);
        } else if (kind != 3) {
            CHECK(below == 0.0);
            CHECK(stability_density(model, saddle, model.margin - 1e-9) == 0.0);
        }
        const double step = 1e-3, h = 0.7;
        CHECK(stability_part(model, saddle, h - step, h + step).value / (2.0 * step) ==
              doctest::Approx(stability_density(model, saddle, h)).epsilon(1e-5));
    }
}

TEST_CASE("state evolution tends to the saddle point") {
    for (const bool teacher : {false, true}) {
        for (const WeightSet weights : {WeightSet::Binary, WeightSet::Spherical}) {
            Model model;
            model.weights = weights;
            if (teacher) model.labels = Labels::Teacher;
            const std::vector<Order> orders = state_evolution(model, 0.5, 60);
            REQUIRE(orders.size() == 61);
            CHECK(orders.front().overlap == 0.0);
            const SaddlePoint saddle = replica_symmetric(model, 0.5);
            CHECK(orders.back().overlap == doctest::Approx(saddle.overlap.value).epsilon(1e-9));
            CHECK(orders.back().teacher ==
                  doctest::Approx(teacher ? saddle.teacher.value : 0.0).epsilon(1e-9));
        }
    }
    CHECK_THROWS_AS(state_evolution(Model{}, 0.5, 3, {1.0, 1.0, 0.0}), Error);
    CHECK_THROWS_AS(state_evolution(Model{}, 0.0, 3), Error);
}
