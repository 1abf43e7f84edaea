// What solvers say of themselves.
#include <doctest/doctest.h>

#include <set>

#include "steppe/error.hpp"
#include "steppe/inference/message_passing.hpp"
#include "steppe/options/solve_options.hpp"
#include "steppe/options/solver.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

TEST_CASE("every solver has a name of its own, a title and a way to be made") {
    std::set<std::string_view> names;
    for (const Solver* solver : all_solvers()) {
        CAPTURE(solver->name);
        CHECK(names.insert(solver->name).second);
        CHECK(find_solver(solver->name) == solver);
        CHECK(&solver_named(solver->name) == solver);
        CHECK(!solver->title.empty());
        CHECK(!solver->memory_of.empty());
        CHECK_FALSE((solver->passes_messages() && solver->learns()));
        // Without epochs a run of epochs has no end.
        if (solver->learns()) CHECK(has_option(*solver, *find_option("epochs")));
        if (solver->calms) CHECK(!solver->steadier.empty());
    }
    CHECK(find_solver("auto") == nullptr);
    CHECK_THROWS_WITH_AS(solver_named("am"), doctest::Contains("did you mean 'amp'?"), Error);
}

TEST_CASE("what is stored grows with patterns and weights") {
    for (const Solver* solver : all_solvers()) {
        CAPTURE(solver->name);
        for (const Network& network : {Network{101, 1}, spherical(101)}) {
            SolveOptions options;
            options.network = network;
            Network larger = network;
            larger.inputs *= 10;
            CHECK(solver->memory(network, 50, options) > 0.0);
            CHECK(solver->memory(network, 5000, options) >= solver->memory(network, 50, options));
            CHECK(solver->memory(larger, 50, options) > solver->memory(network, 50, options));
        }
    }
}

TEST_CASE("a solver is made of resolved options") {
    for (const Solver* solver : all_solvers()) {
        CAPTURE(solver->name);
        SolveOptions options;
        // Least-action and gradient learning are of real weights, sbpi and mc of +-1 ones.
        const bool binary = solver->name == "sbpi" || solver->name == "mc";
        options.network = binary ? Network{51, 1} : spherical(51);
        const SolveOptions how = options.resolved(options.conditions(solver->name, false));
        const auto patterns = patterns_of(options.network, 20);
        if (solver->passes_messages()) {
            const auto made =
                solver->make_messages(build_graph(options.network, patterns), how, {});
            CHECK(made->weights().units() == 1);
            CHECK(made->step().change() > 0.0);
        }
        if (solver->learns()) {
            const auto made = solver->make_learner(how, patterns);
            CHECK(made->epoch(how.learning.at(0)).mistakes >= 0.0);
        }
    }
}

TEST_CASE("learners refuse units that they do not learn") {
    Network relu = spherical(51, 2);
    relu.activation = Activation::Relu;
    for (const char* name : {"lal", "elal", "sbpi", "mc"}) {
        CHECK(solver_named(name).refuses(relu, false) ==
              std::string(name) + " learns sign units: learn ReLU units with sgd or rsgd");
    }
    CHECK(solver_named("sbpi").refuses({51, 1}, true).find("sbpi takes +-1 inputs") == 0);
    CHECK(solver_named("sbpi").refuses({51, 1}, false).empty());
    CHECK(solver_named("mc").refuses({51, 1}, true).find("mc takes +-1 inputs") == 0);
    CHECK(solver_named("mc").refuses({51, 1}, false).empty());
}
