// Errors that noise adds, against plain perturbations one by one and against what a normal sum of
// many inputs gives.
#include "steppe/landscape/flatness.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <numeric>

#include "steppe/error.hpp"
#include "steppe/landscape/stabilities.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/start_weights.hpp"
#include "steppe/numeric/gaussian.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/simd.hpp"
#include "steppe/numeric/threads.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

/// The weights of perturbation b, made here.
Weights perturbed(const Network& network, const Weights& weights, const FlatnessOptions& options,
                  double size, std::uint32_t b) {
    const Philox random(options.seed, Stream::Noise);
    const std::size_t n = network.unit_inputs();
    std::vector<float> normals(n * network.hidden);
    random.normals(b, normals);
    std::vector<std::uint32_t> words(n * network.hidden);
    random.words(b, words);
    std::vector<double> values;
    std::vector<signed char> signs;
    for (std::size_t k = 0; k < network.hidden; ++k) {
        double before = 0.0, after = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t j = k * n + i;
            const double w = weights.value(k, i);
            if (options.noise == Noise::Flips) {
                signs.push_back(static_cast<signed char>(words[j] * 0x1p-32 < size ? -w : w));
                continue;
            }
            const double scale = options.noise == Noise::Multiplicative ? w : 1.0;
            values.push_back(w + size * scale * static_cast<double>(normals[j]));
            before += w * w;
            after += values.back() * values.back();
        }
        for (std::size_t i = 0; options.noise == Noise::Additive && i < n; ++i) {
            values[k * n + i] *= std::sqrt(before / after);
        }
    }
    return options.noise == Noise::Flips ? Weights::from_signs(n, network.hidden, signs)
                                         : Weights::from_values(n, network.hidden, values);
}

/// The mean of H(h/s) over stabilities h: the chance that a normal sum of deviation s is below -h.
double expected_errors(const std::vector<double>& h, double size) {
    double sum = 0.0;
    for (const double x : h) sum += gaussian_tail(x / size);
    return sum / static_cast<double>(h.size());
}

}  // namespace

/// The curve's values, less those of perturbations made and counted one by one, are nothing.
void check_against_one_by_one(const Network& network, const Weights& weights,
                              const Patterns& patterns, const FlatnessOptions& options) {
    CAPTURE(network.name());
    CAPTURE(noise_name(options.noise));
    const auto errors_of = [&](const Weights& of) {
        return static_cast<double>(patterns.visit(
                   [&](const auto& set) { return count_errors(network, of, *set); })) /
               static_cast<double>(patterns.patterns());
    };
    const FlatnessCurve curve = flatness_curve(network, weights, patterns, options);
    const double errors = errors_of(weights);
    CHECK(curve.error_rate == errors);
    for (const FlatnessPoint& point : curve.points) {
        CAPTURE(point.size);
        double sum = 0.0;
        for (std::uint32_t b = 0; b < options.perturbations; ++b) {
            sum += errors_of(perturbed(network, weights, options, point.size, b));
        }
        CHECK(point.added.mean ==
              doctest::Approx(sum / static_cast<double>(options.perturbations) - errors));
        if (point.size > 0.0) continue;
        CHECK(point.added.mean == 0.0);
        CHECK(point.added.error == 0.0);
    }
}

TEST_CASE("a curve is the mean over perturbations made one by one") {
    Network relu = spherical(31, 4);
    relu.activation = Activation::Relu;
    Network margin = spherical(31);
    margin.margin = 0.3;
    Network binary_margin{33, 3};
    binary_margin.margin = -0.2;
    for (const std::string& target : simd_targets()) {
        CAPTURE(target);
        limit_simd_target(target);
        for (const Network& network :
             {Network{33, 1}, Network{33, 3}, Network{33, 3, Wiring::Tree},
              Network{33, 2, Wiring::Full, Gate::Parity}, binary_margin, spherical(33, 3),
              spherical(33, 3, Wiring::Tree), spherical(33, 3, Wiring::Tree, Gate::Parity),
              spherical(33, 2, Wiring::Full, Gate::Parity), relu, margin}) {
            FlatnessOptions options;
            options.sizes = {0.4, 0.0, 0.1, 0.1, 1.0};
            options.perturbations = 37;  // more than are taken together, and no multiple of it
            for (const Noise noise : {Noise::Multiplicative, Noise::Additive, Noise::Flips}) {
                if ((noise == Noise::Flips) != (network.weights == WeightKind::Binary)) continue;
                options.noise = noise;
                check_against_one_by_one(network, some_weights(network), patterns_of(network, 40),
                                         options);
            }
        }
    }
    limit_simd_target("");
}

TEST_CASE("a sum that noise leaves at the threshold is a tie") {
    // The second unit's weights are 0, and so are its sums at any size.
    const Network network = spherical(33, 3);
    std::vector<double> values(3 * 33, 0.0);
    for (std::size_t i = 0; i < 33; ++i) {
        values[i] = 1.0 + 0.01 * static_cast<double>(i);
        values[66 + i] = i % 2 == 0 ? 1.0 : -0.5;
    }
    const PatternSet labelled = random_patterns(33, 40, 3).with_labels(random_labels(40, 4));
    FlatnessOptions options;
    options.sizes = {0.0, 0.3};
    options.perturbations = 10;
    for (const PatternSet& patterns : {labelled, PatternSet(labelled).fold_labels()}) {
        check_against_one_by_one(network, Weights::from_values(33, 3, values),
                                 std::make_shared<const PatternSet>(patterns), options);
    }
}

TEST_CASE("flips of many inputs and of real ones") {
    FlatnessOptions options;
    options.noise = Noise::Flips;
    options.sizes = {0.001, 0.3};
    options.perturbations = 3;
    // Sums beyond 16 bits.
    const Network many{33001, 1};
    check_against_one_by_one(many, some_weights(many), patterns_of(many, 150), options);
    const Network few{15, 3};
    std::vector<float> inputs(15 * 20);
    Philox(1, Stream::Test).normals(0, inputs);
    check_against_one_by_one(
        few, some_weights(few),
        std::make_shared<const RealPatterns>(RealPatterns::from_values(15, 20, inputs)), options);
}

TEST_CASE("noise on a perceptron moves stabilities by a normal number") {
    const Network network = spherical(1001);
    const auto patterns = patterns_of(network, 300);
    const Weights weights = some_weights(network);
    const std::vector<double> h = stabilities(network, weights, patterns);
    FlatnessOptions options;
    options.sizes = {0.05, 0.2, 0.5, 1.0};
    options.perturbations = 400;
    const FlatnessCurve curve = flatness_curve(network, weights, patterns, options);
    for (const FlatnessPoint& point : curve.points) {
        CAPTURE(point.size);
        const double expected = expected_errors(h, point.size) - curve.error_rate;
        CHECK(std::abs(point.added.mean - expected) < 5.0 * point.added.error + 1e-3);
    }
}

TEST_CASE("flips leave (1 - 2 p) of a sum, and a binomial spread") {
    const Network network{1001, 1};
    const auto patterns = patterns_of(network, 300);
    const Weights weights = some_weights(network);
    const std::vector<double> h = stabilities(network, weights, patterns);
    FlatnessOptions options;
    options.noise = Noise::Flips;
    options.sizes = {0.02, 0.1, 0.3, 0.5};
    options.perturbations = 300;
    const FlatnessCurve curve = flatness_curve(network, weights, patterns, options);
    for (const FlatnessPoint& point : curve.points) {
        CAPTURE(point.size);
        const double p = point.size;
        double expected = -curve.error_rate;
        for (const double x : h) {
            expected += gaussian_tail(x * (1.0 - 2.0 * p) / std::sqrt(4.0 * p * (1.0 - p))) / 300.0;
        }
        CHECK(std::abs(point.added.mean - expected) < 5.0 * point.added.error + 2e-3);
    }
}

TEST_CASE("labels beside the patterns, many rows and other threads change nothing") {
    const Network network = spherical(21, 3);
    const PatternSet plain = random_patterns(21, 2500, 3);
    const PatternSet labelled = plain.with_labels(random_labels(2500, 4));
    const auto beside = std::make_shared<const PatternSet>(labelled);
    const auto folded = std::make_shared<const PatternSet>(PatternSet(labelled).fold_labels());
    const Weights weights = some_weights(network);
    FlatnessOptions options;
    options.sizes = {0.1, 0.3};
    options.perturbations = 50;
    const FlatnessCurve one = flatness_curve(network, weights, beside, options);
    const FlatnessCurve other = flatness_curve(network, weights, folded, options);
    FlatnessCurve alone;
    Threads(1).run([&] { alone = flatness_curve(network, weights, beside, options); });
    for (std::size_t s = 0; s < 2; ++s) {
        CHECK(one.points[s].added.mean == other.points[s].added.mean);
        CHECK(one.points[s].added.mean == alone.points[s].added.mean);
        CHECK(one.points[s].added.error == alone.points[s].added.error);
    }
}

TEST_CASE("the size of noise at which accuracy has fallen is read off between two points") {
    FlatnessCurve curve;
    curve.points = {{0.0, {0.0, 0.0}}, {0.2, {0.05, 0.0}}, {0.4, {0.15, 0.0}}};
    CHECK(curve.size_at(0.1).value() == doctest::Approx(0.3));
    CHECK_FALSE(curve.size_at(0.2).has_value());
    CHECK(FlatnessCurve{}.size_at(0.1) == std::nullopt);
}

TEST_CASE("noise that the weights do not have, and an observer that ends it") {
    const Network network = spherical(21);
    const auto patterns = patterns_of(network, 10);
    const Weights weights = some_weights(network);
    FlatnessOptions options;
    options.sizes = {0.1};
    options.noise = Noise::Flips;
    CHECK_THROWS_WITH_AS(flatness_curve(network, weights, patterns, options),
                         "flips noise is not of spherical weights: take multiplicative or additive",
                         Error);
    options.noise = Noise::Additive;
    options.sizes = {-0.1};
    CHECK_THROWS_WITH_AS(flatness_curve(network, weights, patterns, options),
                         "a size of noise is -0.1: it must be from 0 to 1e6", Error);
    options.sizes = {1e39};
    CHECK_THROWS_AS(flatness_curve(network, weights, patterns, options), Error);
    options.sizes = {0.1, 0.2};
    options.perturbations = 1'000'000'000'000;
    CHECK_THROWS_WITH_AS(flatness_curve(network, weights, patterns, options),
                         "2 sizes of noise with 1000000000000 perturbations each are too many: in "
                         "all they may be 100000000",
                         Error);
    options.sizes = {0.1};
    options.perturbations = 0;
    CHECK_THROWS_AS(flatness_curve(network, weights, patterns, options), Error);
    options.perturbations = 600;
    double last = 0.0;
    const auto watch = [&](double done) {
        CHECK(done > last);
        last = done;
        return done < 0.5;
    };
    CHECK_THROWS_WITH_AS(flatness_curve(network, weights, patterns, options, watch),
                         "the measure was interrupted", Error);
    CHECK(last < 1.0);
}
