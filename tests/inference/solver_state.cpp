#include "steppe/inference/solver_state.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace steppe;

TEST_CASE("solver state: what is added is taken back") {
    SolverState state;
    const std::vector<double> fields{1.0, 2.0};
    const std::vector<float> messages{3.0f};
    state.add<double>("fields", fields);
    state.add<float>("messages", messages);
    CHECK(state.arrays == std::vector<NamedArray>{{"fields", fields}, {"messages", messages}});
    std::vector<double> found(2, 0.0);
    state.take<double>("fields", found, false);
    CHECK(found == std::vector{0.0, 0.0});
    state.take<double>("fields", found, true);
    CHECK(found == fields);
}

TEST_CASE("solver state: arrays of another name, type or size are not taken") {
    SolverState state;
    state.add<double>("fields", std::vector{1.0, 2.0});
    std::vector<double> two(2, 0.0), three(3, 0.0);
    std::vector<float> floats(2, 0.0f);
    for (const bool change : {false, true}) {
        CHECK_THROWS_WITH_AS(
            state.take<double>("fields", three, change),
            "the saved state is of another problem: it has no array 'fields' of 3 numbers", Error);
        CHECK_THROWS_AS(state.take<double>("messages", two, change), Error);
        CHECK_THROWS_AS(state.take<float>("fields", floats, change), Error);
    }
    CHECK(three == std::vector{0.0, 0.0, 0.0});
}
