// The loop of every solver, walked by one that does as it is told.
#include "steppe/run/loop.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>

#include "steppe/error.hpp"

using namespace steppe;

namespace {

SolveOptions bp_options() {
    SolveOptions options;
    options.network = {5, 1};
    options.solver = "bp";
    return options;
}

/// What a stepper does at which iteration (of all tries, from 1).
struct Told {
    std::size_t finds_at = 0, spent_at = 0, throws_at = 0;
    std::size_t try_length = 3, tries = 1;
    bool recovers = false, ends_at_found = false, never_begins = false;
};

class Puppet final : public Stepper {
  public:
    Puppet(RunState& run, const Told& told) : run_(run), told_(told) {}

    void begin() override {
        if (told_.never_begins) throw Abandoned{SolveStatus::TimeLimit};
        ++begun;
        in_try_ = 0;
    }
    void iterate() override {
        if (++calls == told_.throws_at) throw Error("a field is no number");
        ++in_try_;
    }
    bool recovers() override { return told_.recovers; }
    void look() override { ++looks; }
    bool found() const override { return run_.iterations == told_.finds_at; }
    bool ends_at_found() const override { return told_.ends_at_found; }
    bool spent() const override { return run_.iterations == told_.spent_at; }
    void describe(SolveProgress& progress) const override { progress.attempt = begun; }
    Next next() override {
        if (in_try_ < told_.try_length) return Next::GoOn;
        run_.end = SolveStatus::Unsolved;
        return Next::NextTry;
    }
    bool has_another_try() const override { return begun < told_.tries; }
    void state(Archive&) override {}

    std::size_t begun = 0, calls = 0, looks = 0;

  private:
    RunState& run_;
    Told told_;
    std::size_t in_try_ = 0;
};

struct Walk {
    explicit Walk(const Told& told, SolveObserver watch = {}, SolveOptions asked = bp_options())
        : options(std::move(asked)),
          observer(std::move(watch)),
          run(options, options, std::make_shared<const PatternSet>(random_patterns(5, 3, 1)),
              observer),
          puppet(run, told) {
        run_loop(puppet, run);
    }

    SolveOptions options;
    SolveObserver observer;
    RunState run;
    Puppet puppet;
};

}  // namespace

TEST_CASE("a run ends where weights are found, unless it is to go on") {
    const Told told{.finds_at = 2};
    const Walk ends(told);
    CHECK(ends.run.end == SolveStatus::Solved);
    CHECK(ends.run.iterations == 2);
    SolveOptions on = bp_options();
    on.continue_after_solution = true;
    const Walk goes_on(told, {}, on);
    CHECK(goes_on.run.end == SolveStatus::Unsolved);
    CHECK(goes_on.run.iterations == 3);
    const Walk met({.finds_at = 2, .ends_at_found = true}, {}, on);
    CHECK(met.run.iterations == 2);
}

TEST_CASE("tries follow one another while there are some") {
    const Walk walk({.tries = 4});
    CHECK(walk.puppet.begun == 4);
    CHECK(walk.run.iterations == 12);
    CHECK(walk.puppet.looks == 12);
    CHECK(walk.run.end == SolveStatus::Unsolved);
    const Walk spent({.spent_at = 5, .tries = 4});
    CHECK(spent.puppet.begun == 2);
    CHECK(spent.run.iterations == 5);
}

TEST_CASE("the observer sees every iteration and may interrupt") {
    std::vector<std::size_t> seen, attempts;
    const Walk walk({.tries = 2}, [&](const SolveProgress& progress) {
        seen.push_back(progress.iteration);
        attempts.push_back(progress.attempt);
        return progress.iteration < 5;
    });
    CHECK(walk.run.end == SolveStatus::Interrupted);
    CHECK(seen == std::vector<std::size_t>{1, 2, 3, 4, 5});
    CHECK(attempts == std::vector<std::size_t>{1, 1, 1, 2, 2});
}

TEST_CASE("an error ends a run as diverged where the solver has nothing to go back to") {
    const Walk lost({.throws_at = 2});
    CHECK(lost.run.end == SolveStatus::Diverged);
    CHECK(lost.run.diverged == "a field is no number");
    CHECK(lost.run.iterations == 1);
    const Walk saved({.throws_at = 2, .recovers = true});
    CHECK(saved.run.end == SolveStatus::Unsolved);
    CHECK_FALSE(saved.run.diverged.has_value());
    // What threw was no iteration.
    CHECK(saved.run.iterations == 3);
    CHECK(saved.puppet.calls == 4);
}

TEST_CASE("a run that never begins says who ended it") {
    const Walk walk({.never_begins = true});
    CHECK(walk.puppet.begun == 0);
    CHECK(walk.run.end == SolveStatus::TimeLimit);
    CHECK(walk.run.iterations == 0);
}
