// The worst loss near given weights, against closed forms and random points.
#include "steppe/landscape/sharpness.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "steppe/error.hpp"
#include "steppe/landscape/surrogate_loss.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/start_weights.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;
using Eigen::VectorXd;

namespace {

/// The mean loss with weight i at w_i (1 + e_i).
double loss_at(const Network& network, const Patterns& patterns, const Weights& weights,
               const VectorXd& e, const SharpnessOptions& options) {
    std::vector<double> w = weights.values();
    const auto size = static_cast<Eigen::Index>(w.size());
    const VectorXd moved = Eigen::Map<VectorXd>(w.data(), size).array() * (1.0 + e.array());
    return SurrogateLoss(network, patterns, options.beta, options.gamma).losses(moved)[0];
}

}  // namespace

TEST_CASE("of a perceptron and one pattern the worst point is known") {
    const Network network = spherical(51);
    const Patterns patterns = patterns_of(network, 1);
    const Weights weights = some_weights(network);
    SharpnessOptions options;
    options.radii = {0.0, 0.1, 0.5, 2.0};
    double sum = 0.0, sizes = 0.0, squares = 0.0;
    patterns.visit([&](const auto& set) {
        std::vector<double> x(51);
        set->copy_inputs(0, 0, std::span<double>(x));
        for (std::size_t i = 0; i < 51; ++i) {
            const double part = x[i] * weights.value(0, i);
            sum += part;
            sizes += std::abs(part);
            squares += part * part;
        }
    });
    for (const Ball ball : {Ball::Box, Ball::MeanSquare}) {
        CAPTURE(ball_name(ball));
        options.ball = ball;
        const SharpnessCurve curve = sharpness_curve(network, weights, patterns, options);
        const double fall = ball == Ball::Box ? sizes : std::sqrt(51.0 * squares);
        for (const SharpnessPoint& point : curve.points) {
            const double s = (sum - point.radius * fall) / std::sqrt(51.0);
            const double expected = CrossEntropy{options.gamma}.value(s);
            CHECK(point.loss == doctest::Approx(expected).epsilon(1e-6));
            CHECK(point.error_rate == (s > 0.0 ? 0.0 : 1.0));
        }
        CHECK(curve.loss == doctest::Approx(curve.points[0].loss).epsilon(1e-14));
        CHECK(curve.error_rate == curve.points[0].error_rate);
    }
}

TEST_CASE("the worst is no better than points nearby, and grows with the radius") {
    Network relu = spherical(30, 4);
    relu.activation = Activation::Relu;
    Network margin = spherical(31);
    margin.margin = 0.3;
    for (const Network& network :
         {margin, spherical(33, 3), spherical(33, 3, Wiring::Tree), relu}) {
        CAPTURE(network.name());
        const Patterns patterns = patterns_of(network, 40);
        const Weights weights = some_weights(network);
        SharpnessOptions options;
        options.starts = 2;
        options.radii = {0.3, 0.05, 0.1};
        const auto size = static_cast<Eigen::Index>(network.weight_count());
        const Philox random(21, Stream::Test);
        for (const Ball ball : {Ball::Box, Ball::MeanSquare}) {
            CAPTURE(ball_name(ball));
            options.ball = ball;
            const SharpnessCurve curve = sharpness_curve(network, weights, patterns, options);
            CHECK(curve.error_rate == static_cast<double>(patterns.visit([&](const auto& set) {
                                          return count_errors(network, weights, *set);
                                      })) /
                                          40.0);
            CHECK(curve.points[0].radius == 0.3);
            CHECK(curve.loss < curve.points[1].loss);
            CHECK(curve.points[1].loss < curve.points[2].loss);
            CHECK(curve.points[2].loss < curve.points[0].loss);
            for (const SharpnessPoint& point : curve.points) {
                for (std::uint32_t number = 0; number < 20; ++number) {
                    VectorXd e(size);
                    for (Eigen::Index i = 0; i < size; ++i) {
                        e[i] = random.normal(static_cast<std::uint64_t>(i), number);
                    }
                    e *= ball == Ball::Box
                             ? point.radius / e.cwiseAbs().maxCoeff()
                             : point.radius * std::sqrt(static_cast<double>(size)) / e.norm();
                    CHECK(point.loss > loss_at(network, patterns, weights, e, options));
                    e = point.radius * e.array().sign();
                    CHECK(point.loss > loss_at(network, patterns, weights, e, options));
                }
            }
        }
    }
}

TEST_CASE("scale of the weights, place of the labels and threads change nothing") {
    const Network network = spherical(70, 3);
    const PatternSet plain = random_patterns(70, 600, 3);
    const PatternSet labelled = plain.with_labels(random_labels(600, 4));
    const auto beside = std::make_shared<const PatternSet>(labelled);
    const auto folded = std::make_shared<const PatternSet>(PatternSet(labelled).fold_labels());
    const Weights weights = some_weights(network);
    std::vector<double> larger = weights.values();
    for (double& w : larger) w *= 4.0;
    SharpnessOptions options;
    options.radii = {0.1, 0.2};
    options.steps = 5;
    const SharpnessCurve one = sharpness_curve(network, weights, beside, options);
    for (const std::size_t threads : {1, 2, 3}) {
        SharpnessCurve other;
        Threads(threads).run([&] {
            other = sharpness_curve(network, Weights::from_values(70, 3, larger), folded, options);
        });
        CHECK(one.loss == other.loss);
        for (std::size_t r = 0; r < 2; ++r) {
            CHECK(one.points[r].loss == other.points[r].loss);
            CHECK(one.points[r].error_rate == other.points[r].error_rate);
        }
    }
}

TEST_CASE("+-1 weights move as real ones") {
    const Network binary{33, 3};
    const Patterns patterns = patterns_of(binary, 40);
    std::vector<signed char> signs;
    for (const float w : start_weights(spherical(33, 3), 1.0, 5)) signs.push_back(w < 0 ? -1 : 1);
    const Weights weights = Weights::from_signs(33, 3, signs);
    SharpnessOptions options;
    options.radii = {0.0, 0.2};
    const SharpnessCurve one = sharpness_curve(binary, weights, patterns, options);
    const SharpnessCurve other = sharpness_curve(
        spherical(33, 3), Weights::from_values(33, 3, weights.values()), patterns, options);
    CHECK(one.points[1].loss == other.points[1].loss);
    CHECK(one.points[1].error_rate == other.points[1].error_rate);
    CHECK(one.points[1].error_rate > one.error_rate);
}

TEST_CASE("options that make no sense, networks without a loss, and an observer that ends it") {
    const Network network = spherical(31, 3);
    const auto patterns = patterns_of(network, 40);
    const Weights weights = some_weights(network);
    SharpnessOptions options;
    options.radii = {0.1, -0.1};
    CHECK_THROWS_WITH_AS(sharpness_curve(network, weights, patterns, options),
                         "a radius is -0.1: it must be 0 or more", Error);
    options.radii = {0.1, 0.2};
    options.starts = 0;
    CHECK_THROWS_WITH_AS(sharpness_curve(network, weights, patterns, options),
                         "starts is 0: it must be 1 or more", Error);
    options.starts = 2;
    options.steps = 0;
    CHECK_THROWS_WITH_AS(sharpness_curve(network, weights, patterns, options),
                         "steps is 0: it must be 1 or more", Error);
    options.steps = 5;
    CHECK_THROWS_AS(
        sharpness_curve(spherical(31, 3, Wiring::Full, Gate::Parity), weights, patterns, options),
        Error);
    double last = 0.0;
    const auto watch = [&](double done) {
        CHECK(done > last);
        last = done;
        return done < 0.5;
    };
    CHECK_THROWS_WITH_AS(sharpness_curve(network, weights, patterns, options, watch),
                         "the measure was interrupted", Error);
    CHECK(last < 1.0);
}
