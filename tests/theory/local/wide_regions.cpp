#include "steppe/theory/local/wide_regions.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/theory/root.hpp"

using namespace steppe;
using namespace steppe::theory;

TEST_CASE("local entropies of the binary perceptron") {
    // Worked out by others. Where the spread of the conjugates is above 1 the integrand over the
    // weights has a kink, and they are less right there: up to 1.1e-4, by the limit of ever more
    // replicas.
    std::ifstream file(std::string(STEPPE_TEST_DATA) +
                       "/oracles/local_entropy_binary_perceptron.csv");
    std::size_t rows = 0;
    for (std::string line; std::getline(file, line);) {
        if (line[0] < '0' || line[0] > '9') continue;
        for (char& c : line) c = c == ',' ? ' ' : c;
        std::istringstream words(line);
        double load = 0.0, distance = 0.0, entropy = 0.0, bound = 0.0;
        words >> load >> distance >> entropy >> bound;
        CAPTURE(load);
        CAPTURE(distance);
        const WideRegion at = wide_regions({}, load, infinitely_many, {distance}).front();
        const bool smooth = at.order.conjugate_spread < 1.0;
        CHECK(std::abs(at.entropy.value - entropy) <= (smooth ? 1e-6 : 2e-4));
        CHECK(std::abs(at.without_patterns.value - bound) <= 1e-6);
        CHECK(at.entropy.value < at.without_patterns.value);
        CHECK(at.entropy.error <= 1e-8);
        ++rows;
    }
    CHECK(rows == 18);
}

TEST_CASE("few patterns: the entropy of a sphere") {
    const auto entropy = [](double p) { return -p * std::log(p) - (1 - p) * std::log(1 - p); };
    for (const double distance : {0.002, 0.05, 0.3}) {
        CAPTURE(distance);
        const double bound = entropy(0.5 * (1.0 - std::sqrt(1.0 - 2.0 * distance)));
        const WideRegion at = wide_regions({}, 1e-3, infinitely_many, {distance}).front();
        CHECK(at.without_patterns.value == doctest::Approx(bound).epsilon(1e-9));
        CHECK(at.entropy.value <= bound + 1e-12);
        CHECK(at.entropy.value >= bound - 1e-3 * std::log(2.0));
    }
}

TEST_CASE("a curve does not depend on where it begins, and ends at typical solutions") {
    const std::vector<double> distances = even_grid(0.02, 0.26, 7);
    for (const double clones : {3.0, infinitely_many}) {
        const std::vector<WideRegion> up = wide_regions({}, 0.7, clones, distances);
        const std::vector<WideRegion> down =
            wide_regions({}, 0.7, clones, {distances.rbegin(), distances.rend()});
        for (std::size_t i = 0; i < up.size(); ++i) {
            CHECK(up[i].entropy.value ==
                  doctest::Approx(down[up.size() - 1 - i].entropy.value).epsilon(1e-9));
            CHECK(up[i].entropy.value <= 0.1354 + 1e-6);  // of all solutions
        }
    }
    CHECK_THROWS_AS(wide_regions({}, 0.7, infinitely_many, {0.27}), NoSaddlePoint);
    CHECK_THROWS_AS(wide_regions({}, 0.7, infinitely_many, {0.5}), Error);
}

TEST_CASE("where wide regions end" * doctest::test_suite("study")) {
    const WideRegionsEnd end = wide_regions_end({});
    CHECK(end.load.error <= 1e-6);
    CHECK(end.load.value == doctest::Approx(0.7553).epsilon(1e-4));
    // Rising all along a little below, not so a little above.
    const std::vector<double> distances = even_grid(0.01, 0.15, 29);
    const auto least = [&](double load) {
        double out = 1e9;
        for (const WideRegion& at : wide_regions({}, load, infinitely_many, distances)) {
            out = std::min(out, at.rise.value);
        }
        return out;
    };
    CHECK(least(end.load.value - 1e-3) > 0.0);
    CHECK(least(end.load.value + 1e-3) < 0.0);
    // Published for |h| <= 1: about 1.58.
    Model band;
    band.rule = Rule::Band;
    band.margin = 1.0;
    CHECK(wide_regions_end(band).load.value == doctest::Approx(1.58).epsilon(0.01));
}
