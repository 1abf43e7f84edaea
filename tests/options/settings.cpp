// The table of defaults: rows that hold, and what they say.
#include "steppe/options/settings.hpp"

#include <doctest/doctest.h>

#include <set>

#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/options/solve_options.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

Conditions independent(const Network& network, SolverKind solver) {
    return conditions_of(network, solver, false);
}

}  // namespace

TEST_CASE("of the rows that hold the last one counts") {
    using enum SolverKind;
    const Network perceptron{1001, 1}, committee{321, 5};
    const Conditions amp = independent(perceptron, ApproximateMessagePassing);
    CHECK(default_number("damping", independent(perceptron, BeliefPropagation)) == 0.5);
    CHECK(default_number("damping", amp) == 0.3);
    CHECK(default_number("damping", independent(committee, ApproximateMessagePassing)) == 0.5);
    CHECK(default_number("damping", changed(amp, when::correlated)) == 0.99);
    CHECK(default_number("damping", changed(amp, when::priced)) == 0.5);
    CHECK(default_count("restarts", amp) == 1000);
    CHECK(default_count("restarts", changed(amp, when::many_left)) == 10);
    CHECK(default_count("restarts", changed(amp, when::unfocused)) == 0);
    CHECK(default_text("schedule", amp) == "pseudo-reinforcement");
    CHECK(default_text("schedule", changed(amp, when::spherical)) == "scoping");
    CHECK(default_ramp("coupling-range", changed(amp, when::spherical)).to == 300.0);
    CHECK(default_ramp("rate", independent(perceptron, LeastAction)).from == 0.1);
    CHECK_THROWS_AS(default_text("dampin"), Error);
}

TEST_CASE("a tolerance may go by the damping") {
    const Conditions ep = independent(spherical(501), SolverKind::ExpectationPropagation);
    CHECK(default_tolerance("step-tolerance", ep, 0.8) == 0.005 / (1.0 - 0.8));
    CHECK(default_tolerance("step-tolerance", changed(ep, when::amp), 0.8) == 0.7);
}

TEST_CASE("every row can be read, and holds somewhere") {
    std::set<std::string_view> settings;
    for (const Default& row : default_settings()) {
        CAPTURE(row.setting);
        CAPTURE(condition_words(row.when));
        settings.insert(row.setting);
        CHECK(holds(row.when, row.when));
        CHECK(!row.value.empty());
        CHECK((row.when == when::always) == condition_words(row.when).empty());
    }
    const Conditions some = independent({1001, 1}, SolverKind::BeliefPropagation);
    for (const std::string_view setting : settings) {
        CAPTURE(setting);
        CHECK(!default_text(setting, changed(some, when::unfocused)).empty());
    }
}

TEST_CASE("what is asked for stands, the rest is chosen") {
    const Conditions now = conditions_of(spherical(784), SolverKind::ExpectationPropagation, true);
    ScheduleOptions asked;
    asked.steps = 7;
    const ScheduleOptions chosen = asked.resolved(now, 0.8);
    CHECK(chosen.steps == std::size_t{7});
    CHECK(chosen.kind == ScheduleKind::Scoping);
    CHECK(chosen.iterations_per_step == std::size_t{10});
    CHECK(chosen.free_iterations == std::size_t{40});
    CHECK(chosen.replicas == 30.0);
    CHECK(chosen.coupling_range->from == 0.5);
    CHECK(chosen.step_tolerance.value() == doctest::Approx(0.025));
}

TEST_CASE("a field that breaks symmetries stays, or shrinks") {
    SolveOptions options;
    options.network = spherical(784);
    Conditions now = options.conditions(SolverKind::ExpectationPropagation, false);
    CHECK(options.symmetry(now).deviation == 1.0);
    CHECK(options.symmetry(now).decay == 0.7);
    options.symmetry_field = 0.2;
    CHECK_FALSE(options.symmetry(now).decay.has_value());
    // Without focusing what is measured is the problem without a field.
    options.schedule.kind = ScheduleKind::None;
    now = options.conditions(SolverKind::ExpectationPropagation, false);
    CHECK(options.symmetry(now).decay == 0.7);
    options.symmetry_decay = 0.5;
    CHECK(options.symmetry(now).decay == 0.5);
    CHECK_THROWS_AS(SymmetryField::parse("1:"), Error);
    CHECK(SymmetryField::parse("0.5").deviation == 0.5);
}
