// Stabilities of typical solutions: by enumeration, by replica theory, and how large their errors
// are.
#include "steppe/landscape/typical_stabilities.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/gaussian.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/theory/average.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;
using theory::normal_average;

namespace {

/// Replica theory of one unit with +-1 weights or on the sphere.
struct Replica {
    double q, margin;

    double scaled(double h, double z) const { return (h - std::sqrt(q) * z) / std::sqrt(1.0 - q); }
    /// The part of the stabilities above h.
    double beyond(double h) const {
        return normal_average([&](double z) {
                   return std::exp(log_gaussian_tail(scaled(std::max(h, margin), z)) -
                                   log_gaussian_tail(scaled(margin, z)));
               })
            .value;
    }
};

/// The saddle point, from its equations by iteration.
Replica replica(const Network& network, double load) {
    Replica at{0.1, network.margin};
    for (int t = 0; t < 200; ++t) {
        const double conjugate =
            load / (1.0 - at.q) * normal_average([&](double z) {
                                      const double g = inverse_mills_ratio(at.scaled(at.margin, z));
                                      return g * g;
                                  }).value;
        at.q = network.weights == WeightKind::Binary
                   ? normal_average([&](double z) {
                         const double m = std::tanh(std::sqrt(conjugate) * z);
                         return m * m;
                     }).value
                   : 1.0 - (std::sqrt(1.0 + 4.0 * conjugate) - 1.0) / (2.0 * conjugate);
    }
    return at;
}

Patterns problem(const Network& network, double load, std::uint64_t seed = 3) {
    return patterns_of(
        network, static_cast<std::size_t>(std::lround(load * static_cast<double>(network.inputs))),
        seed);
}

double edge(const TypicalStabilities& found, std::size_t b) {
    const double bins = static_cast<double>(found.density.size());
    return found.from + (found.to - found.from) * static_cast<double>(b) / bins;
}

Network with_margin(Network network, double margin) {
    network.margin = margin;
    return network;
}

}  // namespace

TEST_CASE("typical stabilities are those of replica theory, bin by bin") {
    struct Case {
        Network network;
        double load;
        std::string solver;
    };
    for (const Case& of :
         {Case{with_margin({10001}, 0.05), 0.39, "amp"},
          Case{with_margin({2001}, 0.05), 0.39, "bp"}, Case{{4001}, 0.6, "amp"},
          Case{with_margin(spherical(4001), -0.5), 0.7, "amp"}, Case{spherical(401), 0.5, "ep"}}) {
        CAPTURE(of.solver);
        CAPTURE(of.load);
        const Replica theory = replica(of.network, of.load);
        const TypicalStabilities found = typical_stabilities(
            of.network, problem(of.network, of.load), {.solver = of.solver, .bins = 25});
        REQUIRE(found.converged);
        CHECK(found.note == "");
        CHECK(found.solver == of.solver);
        CHECK(found.from == of.network.margin);
        CHECK(found.beyond.mean == doctest::Approx(1e-3).epsilon(1e-3));
        CHECK(std::abs(found.overlap.mean - theory.q) < 3.0 * found.overlap.error);
        CHECK(found.overlap.error < 0.5 / std::sqrt(static_cast<double>(of.network.inputs)));
        REQUIRE(found.density.size() == 25);
        for (std::size_t b = 0; b < 25; ++b) {
            CAPTURE(b);
            const double low = edge(found, b), high = edge(found, b + 1);
            const double density = (theory.beyond(low) - theory.beyond(high)) / (high - low);
            CHECK(std::abs(found.density[b].mean - density) < 3.0 * found.density[b].error);
            // Nothing that is worth a test is hidden by its error.
            CHECK(found.density[b].error < 0.15 * density + 0.003);
        }
    }
}

TEST_CASE("typical stabilities of a tiny problem are those of all its solutions") {
    const Network network{15};
    const auto patterns = patterns_of(network, 6);
    double sum = 0.0, solutions = 0.0;
    for (unsigned bits = 0; bits < 1u << 15; ++bits) {
        int least = 15, all = 0;
        for (std::size_t a = 0; a < 6; ++a) {
            int z = 0;
            for (std::size_t i = 0; i < 15; ++i) {
                z += patterns->sign(a, i) * ((bits >> i & 1u) != 0 ? 1 : -1);
            }
            least = std::min(least, z);
            all += z;
        }
        if (least <= 0) continue;
        solutions += 1.0;
        sum += static_cast<double>(all) / 6.0 / std::sqrt(15.0);
    }
    const TypicalStabilities found =
        typical_stabilities(network, patterns, {.solver = "bp", .accuracy = Accuracy::Exact});
    CHECK(found.mean.mean == doctest::Approx(sum / solutions).epsilon(0.03));
}

TEST_CASE("errors are those between sets of patterns, or a little larger") {
    const Network network{501};
    constexpr std::size_t seeds = 40, bins = 8;
    std::vector<double> sum(bins + 1, 0.0), squares(bins + 1, 0.0), errors(bins + 1, 0.0);
    for (std::size_t seed = 1; seed <= seeds; ++seed) {
        const TypicalStabilities found = typical_stabilities(
            network, problem(network, 0.5, seed), {.solver = "amp", .bins = bins, .to = 3.0});
        REQUIRE(found.note == "");
        std::vector<Estimate> all = found.density;
        all.push_back(found.overlap);
        for (std::size_t b = 0; b <= bins; ++b) {
            sum[b] += all[b].mean / seeds;
            squares[b] += all[b].mean * all[b].mean / seeds;
            errors[b] += all[b].error / seeds;
        }
    }
    for (std::size_t b = 0; b <= bins; ++b) {
        CAPTURE(b);
        const double scatter = std::sqrt(squares[b] - sum[b] * sum[b]);
        CHECK(scatter < 1.15 * errors[b]);
        CHECK(scatter > 0.4 * errors[b]);
    }
}

TEST_CASE("bins are a distribution, whatever their ends") {
    const Network network = with_margin({301}, 0.1);
    const Patterns patterns = problem(network, 0.3);
    const TypicalStabilities fine =
        typical_stabilities(network, patterns, {.solver = "bp", .bins = 400, .groups = 0});
    double total = fine.beyond.mean, mean = 0.0;
    for (std::size_t b = 0; b < 400; ++b) {
        const double part = fine.density[b].mean * (edge(fine, 1) - edge(fine, 0));
        total += part;
        mean += part * 0.5 * (edge(fine, b) + edge(fine, b + 1));
        CHECK(std::isnan(fine.density[b].error));
    }
    CHECK(total == doctest::Approx(1.0).epsilon(1e-12));
    CHECK(fine.mean.mean == doctest::Approx(mean).epsilon(0.01));
    const TypicalStabilities one =
        typical_stabilities(network, patterns, {.solver = "bp", .bins = 1, .groups = 0, .to = 0.6});
    CHECK(one.to == 0.6);
    CHECK(one.density[0].mean * (one.to - one.from) + one.beyond.mean ==
          doctest::Approx(1.0).epsilon(1e-12));
}

TEST_CASE(
    "labels may stand beside, sums at the threshold are where messages have them, repeats count "
    "once") {
    const Network network{100};
    const PatternSet set = random_patterns(100, 20, 3).with_labels(random_labels(20, 3));
    const Patterns beside = std::make_shared<const PatternSet>(set);
    const TypicalStabilities found = typical_stabilities(network, beside);
    const TypicalStabilities folded = typical_stabilities(network, beside.fold_labels());
    // The network answers 0 with -1: a pattern that was turned is stored at 0, which stands for
    // sums from -1 to 1.
    CHECK(found.from == doctest::Approx(-0.1));
    CHECK(found.density.front().mean == folded.density.front().mean);
    CHECK(found.density.back().error == folded.density.back().error);
    std::vector<signed char> signs = set.signs(), labels(set.labels().begin(), set.labels().end());
    signs.insert(signs.end(), signs.begin(), signs.begin() + 100);
    labels.push_back(labels.front());
    const Patterns twice =
        std::make_shared<const PatternSet>(PatternSet::from_signs(100, 21, signs, labels));
    CHECK(typical_stabilities(network, twice).mean.mean == found.mean.mean);
}

TEST_CASE("typical stabilities say why there are none") {
    const Network network{101};
    const Patterns patterns = problem(network, 0.4);
    const TypicalStabilities early =
        typical_stabilities(network, patterns, {.solver = "amp", .max_iterations = 2});
    CHECK(early.note == "messages have not converged");
    CHECK(!early.converged);
    CHECK(early.density.empty());
    const auto why = [&](const Network& asked, const TypicalStabilitiesOptions& options) {
        try {
            typical_stabilities(asked, problem(asked, 0.4), options);
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    CHECK(why({99, 3, Wiring::Tree}, {}) ==
          "stabilities of typical solutions are those of one unit, and the network has 3");
    CHECK(why(network, {.bins = 0}) == "bins are 0: take 1 or more");
    CHECK(why(network, {.to = 0.0}) == "the last bin ends at 0: it must end above the margin 0");
    CHECK(why(network, {.solver = "sbpi"}) ==
          "--schedule belongs to message passing, and --solver sbpi passes none");
    CHECK_THROWS_AS(typical_stabilities(network, patterns, {}, [](double) { return false; }),
                    Interrupted);
}
