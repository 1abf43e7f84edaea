#include "steppe/run/combinations.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "steppe/error.hpp"

using namespace steppe;

TEST_CASE("every combination works or is refused with a sentence that says what does") {
    std::size_t works = 0, refused = 0;
    for (const Combination& c : all_combinations()) {
        CAPTURE(c.network.name());
        CAPTURE(wiring_name(c.network.wiring));
        CAPTURE(weight_kind_name(c.network.weights));
        CAPTURE(static_cast<int>(c.inputs));
        CAPTURE(c.solver);
        CAPTURE(accuracy_name(c.accuracy.value_or(Accuracy::Relaxed)));
        std::unique_ptr<MessagePassing> solver;
        try {
            solver = make_example(c);
        } catch (const Error& error) {
            ++refused;
            const bool exact_of_numbers =
                c.solver == "bp" && c.accuracy == Accuracy::Exact &&
                (c.network.weights == WeightKind::Spherical || c.inputs == InputKind::Numbers);
            CHECK(exact_of_numbers);
            CHECK(std::string(error.what()).find("use gaussian or relaxed") != std::string::npos);
            continue;
        }
        ++works;
        // Reinforcement stores twelve patterns in no time, whatever the network.
        std::size_t errors = 1;
        for (int t = 0; t < 400 && errors > 0; ++t) {
            solver->step({INFINITY, 1.0 + 0.02 * t});
            errors = count_violations(make_example_graph(c), solver->weights());
        }
        CHECK(errors == 0);
        CHECK(solver->overlap() > 0.0);
        solver->step({0.2, 2.0});
        CHECK(std::isfinite(solver->free_entropy()));
    }
    // Of 7 networks with 2 kinds of weights, 2 of inputs and 5 solvers: binary weights with real
    // inputs in 1 solver, spherical weights with either inputs in 1.
    CHECK(refused == 7 * 1 + 7 * 2);
    CHECK(works == 7 * 2 * 2 * 5 - refused);
    const std::string table = combinations_markdown();
    CHECK(table.find("| committee, tree, spherical | +-1 | no (2) | yes | yes | yes | yes |") !=
          std::string::npos);
    CHECK(table.find("| perceptron, binary | real | no (1) | yes | yes | yes | yes |") !=
          std::string::npos);
}
