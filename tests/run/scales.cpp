// A common factor of all inputs changes no answer.
#include <doctest/doctest.h>

#include <rapidcheck.h>
#include <cmath>
#include <memory>

#include "steppe/data/real_patterns.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/run/solve.hpp"

using namespace steppe;

namespace {

Patterns gaussian(std::size_t n, std::size_t m, double factor, double first_column = 1.0) {
    const Philox random(3, Stream::Test);
    std::vector<float> values(n * m);
    for (std::size_t e = 0; e < values.size(); ++e) {
        // Rounded first, so that every factor sees the same numbers.
        const double x = static_cast<double>(static_cast<float>(random.normal(e, 0)));
        values[e] = static_cast<float>(x * factor * (e % n == 0 ? first_column : 1.0));
    }
    return std::make_shared<const RealPatterns>(RealPatterns::from_values(n, m, std::move(values)));
}

SolveResult run(const std::string& solver, WeightKind weights, double factor, double margin = 0.0) {
    SolveOptions options;
    options.network = {60, 1};
    options.network.weights = weights;
    options.network.margin = margin;
    options.solver = solver;
    options.threads = 1;
    const bool passes_messages = !find_solver(solver)->learns();
    if (passes_messages) {
        options.schedule.kind = ScheduleKind::None;
        options.continue_after_solution = true;
    }
    options.max_iterations = passes_messages ? 300 : 50;
    return solve(options, gaussian(60, 30, factor));
}

void check_factors(const std::string& solver, WeightKind weights) {
    CAPTURE(solver);
    const SolveResult one = run(solver, weights, 1.0);
    for (const int power : {-99, -20, 1, 64, 99}) {
        const SolveResult same = run(solver, weights, std::ldexp(1.0, power));
        CHECK(same.weights == one.weights);
        CHECK(same.summary.errors == one.summary.errors);
        CHECK(same.summary.free_entropy_note == one.summary.free_entropy_note);
        if (one.summary.free_entropy_note.empty() && !find_solver(solver)->learns()) {
            CHECK(same.summary.overlap == one.summary.overlap);
            CHECK(same.summary.free_entropy == one.summary.free_entropy);
        }
    }
    for (const double factor : {1e-30, 3e-10, 1e19, 1e30}) {
        const SolveResult same = run(solver, weights, factor);
        CHECK(same.summary.status == one.summary.status);
        if (find_solver(solver)->learns()) continue;
        CHECK(same.summary.overlap == doctest::Approx(one.summary.overlap).epsilon(1e-4));
        if (one.summary.free_entropy_note.empty()) {
            CHECK(same.summary.free_entropy ==
                  doctest::Approx(one.summary.free_entropy).epsilon(1e-4));
        }
    }
}

}  // namespace

TEST_CASE("real weights: a common factor changes no answer") {
    for (const std::string solver : {"bp", "amp", "ep", "lal", "elal", "sgd", "rsgd"}) {
        check_factors(solver, WeightKind::Spherical);
    }
}

TEST_CASE("+-1 weights: a common factor changes no answer") {
    for (const std::string solver : {"bp", "amp", "ep"}) {
        check_factors(solver, WeightKind::Binary);
    }
}

TEST_CASE("the margin stands in the unit of the inputs") {
    const SolveResult one = run("amp", WeightKind::Spherical, 1.0, 0.25);
    const SolveResult same =
        run("amp", WeightKind::Spherical, std::ldexp(1.0, 40), std::ldexp(0.25, 40));
    CHECK(same.weights == one.weights);
    CHECK(same.summary.errors == one.summary.errors);
    CHECK(same.summary.network.margin == std::ldexp(0.25, 40));
}

TEST_CASE("columns of quite different scales end in an answer") {
    for (const double first : {1e-20, 1e6, 1e20, 3e37}) {
        for (const std::string solver : {"auto", "bp", "amp", "ep"}) {
            for (const WeightKind weights : {WeightKind::Spherical, WeightKind::Binary}) {
                SolveOptions options;
                options.network = {20, 1};
                options.network.weights = weights;
                options.solver = solver;
                options.threads = 1;
                options.max_iterations = 100;
                const SolveResult result = solve(options, gaussian(20, 10, 1.0, first));
                CHECK(result.summary.errors <= 10);
                CHECK(result.weights.unit_inputs() == 20);
            }
        }
    }
}

TEST_CASE("expectation propagation says which patterns are too small for it") {
    const Philox random(3, Stream::Test);
    std::vector<float> values(22 * 30);
    for (std::size_t e = 0; e < values.size(); ++e) {
        values[e] = static_cast<float>(random.normal(e, 0) * (e >= 20 * 30 ? 1e-20 : 1.0));
    }
    SolveOptions options;
    options.network = {30, 1};
    options.network.weights = WeightKind::Spherical;
    options.solver = "ep";
    options.schedule.kind = ScheduleKind::None;
    options.continue_after_solution = true;
    const SolveResult result = solve(
        options, std::make_shared<const RealPatterns>(RealPatterns::from_values(30, 22, values)));
    CHECK(result.summary.lost_patterns == 2);
    CHECK_FALSE(result.summary.converged);
    CHECK(std::isnan(result.summary.free_entropy));
    CHECK(result.summary.free_entropy_note == "patterns are lost in rounding");
    CHECK(result.summary.text().find("2 patterns are too small beside the largest") !=
          std::string::npos);
}
