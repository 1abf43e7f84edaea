#include "progress_line.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace steppe;
using namespace steppe::cli;

namespace {

SolveProgress progress_of(std::size_t attempt, std::size_t attempts) {
    SolveProgress p;
    p.iteration = 12345;
    p.attempt = attempt;
    p.attempts = attempts;
    p.step = 12;
    p.steps = 100;
    p.coupling = {0.125, 10.0, ReinforcementForm::Replicas};
    p.errors = 17;
    p.best_errors = 3;
    p.overlap = 0.9371;
    p.edge_updates_per_second = 1.2e10;
    p.seconds_left = 754.0;
    return p;
}

}  // namespace

TEST_CASE("the progress line fits, and leaves out the less important first") {
    const SolveProgress p = progress_of(3, 1000);
    CHECK(progress_text(p, 200) ==
          "try 3/1000  step 12/100  gamma 0.125  y 10  iteration 12345  errors 17  best 3  overlap "
          "0.937  1.2e+10 updates/s  at most about 13 min left");
    CHECK(progress_text(p, 79) ==
          "try 3/1000  step 12/100  errors 17  best 3  at most about 13 min left");
    CHECK(progress_text(p, 40) == "try 3/1000  step 12/100  errors 17");
    CHECK(progress_text(p, 12) == "errors 17");
    CHECK(progress_text(p, 4) == "erro");
    std::size_t before = 0;
    for (std::size_t width = 1; width < 200; ++width) {
        const std::size_t size = progress_text(p, width).size();
        CHECK(size <= width);
        CHECK(size >= before);
        before = size;
    }
}

TEST_CASE("one try is not counted; a time that nobody knows is not told") {
    SolveProgress p = progress_of(1, 1);
    p.seconds_left = std::numeric_limits<double>::infinity();
    CHECK(progress_text(p, 79) ==
          "step 12/100  gamma 0.125  y 10  errors 17  best 3  overlap 0.937");
    p.seconds_left = 2.2;
    CHECK(progress_text(p, 50) == "step 12/100  errors 17  at most about 3 s left");
}

TEST_CASE("epochs, and a solver that is being made") {
    SolveProgress p = progress_of(1, 1);
    p.epoch = EpochReport{};
    p.epoch->mistakes = 20.0;
    CHECK(progress_text(p, 79) ==
          "epoch 12/100  mistakes 20  errors 17  best 3  at most about 13 min left");
    p.epoch.reset();
    p.iteration = 0;
    p.seconds = 3.0;
    CHECK(progress_text(p, 79) == "preparing the solver  3 s  at most about 13 min left");
}
