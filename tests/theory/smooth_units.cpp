#include "steppe/theory/smooth_units.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/committee_channel.hpp"
#include "steppe/theory/typical/learning_errors.hpp"
#include "steppe/theory/typical/transitions.hpp"

using namespace steppe;
using namespace steppe::theory;

namespace {

Model committee(std::size_t units, Unit unit, Labels labels = Labels::Random,
                double beta = std::numeric_limits<double>::infinity()) {
    Model model;
    model.units = units;
    model.unit = unit;
    model.labels = labels;
    model.beta = beta;
    return model;
}

/// Fields along t_1, t_2 and s from those of the units.
std::array<double, 3> in_frame(const std::array<double, 3>& h) {
    return {(h[0] - h[1]) / std::sqrt(2.0), (h[0] + h[1] - 2.0 * h[2]) / std::sqrt(6.0),
            (h[0] + h[1] + h[2]) / std::sqrt(3.0)};
}

double answer_probability(const OddUnit& unit, const std::array<double, 3>& means, double sigma) {
    return ThreeUnits(unit, {means[0]}, {means[1]}, sigma).at(means[2], false).p(0, 0);
}

/// A mean over random samples, and its standard error.
struct Sampled {
    double mean = 0.0, deviation = 0.0;
};
template <class Function>
Sampled sampled(std::size_t count, Function&& f) {
    std::mt19937_64 random(7);
    std::normal_distribution<double> normal;
    double sum = 0.0, square = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
        const double x = f([&] { return normal(random); });
        sum += x;
        square += x * x;
    }
    const auto n = static_cast<double>(count);
    return {sum / n, std::sqrt((square / n - sum * sum / n / n) / n)};
}

}  // namespace

TEST_CASE("three smooth units answer +1 as often as random fields say") {
    for (const Unit unit : {Unit::Erf, Unit::Tanh}) {
        const OddUnit f{unit};
        for (const std::array<double, 3>& mean :
             {std::array{0.0, 0.0, 0.0}, std::array{0.4, -0.7, 1.0}, std::array{-1.5, 0.3, 0.2},
              std::array{1.5, -1.2, -0.3}, std::array{-0.6, -0.5, -0.4}}) {
            for (const double sigma : {1.0, 0.5}) {
                const double p = answer_probability(f, in_frame(mean), sigma);
                const Sampled seen = sampled(40000, [&](auto&& normal) {
                    double sum = 0.0;
                    for (const double m : mean) sum += f(m + sigma * normal());
                    return sum > 0.0 ? 1.0 : 0.0;
                });
                CHECK(std::abs(p - seen.mean) < 4.5 * std::sqrt(p * (1.0 - p) / 40000.0));
            }
        }
    }
}

TEST_CASE("the answer of three units has the symmetries of the units") {
    const OddUnit f{Unit::Tanh};
    const std::array<double, 3> mean{0.3, -0.8, 1.1};
    const double p = answer_probability(f, in_frame(mean), 0.7);
    for (const std::array<double, 3>& other :
         {std::array{-0.8, 0.3, 1.1}, std::array{1.1, -0.8, 0.3}, std::array{-0.8, 1.1, 0.3}}) {
        CHECK(answer_probability(f, in_frame(other), 0.7) == doctest::Approx(p).epsilon(1e-8));
    }
    CHECK(answer_probability(f, in_frame({-0.3, 0.8, -1.1}), 0.7) ==
          doctest::Approx(1.0 - p).epsilon(1e-12));
    // Of steep units the border is that of the median: half of the sum of the others' signs.
    const OddUnit steep{Unit::Erf, 1000.0};
    const std::array<double, 3> offset{0.9, -0.2, -0.7};
    const std::array<double, 3> at = in_frame(offset);
    CHECK(border_at(steep, at[0], at[1]).s ==
          doctest::Approx(at[2] + 0.2 * std::sqrt(3.0)).epsilon(1e-3));
    for (const double t : {0.0, 0.8, 30.0}) {
        const Border here = border_at(f, t, 0.4), above = border_at(f, t, 0.4 + 1e-5),
                     right = border_at(f, t + 1e-5, 0.4);
        CHECK(here.d2 == doctest::Approx((above.s - here.s) / 1e-5).epsilon(1e-4));
        CHECK(std::abs(here.d1 - (right.s - here.s) / 1e-5) < 1e-4);
    }
}

TEST_CASE("derivatives of the answer of three units") {
    const double step = 1e-3;
    for (const double sigma : {0.8, 0.15}) {
        const OddUnit f{Unit::Erf};
        const std::array<double, 3> mean{0.2, 0.35, -0.1};
        const AnswerPlane here = ThreeUnits(f, {mean[0]}, {mean[1]}, sigma).at(mean[2], true);
        const auto p = [&](std::size_t k, double by_k, std::size_t l, double by_l) {
            std::array<double, 3> at = mean;
            at[k] += by_k * step;
            at[l] += by_l * step;
            return answer_probability(f, at, sigma);
        };
        // Where the border is straight by decree derivatives leave out how it bends.
        const double tolerance = sigma < ThreeUnits::narrow_sigma ? 0.1 : 1e-4;
        for (std::size_t k = 0; k < 3; ++k) {
            CHECK(std::abs(here.d[k](0, 0) - (p(k, 1, k, 0) - p(k, -1, k, 0)) / (2.0 * step)) <
                  tolerance);
        }
        if (sigma < ThreeUnits::narrow_sigma) continue;
        for (std::size_t i = 0; i < second_derivatives.size(); ++i) {
            const std::size_t k = second_derivatives[i][0], l = second_derivatives[i][1];
            const double mixed =
                (p(k, 1, l, 1) - p(k, 1, l, -1) - p(k, -1, l, 1) + p(k, -1, l, -1)) /
                (4.0 * step * step);
            CHECK(std::abs(here.d2[i](0, 0) - mixed) < tolerance);
        }
    }
    // The two ways of averaging meet.
    const OddUnit f{Unit::Tanh};
    const double wide = answer_probability(f, {0.2, 0.3, -0.2}, ThreeUnits::narrow_sigma * 1.0001);
    const double narrow =
        answer_probability(f, {0.2, 0.3, -0.2}, ThreeUnits::narrow_sigma * 0.9999);
    CHECK(narrow == doctest::Approx(wide).epsilon(0.02));
}

TEST_CASE("between linear and sign units: the perceptron and the committee of sign units" *
          doctest::test_suite("study")) {
    const Order order{1.0, 0.4, 0.3};
    for (const Labels labels : {Labels::Random, Labels::Teacher}) {
        for (const double beta : {1.5, std::numeric_limits<double>::infinity()}) {
            const Model model = committee(3, Unit::Erf, labels, beta);
            const ChannelAverages flat =
                smooth_averages({Unit::Erf, 1e-4}, model, order, false, true);
            const ChannelAverages one =
                channel_averages(committee(1, Unit::Sign, labels, beta), order);
            CHECK(flat.energy == doctest::Approx(one.energy).epsilon(1e-7));
            CHECK(flat.response == doctest::Approx(one.response).epsilon(1e-6));
            CHECK(flat.curvature == doctest::Approx(one.curvature).epsilon(1e-4));
            CHECK(flat.errors == doctest::Approx(one.errors).epsilon(1e-7));
            CHECK(flat.teacher == doctest::Approx(one.teacher).epsilon(1e-6));
            if (model.hot() != (labels == Labels::Teacher)) continue;
            const ChannelAverages steep =
                smooth_averages({Unit::Erf, 12.0}, model, order, false, true);
            const ChannelAverages sign =
                committee_averages(committee(3, Unit::Sign, labels, beta), order, true, true);
            CHECK(steep.energy == doctest::Approx(sign.energy).epsilon(2e-3));
            CHECK(steep.response == doctest::Approx(sign.response).epsilon(1e-2));
            CHECK(steep.curvature == doctest::Approx(sign.curvature).epsilon(3e-2));
            CHECK(steep.errors == doctest::Approx(sign.errors).epsilon(4e-3));
            CHECK(steep.teacher == doctest::Approx(sign.teacher).epsilon(1e-2));
        }
    }
}

TEST_CASE("the energy of three smooth units: by random fields, and its derivatives by the orders" *
          doctest::test_suite("study")) {
    for (const Unit unit : {Unit::Erf, Unit::Tanh}) {
        const Model random = committee(3, unit), hot = committee(3, unit, Labels::Random, 1.2);
        const double q = 0.6;
        const Sampled seen = sampled(500, [&](auto&& normal) {
            std::array<double, 3> mean{};
            for (double& m : mean) m = std::sqrt(q) * normal();
            // Half of it by the opposite fields.
            const double p = answer_probability({unit}, mean, std::sqrt(1.0 - q));
            return 0.5 * (std::log(p) + std::log1p(-p));
        });
        CHECK(std::abs(channel_averages(random, {1.0, q, 0.0}, false, false).energy - seen.mean) <
              4.5 * seen.deviation);
        // dE/dq = -response/2 at a given R.
        const double step = 1e-3;
        const auto slope = [&](const Model& model, double r, bool by_teacher) {
            const auto energy = [&](double by) {
                const Order order{1.0, by_teacher ? q : q + by, by_teacher ? r + by : r};
                return channel_averages(model, order, false, false).energy;
            };
            return (energy(step) - energy(-step)) / (2.0 * step);
        };
        for (const Model& model : {random, hot, committee(3, unit, Labels::Teacher),
                                   committee(3, unit, Labels::Teacher, 1.2)}) {
            const bool taught = model.labels == Labels::Teacher;
            const double r = taught ? 0.4 : 0.0;
            const ChannelAverages at = channel_averages(model, {1.0, q, r}, false, false);
            CHECK(slope(model, r, false) == doctest::Approx(-0.5 * at.response).epsilon(1e-4));
            if (taught) CHECK(slope(model, r, true) == doctest::Approx(at.teacher).epsilon(1e-4));
            if (model.hot()) {
                Model colder = model, hotter = model;
                colder.beta += step;
                hotter.beta -= step;
                const Order order{1.0, q, r};
                const double by_beta = (channel_averages(colder, order, false, false).energy -
                                        channel_averages(hotter, order, false, false).energy) /
                                       (2.0 * step);
                CHECK(at.errors == doctest::Approx(-by_beta).epsilon(1e-5));
            }
        }
        // Nishimori: what a teacher of the same kind adds is what its student finds.
        const ChannelAverages bayes =
            channel_averages(committee(3, unit, Labels::Teacher), {1.0, q, q}, false, false);
        CHECK(bayes.teacher == doctest::Approx(bayes.response).epsilon(1e-5));
    }
}

TEST_CASE("what the coarse averages of smooth units say of their error") {
    for (const double q : {0.0, 0.2, 0.5}) {
        const Model model = committee(3, Unit::Erf);
        const ChannelAverages coarse = channel_averages(model, {1.0, q, 0.0}),
                              fine = channel_averages(model, {1.0, q, 0.0}, true);
        CHECK(std::abs(coarse.energy - fine.energy) < 2e-8);
        CHECK(std::abs(coarse.response / fine.response - 1.0) < 1e-6);
        CHECK(std::abs(coarse.curvature / fine.curvature - 1.0) < 5e-5);
    }
}

TEST_CASE("two odd units are a perceptron") {
    for (const Labels labels : {Labels::Random, Labels::Teacher}) {
        const Model two = committee(2, Unit::Tanh, labels), one = committee(1, Unit::Sign, labels);
        for (const double load : {0.3, 0.8}) {
            const SaddlePoint a = replica_symmetric(two, load), b = replica_symmetric(one, load);
            CHECK(a.entropy.value == b.entropy.value);
            CHECK(a.order.overlap == b.order.overlap);
            CHECK(a.replicon.value == b.replicon.value);
            if (labels == Labels::Teacher) {
                CHECK(learning_errors(two, a).bayes.value == learning_errors(one, b).bayes.value);
            }
        }
    }
    // By random fields as well.
    const Sampled seen = sampled(40000, [](auto&& normal) {
        return std::erf(0.7 + 0.6 * normal()) + std::erf(-0.2 + 0.6 * normal()) > 0.0 ? 1.0 : 0.0;
    });
    CHECK(std::abs(seen.mean - gaussian_tail(-0.5 / (0.6 * std::sqrt(2.0)))) < 0.011);
}

TEST_CASE("three smooth units store what is between the perceptron and three sign units") {
    const double load = 0.5;
    const double perceptron = replica_symmetric(committee(1, Unit::Sign), load).entropy.value;
    const double sign = replica_symmetric(committee(3, Unit::Sign), load).entropy.value;
    const Value tanh = replica_symmetric(committee(3, Unit::Tanh), load).entropy;
    CHECK(tanh.value > perceptron + 1e-3);
    CHECK(tanh.value < sign - 1e-3);
    CHECK(tanh.error < 1e-8);
    // Patterns cannot count for more than with independent solutions.
    CHECK(tanh.value < std::log(2.0) * (1.0 - load));
}

TEST_CASE("capacities of three erf units are between the perceptron's and that of sign units" *
          doctest::test_suite("study")) {
    const Model model = committee(3, Unit::Erf);
    const std::vector<SaddlePoint> ends = replica_symmetric(model, {0.8331, 0.9206});
    CHECK(ends[0].entropy.value > 0.0);
    CHECK(ends[1].entropy.value < 0.0);
    CHECK(ends[0].stable());
}

TEST_CASE("relu units of either sign are not alike") {
    CHECK_THROWS_WITH_AS(committee(2, Unit::Relu).validate(), doctest::Contains("overlaps differ"),
                         Error);
}
