// What a run of message passing is made of, piece by piece.
#include <doctest/doctest.h>

#include <rapidcheck.h>
#include <cmath>
#include <memory>
#include <numeric>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/amp/approximate_message_passing.hpp"
#include "steppe/run/messages/calming.hpp"
#include "steppe/run/messages/fresh_tries.hpp"
#include "steppe/run/messages/patience.hpp"
#include "steppe/run/messages/schedule_walk.hpp"
#include "steppe/run/messages/start_field.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

std::unique_ptr<MessagePassing> small_amp() {
    const auto patterns = std::make_shared<const PatternSet>(random_patterns(51, 20, 3));
    ApproximateMessagePassingOptions options;
    options.damping = 0.5;
    return std::make_unique<ApproximateMessagePassing>(build_graph({51, 1}, patterns), options);
}

SolveOptions resolved(SolveOptions options, bool correlated = false) {
    return options.resolved(options.conditions(options.solver, correlated));
}

SolveOptions options_of(const Network& network, const char* solver) {
    SolveOptions options;
    options.network = network;
    options.solver = solver;
    return options;
}

}  // namespace

TEST_CASE("patience runs out when errors do not fall") {
    Patience patience(10, 1000);
    CHECK(patience.errors() == 1000);
    const Pace pace = Pace::fixed(10);
    for (int t = 0; t < 9; ++t) patience.iteration();
    CHECK_FALSE(patience.is_out(pace));
    patience.counted(40);
    CHECK(patience.errors() == 40);
    for (int t = 0; t < 10; ++t) {
        CHECK_FALSE(patience.is_out(pace));
        patience.iteration();
        patience.counted(40);
    }
    CHECK(patience.is_out(pace));
    patience.begin();
    CHECK_FALSE(patience.is_out(pace));
    CHECK(patience.errors() == 1000);
}

TEST_CASE("fields have run away when errors are many times what they were") {
    Patience patience(10, 1000);
    patience.counted(13);
    patience.counted(30);
    CHECK_FALSE(patience.ran_away());
    patience.counted(315);
    CHECK(patience.ran_away());
    // Lost for good: settled, and for long.
    CHECK_FALSE(patience.is_lost(0.99));
    for (int t = 0; t < 10; ++t) patience.iteration();
    CHECK(patience.is_lost(0.99));
    CHECK_FALSE(patience.is_lost(0.9));
}

TEST_CASE("far from a solution errors are counted now and then, near it always") {
    CountPlan plan(5);
    plan.begin();
    CHECK(plan.is_due(1000));
    plan.counted();
    CHECK_FALSE(plan.is_stale());
    for (int t = 0; t < 4; ++t) CHECK_FALSE(plan.is_due(1000));
    CHECK(plan.is_stale());
    CHECK(plan.is_due(1000));
    plan.counted();
    CHECK(plan.is_due(10));
}

TEST_CASE("calming goes back to the last good state with more damping, three times a try") {
    const std::unique_ptr<MessagePassing> solver = small_amp();
    Calming calming(true);
    calming.begin(*solver);
    CHECK(calming.is_free());
    const std::vector<double> start = solver->fields(0);
    for (int t = 0; t < 3; ++t) solver->step();
    double damping = 0.5;
    CHECK(calming.calm(*solver, damping));
    CHECK(solver->fields(0) == start);
    CHECK(damping == 0.75);
    solver->step();
    calming.settled(*solver, 0.5);
    CHECK(calming.has_settled());
    const std::vector<double> good = solver->fields(0);
    solver->step();
    CHECK(calming.calm(*solver, damping));
    CHECK(solver->fields(0) == good);
    CHECK(calming.calm(*solver, damping));
    CHECK(damping == Calming::most_damping(0.5));
    CHECK_FALSE(calming.calm(*solver, damping));
    CHECK_FALSE(calming.calm(*solver, damping));
    CHECK(calming.divergences() == 3);
    CHECK(calming.lost_tries() == 1);
    calming.begin(*solver);
    CHECK(calming.calm(*solver, damping));
    // What freezes in the first step has run away to where it froze.
    calming.begin(*solver);
    calming.settled(*solver, 0.99);
    CHECK_FALSE(calming.has_settled());
    Calming none(false);
    none.begin(*solver);
    CHECK_FALSE(none.calm(*solver, damping));
    CHECK_FALSE(none.is_free());
    CHECK(none.lost_tries() == 0);
}

TEST_CASE("fresh tries go by the errors that are left") {
    SolveOptions options = options_of({1001, 1}, "amp");
    const auto tries = [&](std::size_t errors) {
        return FreshTries(options, options.conditions(options.solver, false), 800).allowed(errors);
    };
    CHECK(tries(20) == 1000);
    CHECK(tries(21) == 10);
    options.restarts = 4;
    CHECK(tries(5) == 4);
    CHECK(tries(500) == 4);
    options.schedule.kind = ScheduleKind::None;
    CHECK(tries(5) == 0);
    options = options_of(spherical(1001, 3), "amp");
    CHECK(tries(40) == 10);
    // More than 5 % are above what can be stored.
    CHECK(tries(41) == 0);
    // AdaTron follows one try.
    options = options_of(spherical(1001), "amp");
    CHECK(tries(5) == 0);
}

TEST_CASE("a field at the start shrinks and is gone, one that is kept stays") {
    SolveOptions options = options_of({51, 1}, "amp");
    options.symmetry_field = 1.0;
    options.symmetry_decay = 0.1;
    StartField shrinks(resolved(options));
    const std::unique_ptr<MessagePassing> solver = small_amp();
    CHECK(shrinks.kept(0).empty());
    CHECK(shrinks.kept(1).empty());
    shrinks.begin(*solver, 0);
    int iterations = 0;
    for (; shrinks.pulls(); ++iterations) {
        shrinks.before_iteration(*solver);
        solver->step();
        shrinks.after_iteration(*solver);
    }
    CHECK(iterations == 5);
    options.symmetry_decay.reset();
    StartField stays(resolved(options));
    const std::vector<double> first = stays.kept(0), second = stays.kept(1);
    stays.begin(*solver, 0);
    CHECK_FALSE(stays.pulls());
    REQUIRE(first.size() == 51);
    double square = 0.0, difference = 0.0;
    for (std::size_t i = 0; i < 51; ++i) {
        square += first[i] * first[i];
        difference += (second[i] - first[i]) * (second[i] - first[i]);
    }
    CHECK(std::sqrt(square / 51.0) == doctest::Approx(1.0).epsilon(0.3));
    // Another small field for every fresh try.
    CHECK(std::sqrt(difference / 51.0) == doctest::Approx(0.02).epsilon(0.3));
    options.symmetry_field = 0.0;
    StartField none(resolved(options));
    CHECK(none.kept(0).empty());
    CHECK(none.kept(1).size() == 51);
}

TEST_CASE("a walk visits every step of its schedule, after its iterations without focusing") {
    rc::check("iterations without focusing, then every step", [] {
        SolveOptions options = options_of({51, 1}, "bp");
        options.schedule.steps = *rc::gen::inRange<std::size_t>(1, 20);
        options.schedule.iterations_per_step = *rc::gen::inRange<std::size_t>(1, 5);
        options.schedule.free_iterations = *rc::gen::inRange<std::size_t>(0, 4);
        const ScheduleOptions schedule = resolved(options).schedule;
        ScheduleWalk walk(schedule, 1000);
        walk.begin();
        std::size_t iterations = 0, steps = 0;
        double share = 0.0;
        while (!walk.done()) {
            const std::size_t before = walk.pace().step();
            const Coupling expected =
                iterations < *schedule.free_iterations ? Coupling{} : schedule.build().at(before);
            RC_ASSERT(walk.coupling().gamma == expected.gamma);
            RC_ASSERT(walk.coupling().replicas == expected.replicas);
            if (iterations >= *schedule.free_iterations) {
                RC_ASSERT(walk.share() > share);
                share = walk.share();
            }
            ++iterations;
            if (walk.advance(false)) ++steps;
        }
        RC_ASSERT(steps == *schedule.steps);
        RC_ASSERT(iterations ==
                  *schedule.free_iterations + *schedule.steps * *schedule.iterations_per_step);
        RC_ASSERT(std::abs(share - 1.0) < 1e-12);
    });
}

TEST_CASE("a settled step is over at once, and one that begins again begins again") {
    SolveOptions options = options_of({51, 1}, "bp");
    options.schedule.steps = 3;
    options.schedule.iterations_per_step = 4;
    options.schedule.free_iterations = 2;
    ScheduleWalk walk(resolved(options).schedule, 1000);
    walk.begin();
    CHECK_FALSE(walk.advance(true));  // without focusing nothing moves any more
    CHECK(walk.pace().step() == 0);
    CHECK(walk.advance(true));
    CHECK(walk.pace().step() == 1);
    CHECK_FALSE(walk.advance(false));
    CHECK(walk.iteration_in_step() == 2);
    walk.again();
    CHECK(walk.iteration_in_step() == 1);
    CHECK(walk.pace().step() == 1);
    walk.begin();
    CHECK_FALSE(walk.coupling().couples());
    walk.again();
    CHECK(walk.pace().step() == 0);
    options.schedule = ScheduleOptions{};
    options.schedule.kind = ScheduleKind::None;
    ScheduleWalk alone(resolved(options).schedule, 7);
    alone.begin();
    for (int t = 0; t < 6; ++t) CHECK_FALSE(alone.advance(false));
    CHECK(alone.advance(false));
    CHECK(alone.done());
}
