#include "steppe/inference/plate_solver.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/inference/amp/approximate_message_passing.hpp"
#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/inference/ep/expectation_propagation.hpp"

using namespace steppe;

namespace {

/// Weights with given means; every iteration doubles them.
struct GivenPlate {
    std::string label;
    bool real;
    std::vector<double> given, pull = {};
    double scale = 0.0;

    const std::string& name() const { return label; }
    std::size_t size() const { return given.size(); }
    bool is_real() const { return real; }
    const std::vector<double>& means() const { return given; }
    std::vector<double> fields() const { return given; }
    void put_signs(std::size_t unit, Weights& weights) const {
        for (std::size_t i = 0; i < size(); ++i) weights.set(unit, i, given[i] >= 0.0);
    }
    FocusingOverlaps focusing_overlaps(const Coupling& coupling) const {
        return {given[0], coupling.gamma};
    }
    void set_start_field(std::vector<double> field) { pull = std::move(field); }
    void set_start_scale(double to) { scale = to; }
    void require_finite(std::size_t iteration) const {
        if (!std::isfinite(given[0])) throw Error(label + " " + std::to_string(iteration));
    }
    void save(std::size_t p, SolverState& state) const {
        state.arrays.push_back({"given " + std::to_string(p), given});
    }
    void restore(std::size_t p, const SolverState& state, bool change) {
        const auto& found = state.find<double>("given " + std::to_string(p), size());
        if (change) given = found;
    }
};

class DoublingSolver final : public PlateSolver<GivenPlate> {
  public:
    DoublingSolver(const FactorGraph& graph, std::vector<GivenPlate> plates, double damping)
        : PlateSolver(graph, "doubling", damping) {
        plates_ = std::move(plates);
    }
    double free_entropy() const override { return 0.0; }
    double expected_errors() const override { return 0.0; }
    CavitySums cavity_sums(std::size_t, std::size_t) const override { return {}; }
    const std::vector<GivenPlate>& plates() const { return plates_; }
    const std::vector<RowGroup>& groups() const { return row_groups_; }

    double own = 0.5;
    int looks = 0, follows = 0;

  protected:
    void pass_messages(IterationReport&) override {
        for (GivenPlate& plate : plates_) {
            for (double& m : plate.given) m *= 2.0;
        }
    }
    void look_at_weights(IterationReport& report) override {
        ++looks;
        report.weight_change = 0.25;
    }
    double squares() const override { return 1.5; }
    void save_messages(SolverState& state) const override {
        state.arrays.push_back({"messages", std::vector<float>{1.0f}});
    }
    void restore_messages(const SolverState& state, bool) override {
        state.find<float>("messages", 1);
    }
    void follow_restored() override { ++follows; }
    std::vector<double> more_numbers() const override { return {own}; }
    void set_more_numbers(std::span<const double> numbers) override { own = numbers[0]; }
};

FactorGraph graph_of(std::size_t inputs, std::size_t units) {
    return build_graph({inputs, units},
                       std::make_shared<const PatternSet>(random_patterns(inputs, 5, 1)));
}

DoublingSolver doubling(double damping = 0.0) {
    return {graph_of(2, 3),
            {{"a", false, {0.1, -0.2}}, {"b", false, {0.0, 0.3}}, {"c", false, {-1.0, 1.0}}},
            damping};
}

/// The three solvers, by their common face.
std::vector<std::unique_ptr<MessagePassing>> all_solvers(const FactorGraph& graph) {
    std::vector<std::unique_ptr<MessagePassing>> all;
    all.push_back(
        std::make_unique<BeliefPropagation>(graph, BeliefPropagationOptions{.damping = 0.5}));
    all.push_back(std::make_unique<ApproximateMessagePassing>(
        graph, ApproximateMessagePassingOptions{.damping = 0.5}));
    all.push_back(std::make_unique<ExpectationPropagation>(
        graph, ExpectationPropagationOptions{.damping = 0.5}));
    return all;
}

}  // namespace

TEST_CASE("plate solver: an iteration passes messages, is counted, is looked at and undamped") {
    DoublingSolver solver = doubling(0.75);
    const IterationReport report = solver.step({0.5, 4.0});
    CHECK(report.weight_change == 1.0);
    CHECK(solver.iterations() == 1);
    CHECK(solver.looks == 1);
    CHECK(solver.magnetizations(2) == std::vector{-2.0, 2.0});
    CHECK(solver.overlap() == 0.25);
    CHECK(solver.focusing_overlaps().coupling == doctest::Approx(0.5));
    CHECK(solver.focusing_overlaps().center == doctest::Approx((0.2 + 0.0 - 2.0) / 3));
    solver.set_damping(0.5);
    CHECK(solver.step().weight_change == 0.5);
    CHECK(solver.iterations() == 2);
}

TEST_CASE("plate solver: what is not finite is named before anyone looks") {
    DoublingSolver solver(graph_of(1, 1), {{"a", false, {1.0}}, {"b", false, {1e308}}}, 0.0);
    CHECK_THROWS_WITH_AS(solver.step(), "b 1", Error);
    CHECK(solver.looks == 0);
}

TEST_CASE("plate solver: plates are units of the weights where they are alike") {
    CHECK(doubling().weights().signs() == std::vector<signed char>{1, -1, 1, 1, -1, 1});
    const Weights real = DoublingSolver(graph_of(2, 1), {{"a", true, {3.0, 4.0}}}, 0.0).weights();
    CHECK(real.value(0, 0) == doctest::Approx(0.6 * std::sqrt(2.0)));
    CHECK(real.value(0, 1) == doctest::Approx(0.8 * std::sqrt(2.0)));
    CHECK_THROWS_WITH_AS(
        DoublingSolver(graph_of(2, 1), {{"a", false, {1.0, 1.0}}, {"b", true, {1.0}}}, 0.0)
            .weights(),
        "plate 'a' has 2 +-1 weights and plate 'b' 1 real: read them with fields() instead", Error);
}

TEST_CASE("plate solver: gates are tolerant at a temperature and themselves again without") {
    DoublingSolver solver = doubling();
    const auto strict = solver.groups()[0].gate;
    solver.set_inverse_temperature(1.0);
    CHECK(solver.groups()[0].gate != strict);
    solver.set_inverse_temperature(2.0);
    solver.set_inverse_temperature(std::numeric_limits<double>::infinity());
    CHECK(solver.groups()[0].gate == strict);
}

TEST_CASE("plate solver: a start field reaches every plate") {
    DoublingSolver solver = doubling();
    solver.set_start_field({{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}});
    solver.set_start_scale(0.5);
    CHECK(solver.plates()[1].pull == std::vector{3.0, 4.0});
    CHECK(solver.plates()[2].scale == 0.5);
    solver.set_start_field({});
    CHECK(solver.plates()[1].pull.empty());
}

TEST_CASE("plate solver: what is saved comes back") {
    CHECK(rc::check("save and restore", [] {
        const auto part = rc::gen::map(rc::gen::inRange(0, 1000), [](int n) { return n / 1000.0; });
        DoublingSolver solver = doubling(*part);
        const Coupling coupling{
            *part, 1.0 + *part,
            *rc::gen::element(ReinforcementForm::Fields, ReinforcementForm::Replicas)};
        const int steps = *rc::gen::inRange(0, 5);
        for (int i = 0; i < steps; ++i) solver.step(coupling);
        solver.own = *part;
        DoublingSolver other = doubling();
        other.restore(solver.save());
        RC_ASSERT(other.save() == solver.save());
        RC_ASSERT(other.iterations() == solver.iterations());
        RC_ASSERT(other.own == solver.own);
        RC_ASSERT(other.follows == 1);
    }));
}

TEST_CASE("plate solver: a saved state that lacks anything changes nothing") {
    DoublingSolver source = doubling(0.25);
    source.step({0.5, 4.0});
    source.own = 7.0;
    for (std::size_t missing = 0; missing < source.save().arrays.size(); ++missing) {
        SolverState state = source.save();
        state.arrays.erase(state.arrays.begin() + static_cast<std::ptrdiff_t>(missing));
        DoublingSolver solver = doubling();
        const SolverState before = solver.save();
        CHECK_THROWS_AS(solver.restore(state), Error);
        CHECK(solver.save() == before);
        CHECK(solver.follows == 0);
    }
}

TEST_CASE("message passing: every solver refuses the same in the same words") {
    const FactorGraph graph = graph_of(15, 1);
    for (const auto& solver : all_solvers(graph)) {
        CHECK_THROWS_WITH_AS(solver->set_damping(1.0),
                             "damping is 1: it must be at least 0 and below 1", Error);
        CHECK_THROWS_WITH_AS(solver->magnetizations(1),
                             "plate 1 does not exist: the graph has 1 plates of weights", Error);
        CHECK_THROWS_WITH_AS(solver->fields(1),
                             "plate 1 does not exist: the graph has 1 plates of weights", Error);
        CHECK_THROWS_WITH_AS(solver->set_start_field({{1.0}}),
                             "the start field has not one number for every weight of every plate",
                             Error);
        CHECK_THROWS_AS(solver->set_inverse_temperature(-1.0), Error);
    }
    CHECK_THROWS_WITH_AS(ExpectationPropagation(graph, {.damping = -0.5}),
                         "damping is -0.5: it must be at least 0 and below 1", Error);
    CHECK_THROWS_WITH_AS(BeliefPropagation(graph, {.start = 2.0}),
                         "start is 2: it must be above 0 and at most 1", Error);
}

TEST_CASE("message passing: every solver saves damping, coupling and iterations alike") {
    for (const auto& solver : all_solvers(graph_of(15, 1))) {
        solver->step();
        solver->set_damping(0.625);
        solver->step({0.5, 4.0, ReinforcementForm::Fields});
        const SolverState state = solver->save();
        CHECK(state.arrays[0] == NamedArray{"progress", std::vector<std::uint64_t>{2, 1}});
        REQUIRE(state.arrays[1].name == "numbers");
        const auto& numbers = std::get<std::vector<double>>(state.arrays[1].values);
        CHECK(std::vector(numbers.begin(), numbers.begin() + 3) == std::vector{0.625, 0.5, 4.0});
    }
}
