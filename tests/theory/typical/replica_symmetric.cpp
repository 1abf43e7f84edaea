#include "steppe/theory/typical/replica_symmetric.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"
#include "steppe/theory/local/planted.hpp"
#include "support/table_rows.hpp"

using namespace steppe;
using namespace steppe::theory;
using steppe::test::Row;
using steppe::test::table_rows;

namespace {

Model model_of(const std::string& name) {
    Model model;
    if (name.starts_with("spherical")) model.weights = WeightSet::Spherical;
    if (name == "binary_tree_committee_k3_sign") model.units = 3;
    if (name == "binary_tree_committee_kinf_sign") model.units = Model::infinite;
    return model;
}

/// The free entropy as a function of q alone must be stationary at the saddle point, to first order
/// with the prior's own conjugate: moved by hand, q and conjugate separately.
double free_entropy_near(const Model& model, const SaddlePoint& saddle, double overlap,
                         double conjugate) {
    Order order = saddle.order;
    order.overlap = overlap;
    const bool taught = model.labels == Labels::Teacher;
    if (taught) order.teacher = overlap;
    const double teacher = taught ? conjugate : 0.0;
    const ChannelAverages channel = channel_averages(model, order);
    // S = E log 2cosh - q^ (1 - q)/2 - R^ R of +-1 weights, with q and q^ independent.
    const PriorAverages prior =
        prior_averages(model.weights, {conjugate, teacher, saddle.conjugates.precision});
    const double log_sum = prior.entropy + 0.5 * conjugate * (1.0 - prior.order.overlap) +
                           teacher * prior.order.teacher;
    return log_sum - 0.5 * conjugate * (1.0 - overlap) - teacher * (taught ? overlap : 0.0) +
           saddle.load * channel.energy;
}

}  // namespace

TEST_CASE("storage: published saddle points") {
    int entropies = 0;
    for (const Row& row : table_rows("replica.csv")) {
        const std::string& name = row.at("model");
        CAPTURE(name);
        if (row.at("entropy").empty()) continue;  // capacities: transitions.cpp
        const double load = std::stod(row.at("load"));
        CAPTURE(load);
        const SaddlePoint saddle = replica_symmetric(model_of(name), load);
        CHECK(std::abs(saddle.entropy.value - std::stod(row.at("entropy"))) < 2e-5);
        CHECK(saddle.entropy.error < 1e-9);
        if (!row.at("q").empty()) {
            CHECK(std::abs(saddle.overlap.value - std::stod(row.at("q"))) < 2e-6);
        }
        CHECK(saddle.stable());
        ++entropies;
    }
    CHECK(entropies == 16);
}

TEST_CASE("finite temperature: published errors and entropies") {
    for (const Row& row : table_rows("finite_temperature.csv")) {
        Model model;
        model.beta = std::stod(row.at("beta"));
        const SaddlePoint saddle = replica_symmetric(model, std::stod(row.at("load")));
        CAPTURE(saddle.load);
        CHECK(std::abs(saddle.overlap.value - std::stod(row.at("q"))) < 2e-5);
        CHECK(std::abs(saddle.errors.value - std::stod(row.at("error"))) < 2e-5);
        CHECK(std::abs(saddle.free_entropy.value - std::stod(row.at("phi"))) < 2e-5);
        CHECK(std::abs(saddle.entropy.value - std::stod(row.at("entropy"))) < 2e-5);
    }
}

TEST_CASE("a high cost is none at all, and no cost leaves everything") {
    Model cold, hot;
    hot.beta = 40.0;
    CHECK(replica_symmetric(hot, 0.5).free_entropy.value ==
          doctest::Approx(replica_symmetric(cold, 0.5).entropy.value).epsilon(1e-9));
    hot.beta = 1e-6;
    const SaddlePoint free = replica_symmetric(hot, 0.5);
    CHECK(free.entropy.value == doctest::Approx(std::log(2.0)).epsilon(1e-9));
    CHECK(free.errors.value == doctest::Approx(0.5).epsilon(1e-6));
}

TEST_CASE("round a teacher: published entropies, fields and overlaps") {
    Model model;
    model.labels = Labels::Teacher;
    for (const Row& row : table_rows("planted_local_entropy.csv")) {
        const double distance = std::stod(row.at("d"));
        CAPTURE(distance);
        const PlantedPoint point =
            planted_local_entropy(model, std::stod(row.at("load")), 1.0 - 2.0 * distance);
        CHECK(std::abs(point.entropy.value - std::stod(row.at("entropy"))) < 2e-5);
        CHECK(std::abs(point.saddle.overlap.value - std::stod(row.at("q"))) < 2e-5);
        if (!row.at("gamma").empty()) {
            CHECK(std::abs(point.field.value - std::stod(row.at("gamma"))) < 2e-5);
        }
    }
}

TEST_CASE("round a teacher: the field is the slope, and no field holds a typical solution") {
    for (const WeightSet weights : {WeightSet::Binary, WeightSet::Spherical}) {
        Model model;
        model.weights = weights;
        model.labels = Labels::Teacher;
        const double step = 1e-4;
        const auto entropy = [&](double overlap) {
            return planted_local_entropy(model, 0.5, overlap).entropy.value;
        };
        const double slope = (entropy(0.5 + step) - entropy(0.5 - step)) / (2.0 * step);
        CHECK(planted_local_entropy(model, 0.5, 0.5).field.value ==
              doctest::Approx(-slope).epsilon(1e-5));
        const SaddlePoint typical = replica_symmetric(model, 0.5);
        const PlantedPoint there = planted_local_entropy(model, 0.5, typical.teacher.value);
        CHECK(std::abs(there.field.value) < 1e-7);
        CHECK(there.entropy.value == doctest::Approx(typical.entropy.value).epsilon(1e-9));
    }
}

TEST_CASE("a student that asks for a hair of margin is the Bayes-optimal one") {
    Model optimal, asking;
    optimal.labels = asking.labels = Labels::Teacher;
    asking.margin = 1e-7;
    const SaddlePoint a = replica_symmetric(optimal, 1.0), b = replica_symmetric(asking, 1.0);
    CHECK(b.entropy.value == doctest::Approx(a.entropy.value).epsilon(1e-5));
    CHECK(b.teacher.value == doctest::Approx(b.overlap.value).epsilon(1e-5));
    CHECK(b.overlap.value == doctest::Approx(a.overlap.value).epsilon(1e-5));
}

TEST_CASE("the free entropy is stationary in overlap and conjugate") {
    rc::check([] {
        Model model;
        model.margin = *rc::gen::inRange(-100, 60) / 100.0;
        const int kind = *rc::gen::inRange(0, 4);
        if (kind == 1) model.beta = 3.0;
        if (kind == 2) {
            model.units = Model::infinite;
            model.unit = Unit::Erf;
        }
        if (kind == 3) {
            model.labels = Labels::Teacher;
            model.margin = 0.0;
        }
        const double load = *rc::gen::inRange(2, 45) / 100.0;
        const SaddlePoint saddle = replica_symmetric(model, load);
        const double q = saddle.overlap.value, c = saddle.conjugates.overlap;
        RC_ASSERT(std::abs(free_entropy_near(model, saddle, q, c) - saddle.free_entropy.value) <
                  1e-9);
        const double step = 1e-4;
        const double by_overlap = free_entropy_near(model, saddle, q + step * q, c) -
                                  free_entropy_near(model, saddle, q - step * q, c);
        const double by_conjugate = free_entropy_near(model, saddle, q, c + step * c) -
                                    free_entropy_near(model, saddle, q, c - step * c);
        RC_ASSERT(std::abs(by_overlap) < 1e-8);
        RC_ASSERT(std::abs(by_conjugate) < 1e-8);
    });
}

TEST_CASE("laws: entropies fall with the load and with the margin, never below the annealed ones") {
    rc::check([] {
        Model model, stricter;
        model.margin = *rc::gen::inRange(-150, 100) / 100.0;
        stricter.margin = model.margin + 0.1;
        const double load = *rc::gen::inRange(1, 15) / 100.0;
        const double entropy = replica_symmetric(model, load).entropy.value;
        RC_ASSERT(replica_symmetric(stricter, load).entropy.value < entropy);
        RC_ASSERT(replica_symmetric(model, load * 1.1).entropy.value < entropy);
        const double annealed = std::log(2.0) + load * channel_averages(model, {}).energy;
        RC_ASSERT(entropy < annealed);
    });
}

TEST_CASE("no patterns, no overlap") {
    for (const WeightSet weights : {WeightSet::Binary, WeightSet::Ternary, WeightSet::Spherical}) {
        Model model;
        model.weights = weights;
        const SaddlePoint free = replica_symmetric(model, 0.0);
        const double all = weights == WeightSet::Binary    ? std::log(2.0)
                           : weights == WeightSet::Ternary ? std::log(3.0)
                                                           : 0.0;
        CHECK(free.entropy.value == doctest::Approx(all).epsilon(1e-9));
        CHECK(std::abs(free.overlap.value) < 1e-6);
    }
}

TEST_CASE("parities and symmetric perceptrons say nothing of single weights") {
    Model parity;
    parity.rule = Rule::Parity;
    for (const std::size_t units : {2, 3, 5}) {
        parity.units = units;
        const SaddlePoint saddle = replica_symmetric(parity, 0.7);
        CHECK(saddle.overlap.value == 0.0);
        CHECK(saddle.entropy.value == doctest::Approx(0.3 * std::log(2.0)).epsilon(1e-9));
    }
    Model symmetric;
    symmetric.rule = Rule::Band;
    symmetric.margin = 1.0;
    CHECK(replica_symmetric(symmetric, 1.0).entropy.value ==
          doctest::Approx(std::log(2.0) + std::log(std::erf(std::sqrt(0.5)))).epsilon(1e-9));
}

TEST_CASE("where there is no saddle point, or no model, a sentence says so") {
    Model spherical;
    spherical.weights = WeightSet::Spherical;
    CHECK_THROWS_WITH_AS(replica_symmetric(spherical, 2.1),
                         "spherical perceptron: no replica-symmetric saddle point at load 2.1; "
                         "those of overlap up to 0.999998 end at load 1.99999",
                         NoSaddlePoint);
    CHECK_THROWS_WITH_AS(replica_symmetric(Model{}, -0.1),
                         "load is -0.1: it must be a number of at least 0", Error);
    CHECK_THROWS_AS(replica_symmetric(Model{}, std::numeric_limits<double>::quiet_NaN()), Error);
    Model even;
    even.units = 4;
    CHECK_THROWS_WITH_AS(replica_symmetric(even, 0.5),
                         "4 sign units: theory of a committee takes 3, 5, 7, 9 or infinitely many",
                         Error);
    CHECK_THROWS_AS(planted_local_entropy(Model{}, 0.5, 0.5), Error);
}

TEST_CASE("several saddle points: of a teacher's labels that of the largest entropy") {
    Model model;
    model.labels = Labels::Teacher;
    // Between the first-order point and the spinodal both are there.
    const std::vector<SaddlePoint> all = all_saddle_points(model, 1.3);
    REQUIRE(all.size() == 2);
    CHECK(all[0].overlap.value == doctest::Approx(0.7258707).epsilon(1e-6));
    CHECK(all[0].entropy.value < 0.0);
    CHECK(all[1].teacher_alone);
    CHECK(replica_symmetric(model, 1.3).teacher_alone);
    CHECK(!replica_symmetric(model, 1.2).teacher_alone);
    CHECK(replica_symmetric(model, 1.6).teacher_alone);
}

TEST_CASE("parities near overlap 1: the response is the slope of the energy") {
    // Where all units are sure and the answer is wrong, what is left of its probability is small.
    Model model;
    model.rule = Rule::Parity;
    for (const std::size_t units : {2, 3}) {
        model.units = units;
        for (const double q : {0.5, 0.9, 0.96}) {
            CAPTURE(q);
            const bool fine = units == 2;
            const double step = 1e-4 * (1.0 - q);
            const auto energy = [&](double overlap) {
                return channel_averages(model, {1.0, overlap, 0.0}, fine, false).energy;
            };
            // Ridges across the frame of the rules: where two ways to be wrong are equally near.
            const double tolerance = q < 0.8 ? 1e-6 : q < 0.95 ? 1e-3 : 1e-2;
            CHECK(
                channel_averages(model, {1.0, q, 0.0}, fine, false).response ==
                doctest::Approx(-(energy(q + step) - energy(q - step)) / step).epsilon(tolerance));
        }
    }
    // A teacher's parity is hardly kept by weights that are near it and not it.
    model.units = 2;
    model.labels = Labels::Teacher;
    CHECK(planted_local_entropy(model, 0.6, 0.96).entropy.value < 0.0);
    CHECK(planted_local_entropy(model, 0.6, 0.4).entropy.value > 0.2);
}

TEST_CASE("channels far from what is allowed, and at costs beyond double precision") {
    // A band: the nearer border alone, at any distance.
    Model band, half;
    band.rule = Rule::Band;
    for (const double omega : {3.0, 30.0, 3000.0}) {
        CAPTURE(omega);
        const LocalChannel at = local_channel(band, 1.0, omega, 0.1),
                           border = local_channel(half, -1.0, -omega, 0.1);
        CHECK(at.log_p == doctest::Approx(border.log_p).epsilon(1e-8));
        CHECK(at.g == doctest::Approx(-border.g).epsilon(1e-8));
    }
    // Whatever the cost: no more than it, and the derivatives are those of log P.
    for (const double beta : {0.5, 30.0, 800.0, 1e5}) {
        for (const Rule rule : {Rule::Majority, Rule::Band}) {
            for (const double omega : {-60.0, -20.0, -3.0, 0.4, 5.0}) {
                CAPTURE(beta);
                CAPTURE(omega);
                Model model;
                model.rule = rule;
                model.beta = beta;
                const auto log_p = [&](double at) {
                    return local_channel(model, 0.5, at, 0.7).log_p;
                };
                const LocalChannel at = local_channel(model, 0.5, omega, 0.7);
                CHECK(at.log_p >= -beta * (1.0 + 1e-12));
                const double step = 1e-4;
                const double scale = 1e-6 * (1.0 + std::abs(omega));
                CHECK(std::abs((log_p(omega + step) - log_p(omega - step)) / (2.0 * step) - at.g) <
                      scale);
                CHECK(at.errors >= 0.0);
                CHECK(at.errors <= 1.0 + 1e-12);
            }
        }
    }
    // Spherical weights in a band: overlap 1 at 1/E (|z| - 1)_+^2.
    band.weights = WeightSet::Spherical;
    band.margin = 1.0;
    const double lack = 4.0 * gaussian_tail(1.0) - 2.0 * normal_density(1.0);
    CHECK_NOTHROW(replica_symmetric(band, 0.999 / lack));
    CHECK_THROWS_AS(replica_symmetric(band, 1.001 / lack), NoSaddlePoint);
}

TEST_CASE("a teacher's parity: beyond what is resolved nothing is said") {
    Model model;
    model.weights = WeightSet::Spherical;
    model.rule = Rule::Parity;
    model.labels = Labels::Teacher;
    model.units = 2;
    CHECK(replica_symmetric(model, 1.0).overlap.value == 0.0);
    CHECK(replica_symmetric(model, 4.0).overlap.value > 0.9);
    CHECK_THROWS_AS(replica_symmetric(model, 6.0), NoSaddlePoint);
}
