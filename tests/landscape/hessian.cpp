// Second derivatives against central differences, spectra against a dense solver.
#include "steppe/landscape/hessian.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <Eigen/Eigenvalues>
#include <cmath>
#include <memory>
#include <numeric>

#include "steppe/error.hpp"
#include "steppe/landscape/lanczos.hpp"
#include "steppe/landscape/surrogate_loss.hpp"
#include "steppe/model/start_weights.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/sgd/surrogate.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

Network relu(std::size_t inputs, std::size_t hidden, Wiring wiring = Wiring::Full) {
    Network network = spherical(inputs, hidden, wiring);
    network.activation = Activation::Relu;
    return network;
}

Network with_margin(Network network, double margin) {
    network.margin = margin;
    return network;
}

std::vector<Network> networks() {
    return {spherical(20),
            with_margin(spherical(20), 0.4),
            spherical(21, 3),
            spherical(21, 3, Wiring::Tree),
            with_margin(spherical(21, 3, Wiring::Tree), -0.2),
            relu(20, 4),
            relu(20, 2, Wiring::Tree)};
}

VectorXd normal_vector(std::size_t size, std::uint32_t number) {
    const Philox random(11, Stream::Test);
    VectorXd v(static_cast<Eigen::Index>(size));
    for (std::size_t i = 0; i < size; ++i) {
        v[static_cast<Eigen::Index>(i)] = random.normal(i, number);
    }
    return v;
}

Patterns real_patterns(const Network& network, std::size_t count) {
    const Philox random(4, Stream::Patterns);
    std::vector<float> values;
    for (std::size_t e = 0; e < count * network.inputs; ++e) {
        values.push_back(static_cast<float>(random.normal(e)));
    }
    std::vector<signed char> labels;
    if (!network.folds_labels()) labels = random_labels(count, 5);
    return std::make_shared<const RealPatterns>(
        RealPatterns::from_values(network.inputs, count, values, labels));
}

LossCurvature curvature_at(const Network& network, const Patterns& patterns, const VectorXd& w) {
    return {SurrogateLoss(network, patterns, 0.9, 2.0), w};
}

MatrixXd dense(const LossCurvature& curvature) {
    const auto size = static_cast<Eigen::Index>(curvature.size());
    return curvature.multiply(MatrixXd::Identity(size, size));
}

/// Of the whole matrix at the weights as the report takes them.
VectorXd dense_eigenvalues(const Network& network, const Weights& weights, const Patterns& patterns,
                           const HessianOptions& options) {
    const std::vector<double> w = weights.values();
    const LossCurvature curvature(
        SurrogateLoss(network, patterns, options.beta, options.gamma),
        Eigen::Map<const VectorXd>(w.data(), static_cast<Eigen::Index>(w.size())));
    return Eigen::SelfAdjointEigenSolver<MatrixXd>(dense(curvature), Eigen::EigenvaluesOnly)
        .eigenvalues();
}

}  // namespace

TEST_CASE("loss and gradient are those of gradient learning") {
    for (const Network& network : networks()) {
        CAPTURE(network.name());
        const Patterns patterns = patterns_of(network, 300);
        const VectorXd w = normal_vector(network.weight_count(), 0);
        Surrogate<double> surrogate(network, patterns);
        std::vector<std::size_t> rows(300);
        std::iota(rows.begin(), rows.end(), std::size_t{0});
        VectorXd gradient(w.size());
        const double loss = surrogate.answer(rows, w.data(), 0.9, 2.0, gradient.data()).loss;
        const LossCurvature curvature = curvature_at(network, patterns, w);
        CHECK(curvature.loss() == doctest::Approx(loss / 300.0).epsilon(1e-12));
        CHECK((curvature.gradient() - gradient).norm() < 1e-13 * (1.0 + gradient.norm()));
    }
}

TEST_CASE("gradients and products with the Hessian are those of central differences") {
    for (const Network& network : networks()) {
        CAPTURE(network.name());
        for (const Patterns& patterns :
             {Patterns(patterns_of(network, 30)), real_patterns(network, 30)}) {
            const SurrogateLoss loss(network, patterns, 0.9, 2.0);
            const VectorXd w = normal_vector(network.weight_count(), 0);
            const LossCurvature curvature(loss, w);
            MatrixXd v(w.size(), 2);
            v << normal_vector(network.weight_count(), 1), normal_vector(network.weight_count(), 2);
            const MatrixXd product = curvature.multiply(v);
            for (Eigen::Index j = 0; j < 2; ++j) {
                const double step = 1e-6;
                MatrixXd moved(w.size(), 2), gradients;
                moved << w + step * v.col(j), w - step * v.col(j);
                const VectorXd losses = loss.losses(moved, &gradients);
                CHECK(std::abs((losses[0] - losses[1]) / (2.0 * step) -
                               curvature.gradient().dot(v.col(j))) < 1e-8);
                const VectorXd expected = (gradients.col(0) - gradients.col(1)) / (2.0 * step);
                CHECK(expected.norm() > 1e-3);
                CHECK((product.col(j) - expected).norm() < 1e-7 * expected.norm());
            }
            const DenseMatrix whole = curvature.whole();
            const Eigen::Map<const MatrixXd> all(whole.values.data(), w.size(), w.size());
            CHECK((all * v - product).norm() < 1e-12 * product.norm());
            CHECK((all - all.transpose()).norm() < 1e-14 * all.norm());
            CHECK(v.col(0).dot(product.col(1)) ==
                  doctest::Approx(v.col(1).dot(product.col(0))).epsilon(1e-10));
        }
    }
}

TEST_CASE("inputs that are laid out for every product give what those that are kept give") {
    for (const Wiring wiring : {Wiring::Full, Wiring::Tree}) {
        const Network network = spherical(450, 3, wiring);
        const Patterns patterns = patterns_of(network, 300);
        const InputProducts kept(network, patterns), anew(network, patterns, 0);
        const auto size = static_cast<Eigen::Index>(network.weight_count());
        const MatrixXd vectors = normal_vector(network.weight_count() * 2, 0).reshaped(size, 2);
        MatrixXd one, other, back, other_back;
        kept.up(vectors, one);
        anew.up(vectors, other);
        CHECK(one == other);
        kept.down(one, back);
        anew.down(one, other_back);
        CHECK(back == other_back);
        CHECK(kept.square(299, 2) == anew.square(299, 2));
        CHECK(kept.square(299, 2) == doctest::Approx(1.0));
    }
}

TEST_CASE("in the span of few patterns the Hessian has its other eigenvalues") {
    for (const Network& network : networks()) {
        CAPTURE(network.name());
        const Patterns patterns = patterns_of(network, 6);
        LossCurvature curvature =
            curvature_at(network, patterns, normal_vector(network.weight_count(), 0));
        const MatrixXd whole = dense(curvature);
        CHECK(curvature.trace() == doctest::Approx(whole.trace()).epsilon(1e-10));
        curvature.enter_span();
        REQUIRE(curvature.size() == 6 * network.hidden);
        const MatrixXd part = dense(curvature);
        CHECK(curvature.trace() == doctest::Approx(whole.trace()).epsilon(1e-10));
        for (const double power : {1.0, 2.0, 3.0}) {
            const auto moment = [&](const MatrixXd& m) {
                return Eigen::SelfAdjointEigenSolver<MatrixXd>(m)
                    .eigenvalues()
                    .array()
                    .pow(power)
                    .sum();
            };
            CHECK(moment(part) == doctest::Approx(moment(whole)).epsilon(1e-10));
        }
    }
}

TEST_CASE("the full spectrum is that of a dense solver, zeros included") {
    HessianOptions options;
    for (const Network& network : networks()) {
        CAPTURE(network.name());
        for (const std::size_t count : {4, 30}) {
            CAPTURE(count);
            const Patterns patterns = patterns_of(network, count);
            const Weights weights = some_weights(network);
            const VectorXd expected = dense_eigenvalues(network, weights, patterns, options);
            const HessianReport report = hessian_report(network, weights, patterns, options);
            REQUIRE(report.eigenvalues.size() == network.weight_count());
            double sum = 0.0, negative = 0.0;
            const double scale = expected.cwiseAbs().maxCoeff();
            for (Eigen::Index i = 0; i < expected.size(); ++i) {
                const double value = report.eigenvalues[static_cast<std::size_t>(i)];
                CHECK(std::abs(value - expected[i]) < 1e-12 * scale);
                sum += value;
                negative += expected[i] < -1e-6 * scale ? 1.0 : 0.0;
            }
            CHECK(report.trace == doctest::Approx(sum).epsilon(1e-10));
            CHECK(report.negative_fraction.mean ==
                  doctest::Approx(negative / static_cast<double>(expected.size())));
            CHECK(report.negative_fraction.error == 0.0);
            CHECK(report.largest.front() == report.eigenvalues.back());
            CHECK(report.smallest.front() == report.eigenvalues.front());
            CHECK(report.converged);
        }
    }
}

TEST_CASE("ends and moments from products alone are those of the full spectrum") {
    for (const Network& network :
         {spherical(150), spherical(63, 3), spherical(99, 3, Wiring::Tree), relu(60, 4)}) {
        CAPTURE(network.name());
        for (const std::size_t count : {25, 200}) {
            CAPTURE(count);
            const Patterns patterns = patterns_of(network, count);
            const Weights weights = some_weights(network);
            HessianOptions options;
            options.extremes = 4;
            options.density_points = 2000;
            options.broadening = 0.03;
            const HessianReport full = hessian_report(network, weights, patterns, options);
            options.full_up_to = 0;
            options.probes = 30;
            options.lanczos_steps = 20;
            const HessianReport report = hessian_report(network, weights, patterns, options);
            CHECK(report.eigenvalues.empty());
            REQUIRE(report.converged);
            CHECK(report.note.empty());
            const double width = full.largest[0] - full.smallest[0];
            for (std::size_t i = 0; i < 4; ++i) {
                CHECK(std::abs(report.largest[i] - full.largest[i]) < 1e-7 * width);
                CHECK(std::abs(report.smallest[i] - full.smallest[i]) < 1e-7 * width);
            }
            CHECK(report.trace == full.trace);
            CHECK(report.negative_fraction.mean == full.negative_fraction.mean);
            CHECK(report.negative_fraction.error == 0.0);
            options.count_up_to = options.extremes = 0;
            const Estimate estimate =
                hessian_report(network, weights, patterns, options).negative_fraction;
            CHECK(std::abs(estimate.mean - full.negative_fraction.mean) <
                  3.0 * estimate.error + 0.06);
            double apart = 0.0;
            for (std::size_t p = 0; p < full.density.size(); ++p) {
                apart += std::abs(full.density[p].density - report.density[p].density);
            }
            CHECK(apart * (full.density[1].eigenvalue - full.density[0].eigenvalue) < 0.15);
            for (const HessianReport* r : {&full, &report}) {
                double mass = 0.0, mean = 0.0;
                const double step = r->density[1].eigenvalue - r->density[0].eigenvalue;
                for (const DensityPoint& point : r->density) {
                    mass += step * point.density;
                    mean += step * point.density * point.eigenvalue;
                }
                CHECK(mass == doctest::Approx(1.0).epsilon(1e-3));
                const double expected = full.trace / static_cast<double>(network.weight_count());
                CHECK(mean == doctest::Approx(expected).epsilon(r == &full ? 1e-3 : 0.1));
            }
        }
    }
}

TEST_CASE("zeros are counted once, where there are fewer or more of them than are asked for") {
    for (const std::size_t count : {75, 69, 12}) {
        CAPTURE(count);
        const Network network = relu(20, 4);
        const Patterns patterns = patterns_of(network, count);
        const Weights weights = some_weights(network);
        HessianOptions options;
        options.extremes = 9;
        const HessianReport full = hessian_report(network, weights, patterns, options);
        options.full_up_to = 0;
        const HessianReport report = hessian_report(network, weights, patterns, options);
        REQUIRE(report.largest.size() == 9);
        for (std::size_t i = 0; i < 9; ++i) {
            CHECK(std::abs(report.largest[i] - full.largest[i]) < 1e-7 * full.largest[0]);
        }
        // Where some of the nine are not 0, those are left out.
        CHECK(report.smallest == std::vector<double>(count == 75 ? 5 : 9, 0.0));
        CHECK(report.converged == (count != 75));
        CHECK(report.note == (count == 75 ? "of the 9 smallest eigenvalues 5 are 0, and the others "
                                            "are known from the full spectrum alone"
                                          : ""));
        CHECK(report.negative_fraction.mean == 0.0);
    }
}

TEST_CASE("a quadrature gives a probe's moments exactly") {
    const std::size_t size = 40;
    MatrixXd root(40, 40);
    for (Eigen::Index j = 0; j < 40; ++j) {
        root.col(j) = normal_vector(size, static_cast<std::uint32_t>(j));
    }
    const MatrixXd matrix = (root + root.transpose()) / 10.0;
    const SymmetricProduct product = [&](const Eigen::Ref<const MatrixXd>& v) {
        return MatrixXd(matrix * v);
    };
    const auto probes = lanczos_quadrature(product, size, 3, 6, 9, [](double) {});
    REQUIRE(probes.size() == 3);
    const Philox random(9, Stream::Test);
    for (std::uint32_t p = 0; p < 3; ++p) {
        VectorXd v(40);
        for (Eigen::Index i = 0; i < 40; ++i) {
            v[i] = random.normal(static_cast<std::uint64_t>(i), p);
        }
        v.normalize();
        VectorXd image = v;
        for (int power = 0; power < 12; ++power) {
            double moment = 0.0;
            for (std::size_t i = 0; i < 6; ++i) {
                moment += probes[p].weights[i] * std::pow(probes[p].values[i], power);
            }
            CHECK(std::abs(moment - v.dot(image)) < 1e-10 * std::pow(2.0, power));
            image = matrix * image;
        }
    }
    // Of a Krylov space that ends there are no more nodes than eigenvalues.
    const SymmetricProduct same = [](const Eigen::Ref<const MatrixXd>& v) {
        return MatrixXd(2.0 * v);
    };
    for (const SpectralNodes& nodes : lanczos_quadrature(same, size, 2, 6, 9, [](double) {})) {
        REQUIRE(nodes.values.size() == 1);
        CHECK(nodes.values[0] == doctest::Approx(2.0));
    }
}

TEST_CASE("eigenvalues at the ends that are equal, or all there are") {
    const auto none = [](std::size_t) {};
    const SymmetricProduct twice = [](const Eigen::Ref<const MatrixXd>& v) {
        return MatrixXd(2.0 * v);
    };
    for (const double lowest : {0.0, 2.0}) {
        const EndValues found =
            end_values(twice, 30, SpectrumEnd::Largest, 3, lowest, 2.0, 1, none);
        CHECK(found.converged);
        REQUIRE(found.values.size() == 3);
        for (const double value : found.values) CHECK(value == doctest::Approx(2.0));
    }
    const VectorXd diagonal = VectorXd::LinSpaced(30, -1.0, 28.0);
    const SymmetricProduct product = [&](const Eigen::Ref<const MatrixXd>& v) {
        return MatrixXd(diagonal.asDiagonal() * v);
    };
    for (const std::size_t count : {1, 29}) {
        const EndValues found =
            end_values(product, 30, SpectrumEnd::Smallest, count, -1.0, 28.0, 1, none);
        REQUIRE(found.values.size() == count);
        for (std::size_t i = 0; i < count; ++i) {
            CHECK(std::abs(found.values[i] - (static_cast<double>(i) - 1.0)) < 1e-6);
        }
    }
}

TEST_CASE("a perceptron's Hessian at one pattern is a product of that pattern with itself") {
    const Network network = spherical(9);
    const Patterns patterns = patterns_of(network, 1);
    const Weights weights = some_weights(network);
    HessianOptions options;
    options.gamma = 2.0;
    const HessianReport report = hessian_report(network, weights, patterns, options);
    double z = 0.0;
    patterns.visit([&](const auto& set) {
        std::vector<double> x(9);
        set->copy_inputs(0, 0, std::span<double>(x));
        for (std::size_t i = 0; i < 9; ++i) z += x[i] * weights.value(0, i);
    });
    const double s = z / 3.0, c = std::cosh(2.0 * s);
    CHECK(report.largest[0] == doctest::Approx(1.0 / (c * c)));
    CHECK(report.trace == doctest::Approx(1.0 / (c * c)));
    CHECK(report.gradient_norm == doctest::Approx(1.0 / (1.0 + std::exp(4.0 * s))));
    CHECK(report.largest[1] == 0.0);
    CHECK(report.negative_fraction.mean == 0.0);
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
    HessianOptions options;
    options.lanczos_steps = 15;
    options.probes = 3;
    for (const std::size_t full : {0, 1000}) {
        options.full_up_to = full;
        const HessianReport one = hessian_report(network, weights, beside, options);
        for (const std::size_t threads : {1, 2, 3}) {
            HessianReport other;
            Threads(threads).run([&] {
                other =
                    hessian_report(network, Weights::from_values(70, 3, larger), folded, options);
            });
            CHECK(one.loss == other.loss);
            CHECK(one.gradient_norm == other.gradient_norm);
            CHECK(one.trace == other.trace);
            CHECK(one.largest == other.largest);
            CHECK(one.smallest == other.smallest);
            CHECK(one.eigenvalues == other.eigenvalues);
            CHECK(one.negative_fraction.mean == other.negative_fraction.mean);
            REQUIRE(one.density.size() == other.density.size());
            for (std::size_t p = 0; p < one.density.size(); ++p) {
                CHECK(one.density[p].density == other.density[p].density);
            }
        }
    }
}

TEST_CASE("+-1 weights are taken as real ones") {
    const Network binary{33, 3};
    const Patterns patterns = patterns_of(binary, 40);
    const Weights weights = some_weights(binary);
    const HessianReport one = hessian_report(binary, weights, patterns, {});
    const HessianReport other = hessian_report(
        spherical(33, 3), Weights::from_values(33, 3, weights.values()), patterns, {});
    CHECK(one.eigenvalues == other.eigenvalues);
    CHECK(one.loss == other.loss);
}

TEST_CASE("a loss that is flat to the last digit has a Hessian of zeros") {
    const Network network = spherical(60);
    const Patterns patterns = patterns_of(network, 1);
    HessianOptions options;
    options.gamma = 1e6;
    for (const std::size_t full : {0, 1000}) {
        options.full_up_to = full;
        const HessianReport report =
            hessian_report(network, some_weights(network), patterns, options);
        CHECK(report.trace == 0.0);
        CHECK(report.largest == std::vector<double>(10, 0.0));
        CHECK(report.smallest == std::vector<double>(10, 0.0));
        CHECK(report.negative_fraction.mean == 0.0);
    }
}

TEST_CASE("options that make no sense, networks without a loss, and an observer that ends it") {
    const Network network = spherical(31, 3);
    const auto patterns = patterns_of(network, 40);
    const Weights weights = some_weights(network);
    const auto with = [&](auto change) {
        HessianOptions options;
        change(options);
        return hessian_report(network, weights, patterns, options);
    };
    CHECK_THROWS_WITH_AS(with([](auto& o) { o.beta = 0.0; }), "beta is 0: it must be above 0",
                         Error);
    CHECK_THROWS_WITH_AS(with([](auto& o) { o.gamma = -1.0; }), "gamma is -1: it must be above 0",
                         Error);
    CHECK_THROWS_WITH_AS(with([](auto& o) { o.probes = 0; }), "probes is 0: it must be 1 or more",
                         Error);
    CHECK_THROWS_WITH_AS(with([](auto& o) { o.lanczos_steps = 0; }),
                         "lanczos_steps is 0: it must be 1 or more", Error);
    CHECK_THROWS_WITH_AS(with([](auto& o) { o.density_points = 1; }),
                         "density_points is 1: it must be 0, or 2 or more", Error);
    CHECK_THROWS_WITH_AS(with([](auto& o) { o.broadening = 0.0; }),
                         "broadening is 0: it must be above 0", Error);
    const Network parity = spherical(31, 3, Wiring::Full, Gate::Parity);
    CHECK_THROWS_WITH_AS(hessian_report(parity, weights, patterns, {}),
                         "the parity gate has no surrogate, so no loss that can be differentiated: "
                         "take a perceptron or a committee",
                         Error);
    CHECK_THROWS_AS(hessian_report(spherical(30, 3), weights, patterns, {}), Error);
    for (const std::size_t full : {0, 1000}) {
        HessianOptions options;
        options.full_up_to = full;
        double last = 0.0;
        const auto watch = [&](double done) {
            CHECK(done >= last);
            last = done;
            return true;
        };
        hessian_report(network, weights, patterns, options, watch);
        CHECK(last == 1.0);
        CHECK_THROWS_WITH_AS(hessian_report(network, weights, patterns, options,
                                            [](double done) { return done < 0.2; }),
                             "the measure was interrupted", Error);
    }
}
