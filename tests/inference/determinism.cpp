#include <doctest/doctest.h>

#include "steppe/error.hpp"
#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/numeric/threads.hpp"

using namespace steppe;

namespace {

struct Case {
    std::size_t inputs, hidden, patterns;
    Accuracy accuracy;
    Precision precision;
    std::size_t block;
};

const Case cases[] = {
    {257, 1, 150, Accuracy::Relaxed, Precision::Single, 0},
    {257, 1, 150, Accuracy::Relaxed, Precision::Double, 7},
    {2100, 1, 1100, Accuracy::Relaxed, Precision::Single, 0},
    {123, 3, 150, Accuracy::Relaxed, Precision::Single, 40},
    {123, 3, 150, Accuracy::Gaussian, Precision::Single, 0},
    {123, 1, 60, Accuracy::Gaussian, Precision::Double, 1},
    {31, 3, 40, Accuracy::Exact, Precision::Double, 0},
    {31, 3, 40, Accuracy::Exact, Precision::Single, 5},
};

FactorGraph graph_of(const Case& c) {
    return build_graph({c.inputs, c.hidden},
                       std::make_shared<PatternSet>(random_patterns(c.inputs, c.patterns, 3)));
}

BeliefPropagationOptions options_of(const Case& c) {
    BeliefPropagationOptions options;
    options.damping = 0.5;
    options.accuracy = c.accuracy;
    options.precision = c.precision;
    options.block = c.block;
    options.seed = 5;
    return options;
}

constexpr Coupling focusing{0.6, 3.0};

}  // namespace

TEST_CASE("the same to the last bit for 1, 2, 3 and 8 threads") {
    for (const Case& c : cases) {
        CAPTURE(c.inputs);
        CAPTURE(c.block);
        SolverState wanted;
        std::vector<double> numbers;
        for (const std::size_t threads : {1, 2, 3, 8}) {
            SolverState state;
            std::vector<double> here;
            Threads(threads).run([&] {
                BeliefPropagation solver(graph_of(c), options_of(c));
                for (int i = 0; i < 6; ++i) {
                    const IterationReport report = solver.step(i < 3 ? Coupling{} : focusing);
                    here.push_back(report.weight_change);
                    here.push_back(report.message_change);
                }
                here.push_back(solver.overlap());
                here.push_back(solver.free_entropy());
                here.push_back(solver.free_entropy(FreeEntropyForm::Reference));
                here.push_back(solver.focusing_overlaps().center);
                state = solver.save();
            });
            if (threads == 1) {
                wanted = state;
                numbers = here;
                continue;
            }
            CHECK(state == wanted);
            CHECK(here == numbers);
        }
    }
}

TEST_CASE("a restored solver goes on to the last bit") {
    for (const Case& c : cases) {
        CAPTURE(c.inputs);
        CAPTURE(c.block);
        BeliefPropagation first(graph_of(c), options_of(c));
        for (int i = 0; i < 4; ++i) first.step(focusing);
        first.set_damping(0.3);
        const SolverState kept = first.save();
        for (int i = 0; i < 4; ++i) first.step(focusing);

        BeliefPropagation second(graph_of(c), options_of(c));
        second.step({2.0, 7.0});
        second.restore(kept);
        CHECK(second.iterations() == 4);
        CHECK(second.save() == kept);
        for (int i = 0; i < 4; ++i) second.step(focusing);
        CHECK(second.save() == first.save());
        CHECK(second.free_entropy() == first.free_entropy());
        CHECK(second.weights() == first.weights());
    }
}

TEST_CASE("a state of another problem or precision is refused, and changes nothing") {
    const Case single = cases[0], other = cases[3];
    Case in_double = single;
    in_double.precision = Precision::Double;
    BeliefPropagation solver(graph_of(single), options_of(single));
    solver.step();
    const SolverState before = solver.save();
    CHECK_THROWS_AS(solver.restore(BeliefPropagation(graph_of(other), options_of(other)).save()),
                    Error);
    CHECK_THROWS_WITH_AS(
        solver.restore(BeliefPropagation(graph_of(in_double), options_of(in_double)).save()),
        "the saved state is of 'belief-propagation-double', this solver is "
        "'belief-propagation-single'",
        Error);
    SolverState cut = before;
    cut.arrays.pop_back();
    CHECK_THROWS_AS(solver.restore(cut), Error);
    CHECK(solver.save() == before);
}

TEST_CASE("seeds differ") {
    BeliefPropagationOptions options = options_of(cases[0]);
    BeliefPropagation one(graph_of(cases[0]), options);
    options.seed = 6;
    BeliefPropagation two(graph_of(cases[0]), options);
    CHECK(!(one.save() == two.save()));
}
