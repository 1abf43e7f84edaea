// The table of defaults: rows that hold, and what they say.
#include "steppe/options/settings.hpp"

#include <doctest/doctest.h>

#include <set>

#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/options/solve_options.hpp"
#include "steppe/options/solver.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

Conditions independent(const Network& network, const std::string& solver) {
    return conditions_of(network, solver, false);
}

}  // namespace

TEST_CASE("of the rows that hold the last one counts") {
    const Network perceptron{1001, 1}, committee{321, 5};
    const Conditions amp = independent(perceptron, "amp");
    CHECK(default_number("damping", independent(perceptron, "bp")) == 0.5);
    CHECK(default_number("damping", amp) == 0.3);
    CHECK(default_number("damping", independent(committee, "amp")) == 0.5);
    CHECK(default_number("damping", changed(amp, when::correlated)) == 0.99);
    CHECK(default_number("damping", changed(amp, when::priced)) == 0.5);
    CHECK(default_count("restarts", amp) == 1000);
    CHECK(default_count("restarts", changed(amp, when::many_left)) == 10);
    CHECK(default_count("restarts", changed(amp, when::unfocused)) == 0);
    CHECK(default_text("schedule", amp) == "pseudo-reinforcement");
    CHECK(default_text("schedule", changed(amp, when::spherical)) == "scoping");
    CHECK(default_ramp("coupling-range", changed(amp, when::spherical)).to == 300.0);
    CHECK(default_ramp("rate", independent(perceptron, "lal")).from == 0.1);
    CHECK_THROWS_AS(default_text("dampin"), Error);
}

TEST_CASE("a tolerance may go by the damping") {
    const Conditions ep = independent(spherical(501), "ep");
    CHECK(number_of(default_text("step-tolerance", ep, 0.8)) == 0.005 / (1.0 - 0.8));
    const Conditions amp = changed(ep, condition_of("amp"));
    CHECK(default_text("step-tolerance", amp, 0.8) == "0.7");
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
    // Whatever a solver has an option for has a default.
    for (const Solver* solver : all_solvers()) {
        for (const Option* option : all_options()) {
            if (!has_option(*solver, *option)) continue;
            CAPTURE(solver->name);
            CAPTURE(option->name);
            const std::string text =
                default_text(option->name, independent({1001, 1}, std::string(solver->name)));
            CHECK(option->values.why_not(text).empty());
            CHECK(option->values.out_of_range(text).empty());
            settings.erase(option->name);
        }
    }
    // What no option sets.
    CHECK(settings == std::set<std::string_view>{"amp-inputs", "ep-side", "patience",
                                                 "solvers-tried", "symmetry-decay",
                                                 "temperatures-tried"});
}

TEST_CASE("what is asked for stands, the rest is chosen") {
    SolveOptions asked;
    asked.network = spherical(784);
    asked.schedule.steps = 7;
    const SolveOptions how = asked.resolved(asked.conditions("ep", true));
    CHECK(how.solver == "ep");
    CHECK(how.damping == 0.8);
    CHECK(how.schedule.steps == std::size_t{7});
    CHECK(how.schedule.kind == ScheduleKind::Scoping);
    CHECK(how.schedule.iterations_per_step == std::size_t{10});
    CHECK(how.schedule.free_iterations == std::size_t{40});
    CHECK(how.schedule.replicas == 30.0);
    CHECK(how.schedule.coupling_range->from == 0.5);
    CHECK(how.schedule.step_tolerance.value() == doctest::Approx(0.025));
    // What another solver has is left open.
    CHECK_FALSE(how.accuracy.has_value());
    CHECK_FALSE(how.learning.epochs.has_value());
    CHECK_THROWS_AS(asked.resolved(when::always), Error);
}

TEST_CASE("a field that breaks symmetries stays, or shrinks") {
    SolveOptions options;
    options.network = spherical(784);
    const auto how = [&] { return options.resolved(options.conditions("ep", false)); };
    CHECK(how().symmetry_field == 1.0);
    CHECK(how().symmetry_decay == 0.7);
    options.symmetry_field = 0.2;
    CHECK_FALSE(how().symmetry_decay.has_value());
    // Without focusing what is measured is the problem without a field.
    options.schedule.kind = ScheduleKind::None;
    CHECK(how().symmetry_decay == 0.7);
    options.symmetry_decay = 0.5;
    CHECK(how().symmetry_decay == 0.5);
    CHECK_THROWS_AS(SymmetryField::parse("1:"), Error);
    CHECK(SymmetryField::parse("0.5").deviation == 0.5);
}
