#include "steppe/theory/typical/transitions.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/table_rows.hpp"

using namespace steppe;
using namespace steppe::theory;
using steppe::test::Row;
using steppe::test::table_rows;

namespace {

/// The number after "kappa=", or 0.
double margin_in(const std::string& parameters) {
    const std::size_t at = parameters.find("kappa=");
    return at == std::string::npos ? 0.0 : std::stod(parameters.substr(at + 6));
}

}  // namespace

TEST_CASE("binary perceptron: capacity, overlaps and replicon against the margin") {
    int rows = 0;
    for (const Row& row : table_rows("binary_perceptron_margin.csv")) {
        // Every third: all take too long under a sanitizer.
        if (rows++ % 3 != 0) continue;
        Model model;
        model.margin = std::stod(row.at("kappa"));
        CAPTURE(model.margin);
        const Transitions found = transitions(model);
        REQUIRE(found.capacity);
        const auto near = [&](double value, const char* column) {
            const double wanted = std::stod(row.at(column));
            return std::abs(value - wanted) < 1e-8 * std::max(1.0, std::abs(wanted));
        };
        CHECK(near(found.capacity->value, "alpha_star"));
        CHECK(near(found.overlap->value, "q"));
        CHECK(near(found.replicon->value, "replicon_below_1_is_stable"));
        CHECK(found.capacity->error < 1e-9);
        CHECK(!found.instability);
        // Of the annealed entropy: log 2/-log H(margin).
        CHECK(near(-std::log(2.0) / channel_averages(model, {}).energy, "alpha_annealed"));
        model.weights = WeightSet::Spherical;
        CHECK(near(transitions(model).capacity->value, "alpha_spherical_RS"));
    }
    CHECK(rows == 25);
}

TEST_CASE("capacities of discrete weights, published and certified" *
          doctest::test_suite("study")) {
    int rows = 0;
    for (const Row& row : table_rows("theory_oracles.csv")) {
        const std::string& name = row.at("model");
        const bool binary = name == "binary perceptron storage" && row.at("quantity") == "alpha_c";
        if (!binary && !name.starts_with("ternary")) continue;
        Model model;
        model.margin = margin_in(row.at("parameters"));
        CAPTURE(name);
        CAPTURE(model.margin);
        const double wanted = std::stod(row.at("value"));
        const double unit =
            std::pow(10.0, std::floor(std::log10(wanted)) + 1.0 - std::stod(row.at("digits")));
        // Ternary ones take seconds: of their load it is enough that the entropy is 0 there.
        if (!binary) {
            model.weights = WeightSet::Ternary;
            const SaddlePoint below = replica_symmetric(model, wanted - 0.5 * unit),
                              above = replica_symmetric(model, wanted + 0.5 * unit);
            CHECK(below.entropy.value > 0.0);
            CHECK(above.entropy.value < 0.0);
        } else {
            CHECK(std::abs(transitions(model).capacity->value - wanted) < 0.6 * unit);
        }
        ++rows;
    }
    CHECK(rows == 7);
}

TEST_CASE("capacities of trees of +-1 weights") {
    Model model;
    for (const Row& row : table_rows("replica.csv")) {
        const std::string& name = row.at("model");
        if (!name.starts_with("binary_tree") || row.at("entropy") != "0") continue;
        model.units = name.find("kinf") == std::string::npos ? 3 : Model::infinite;
        CHECK(std::abs(transitions(model).capacity->value - std::stod(row.at("load"))) < 2e-5);
    }
    model.units = 2;
    model.rule = Rule::Parity;
    CHECK(transitions(model).capacity->value == doctest::Approx(1.0).epsilon(1e-9));
}

TEST_CASE("ternary weights at a margin below 0: nearly all of them 0 at large loads" *
          doctest::test_suite("study")) {
    Model model;
    model.weights = WeightSet::Ternary;
    model.margin = -0.3;
    // Weights of norm 0 store all patterns: there is no capacity, and the entropy is above 0.
    CHECK(!transitions(model).capacity);
    const SaddlePoint few = replica_symmetric(model, 1.9), many = replica_symmetric(model, 2.2);
    CHECK(few.order.norm > 0.4);
    CHECK(many.order.norm < 0.03);
    CHECK(many.entropy.value > 0.05);
    CHECK(many.entropy.value < few.entropy.value);
    // Patterns one by one, which is no less, at that norm.
    const double x = many.order.norm;
    const double free = -x * std::log(0.5 * x) - (1.0 - x) * std::log1p(-x);
    const double annealed = free + 2.2 * channel_averages(model, {x, 0.0, 0.0}).energy;
    CHECK(many.entropy.value == doctest::Approx(annealed).epsilon(1e-3));
}

TEST_CASE("at finite beta the entropy of what is met vanishes at the frozen load") {
    Model parity, band, perceptron;
    parity.units = 2;
    parity.rule = Rule::Parity;
    parity.beta = 1.0;
    band.rule = Rule::Band;
    band.margin = 1.0;
    perceptron.beta = band.beta = 2.0;
    for (const Model& model : {parity, band, perceptron}) {
        CAPTURE(model.name());
        const Value load = transitions(model).capacity.value();
        CHECK(std::abs(replica_symmetric(model, load.value).entropy.value) < 1e-9);
    }
    // In the band without overlap: the part that is in it by chance, what is not costs 5.
    band.beta = 5.0;
    const double in = std::erf(std::sqrt(0.5)), p = in + std::exp(-5.0) * (1.0 - in);
    const double wrong = std::exp(-5.0) * (1.0 - in) / p;
    CHECK(transitions(band).capacity->value ==
          doctest::Approx(-std::log(2.0) / (std::log(p) + 5.0 * wrong)).epsilon(1e-12));
}

TEST_CASE("a teacher's first-order point and spinodal") {
    Model model;
    model.labels = Labels::Teacher;
    const Transitions found = transitions(model);
    CHECK(!found.capacity);
    CHECK(std::abs(found.first_order->value - 1.2447) < 1e-3);
    CHECK(std::abs(found.spinodal->value - 1.4926) < 1e-3);
    // The replicon is 1 where the solutions cease to be metastable: q = R there.
    CHECK(all_saddle_points(model, found.spinodal->value * (1.0 - 1e-9)).size() == 2);
    CHECK(all_saddle_points(model, found.spinodal->value * (1.0 + 1e-9)).size() == 1);
}

TEST_CASE("spherical weights: the end of the stability of replica symmetry") {
    for (const Row& row : table_rows("theory_oracles.csv")) {
        if (row.at("quantity") != "alpha_dAT") continue;
        Model model;
        model.weights = WeightSet::Spherical;
        model.margin = margin_in(row.at("parameters"));
        CAPTURE(model.margin);
        const Transitions found = transitions(model);
        CHECK(std::abs(found.instability->value - std::stod(row.at("value"))) < 1e-5);
        CHECK(found.instability->value < found.capacity->value);
        model.margin = -model.margin;
        CHECK(!transitions(model).instability);
    }
}
