#include "steppe/schedule/pace.hpp"

#include <doctest/doctest.h>

using namespace steppe;

TEST_CASE("a fixed pace takes every step") {
    Pace pace = Pace::fixed(3);
    for (std::size_t step = 0; step < 3; ++step) {
        CHECK(!pace.done());
        CHECK(pace.step() == step);
        pace.advance(50, false);
    }
    CHECK(pace.done());
}

TEST_CASE("an automatic pace widens where steps settle at once and narrows where they do not") {
    const auto steps_taken = [](std::size_t iterations, bool settled) {
        Pace pace = Pace::automatic();
        std::size_t count = 0;
        for (; !pace.done(); ++count) {
            CHECK(pace.step() < pace.steps());
            const std::size_t before = pace.step();
            pace.advance(iterations, settled);
            CHECK(pace.step() > before);
        }
        return count;
    };
    CHECK(Pace::automatic().strides() == 100);
    CHECK(Pace::fixed(7).strides() == 7);
    CHECK(steps_taken(1, true) < 30);
    CHECK(steps_taken(2, true) == 100);
    CHECK(steps_taken(5, true) > 500);
    CHECK(steps_taken(50, false) > 500);
}
