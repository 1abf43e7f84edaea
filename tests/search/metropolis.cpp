#include "steppe/search/metropolis.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/landscape/estimate.hpp"
#include "steppe/landscape/stabilities.hpp"
#include "steppe/model/errors.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

double energy_of(const Network& network, const Weights& weights, const PatternSet& patterns,
                 double tau) {
    double sum = 0.0;
    for (const double h :
         stabilities(network, weights, std::make_shared<const PatternSet>(patterns))) {
        sum += soft_stability_energy(h - network.margin, tau);
    }
    return sum;
}

/// What is compared between the chain and the sum over all weights.
struct Measured {
    std::vector<double> energy, errors, agree;

    void add(double e, std::size_t wrong, double a) {
        energy.push_back(e);
        errors.push_back(static_cast<double>(wrong));
        agree.push_back(a);
    }
};

/// Means of blocks are all but independent.
Estimate of_blocks(const std::vector<double>& values, std::size_t block) {
    std::vector<double> means;
    for (std::size_t first = 0; first + block <= values.size(); first += block) {
        double sum = 0.0;
        for (std::size_t i = first; i < first + block; ++i) sum += values[i];
        means.push_back(sum / static_cast<double>(block));
    }
    return estimate_of(means);
}

void check_equal(const std::vector<double>& sampled, double exact) {
    const Estimate estimate = of_blocks(sampled, 200);
    CAPTURE(estimate.mean);
    CAPTURE(exact);
    // Small enough to tell, and not missed.
    CHECK(estimate.error < 0.02);
    CHECK(std::abs(estimate.mean - exact) < 4.0 * estimate.error);
}

}  // namespace

TEST_CASE("the energy of a stability falls, from a line to minus a logarithm") {
    // From the definition, in numbers that it can be computed in.
    for (const double tau : {0.02, 0.3, 1.0, 50.0}) {
        for (const double s : {-20.0 * tau, -tau, 0.0, 0.1 * tau, 3.0 * tau, 30.0 * tau}) {
            CHECK(soft_stability_energy(s, tau) ==
                  doctest::Approx(-std::log(tau * std::log1p(std::exp(s / tau)))).epsilon(1e-12));
        }
        for (const double s : {-36.0 * tau, 36.0 * tau}) {
            CHECK(soft_stability_energy(s * 1.0001, tau) ==
                  doctest::Approx(soft_stability_energy(s * 0.9999, tau)).epsilon(1e-3));
        }
        CHECK(soft_stability_energy(-1000.0 * tau, tau) == doctest::Approx(1000.0 - std::log(tau)));
        CHECK(soft_stability_energy(1000.0 * tau, tau) == doctest::Approx(-std::log(1000.0 * tau)));
    }
}

TEST_CASE("in equilibrium weights have the chances of their energies") {
    for (const Network& network :
         {Network{9, 1}, Network{8, 1, Wiring::Full, Gate::Majority, WeightKind::Binary, 0.2}}) {
        CAPTURE(network.inputs);
        const auto patterns = patterns_of(network, 6);
        const double tau = 0.5, strength = 0.8;
        const auto agreement = [&](const Weights& w) {
            // Of two weights: their product.
            return w.value(0, 0) * w.value(0, 1);
        };
        double total = 0.0, energy = 0.0, errors = 0.0, agree = 0.0;
        for (unsigned bits = 0; bits < 1u << network.inputs; ++bits) {
            std::vector<signed char> signs;
            for (std::size_t i = 0; i < network.inputs; ++i) {
                signs.push_back(bits >> i & 1u ? 1 : -1);
            }
            const Weights w = Weights::from_signs(network.inputs, 1, signs);
            const double e = strength * energy_of(network, w, *patterns, tau);
            const double chance = std::exp(-e);
            total += chance;
            energy += chance * e;
            errors += chance * static_cast<double>(count_errors(network, w, *patterns));
            agree += chance * agreement(w);
        }
        Metropolis chain(network, patterns,
                         {.sweeps = 1, .tau = {tau, tau}, .strength = strength, .seed = 5});
        Measured measured;
        for (int t = 0; t < 40'000; ++t) {
            chain.epoch({});
            const Weights w = chain.state();
            measured.add(chain.energy(), count_errors(network, w, *patterns), agreement(w));
        }
        check_equal(measured.energy, energy / total);
        check_equal(measured.errors, errors / total);
        check_equal(measured.agree, agree / total);
    }
}

TEST_CASE("energy and errors are kept as they would be computed") {
    // An even number of inputs: sums of 0 are stored where the pattern was turned.
    const Network network{100, 1};
    PatternSet given = patterns_of(network, 60)->with_labels(random_labels(60, 7));
    const auto patterns = std::make_shared<const PatternSet>(std::move(given).fold_labels());
    const MetropolisOptions options{.sweeps = 50};
    Metropolis chain(network, patterns, options);
    CHECK(chain.weights() == chain.state());
    for (std::size_t t = 0; t < options.sweeps; ++t) {
        const double mistakes = chain.epoch({}).mistakes;
        const double tau = options.tau.at(static_cast<double>(t) / 49.0);
        const double expected = energy_of(network, chain.state(), *patterns, tau);
        CHECK(chain.energy() == doctest::Approx(expected).epsilon(1e-6));
        CHECK(static_cast<double>(count_errors(network, chain.weights(), *patterns)) == mistakes);
        CHECK(count_errors(network, chain.state(), *patterns) >=
              static_cast<std::size_t>(mistakes));
    }
}

TEST_CASE("mc stores patterns, with a margin too") {
    for (const double margin : {0.0, 0.3, -0.3}) {
        const Network network{301, 1, Wiring::Full, Gate::Majority, WeightKind::Binary, margin};
        const auto patterns = patterns_of(network, margin > 0.0 ? 60 : 150);
        Metropolis mc(network, patterns, {.sweeps = 1000});
        std::size_t epochs = 0;
        while (epochs < 1000 && count_errors(network, mc.weights(), *patterns) > 0) {
            mc.epoch({});
            ++epochs;
        }
        CHECK(epochs < 1000);
        CHECK(mc.weights().kind() == WeightKind::Binary);
    }
}

TEST_CASE("mc repeats itself, and its seeds differ") {
    const Network network{101, 1};
    const auto patterns = patterns_of(network, 40);
    const auto weights = [&](std::uint64_t seed) {
        Metropolis mc(network, patterns, {.sweeps = 5, .seed = seed});
        for (int t = 0; t < 3; ++t) mc.epoch({});
        return mc.state();
    };
    CHECK(weights(1) == weights(1));
    CHECK(weights(1) != weights(2));
}

TEST_CASE("numbers at the ends of their ranges do no harm") {
    using M = MetropolisOptions;
    for (const double margin : {0.0, 1e300, -1e300}) {
        const Network network{5, 1, Wiring::Full, Gate::Majority, WeightKind::Binary, margin};
        for (const double tau : {M::least_tau, M::most_tau}) {
            for (const double strength : {1e-300, M::most_strength}) {
                Metropolis mc(network, patterns_of(network, 3),
                              {.sweeps = 1, .tau = {tau, tau}, .strength = strength});
                for (int t = 0; t < 20; ++t) mc.epoch({});
                CHECK(std::isfinite(mc.energy()));
                if (margin != 0.0) {
                    CHECK(mc.epoch({}).mistakes == (margin > 0.0 ? 3.0 : 0.0));
                }
            }
        }
    }
}

TEST_CASE("what mc cannot do is refused") {
    const auto patterns = patterns_of({9, 1}, 3);
    CHECK_THROWS_WITH_AS(Metropolis(spherical(9), patterns, {}),
                         "mc samples +-1 weights, and those of the network are real: use binary "
                         "weights, or lal",
                         Error);
    CHECK_THROWS_WITH_AS(Metropolis({9, 3}, patterns, {}),
                         "mc samples the weights of one unit, and the network has 3: use sbpi",
                         Error);
    CHECK_THROWS_WITH_AS(Metropolis({9, 1}, patterns, {.sweeps = 0}),
                         "sweeps is 0: it must be 1 or more", Error);
    CHECK_THROWS_WITH_AS(Metropolis({9, 1}, patterns, {.tau = {1.0, 0.0}}),
                         "tau is 0: it must be from 0.001 to 1000", Error);
    CHECK_THROWS_WITH_AS(Metropolis({9, 1}, patterns, {.strength = 0.0}),
                         "strength is 0: it must be above 0 and at most 1000", Error);
    CHECK_THROWS_WITH_AS(Metropolis({8, 1}, patterns, {}),
                         "the patterns have 9 inputs, the network 8", Error);
}
