#include "random_trace.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "campaign/dice.hpp"
#include "campaign/random_problem.hpp"
#include "sample_values.hpp"
#include "steppe/options/solver.hpp"

namespace steppe::sequences {

namespace {

using campaign::Dice;

template <class T>
const T& one_of(Dice& dice, const std::vector<T>& all) {
    return all[dice.between(0, all.size() - 1)];
}

/// One sequence of so many has a problem that loops are cut into pieces for, where threads make a
/// difference if they ever do.
constexpr std::uint64_t large_interval = 64;

/// Of the size, and in a unit that solvers take which are not called through solve().
bool is_suitable(const Problem& problem, bool large) {
    double squares = 0.0;
    for (const float x : problem.inputs) squares += std::pow(static_cast<double>(x), 2);
    const double size = std::sqrt(squares / static_cast<double>(problem.inputs.size()));
    const bool fits = large ? problem.inputs.size() > 5000
                            : problem.network.inputs <= 40 && problem.patterns() <= 40;
    return fits && size > 0.1 && size < 10.0 && std::isfinite(problem.network.margin);
}

Problem problem_of(std::uint64_t seed, std::uint64_t index) {
    constexpr std::uint64_t stride = 1u << 20;
    Problem problem = campaign::random_problem(seed, index);
    const bool large = index % large_interval == large_interval - 1;
    for (std::uint64_t other = 1; !is_suitable(problem, large); ++other) {
        problem = campaign::random_problem(seed, index + other * stride);
    }
    problem.options.clear();
    problem.teacher.clear();
    return problem;
}

std::string number(double x) {
    return fmt::format("{:.6g}", x);
}

/// Options that the solver has, most of the time.
Call random_setting(Dice& dice, const Solver* solver) {
    const Option* option = one_of(dice, all_options());
    while (solver && !has_option(*solver, *option) && dice.chance(0.95)) {
        option = one_of(dice, all_options());
    }
    const std::vector<std::string>&good = good_values(*option), &bad = bad_values(*option);
    const bool spoil = !bad.empty() && (good.empty() || dice.chance(0.1));
    return {"set", {std::string(option->name), one_of(dice, spoil ? bad : good)}};
}

Call random_step(Dice& dice) {
    const std::string gamma = dice.chance(0.3)   ? "0"
                              : dice.chance(0.3) ? "inf"
                                                 : number(dice.geometric_real(0.01, 30.0));
    return {"step",
            {gamma, number(1.0 + (dice.chance(0.2) ? 0.0 : dice.geometric_real(0.1, 300.0))),
             std::to_string(dice.between(1, 5)), dice.of({"replicas", "replicas", "fields"})}};
}

Call random_wrong(Dice& dice) {
    const std::string bad = dice.of({"-0.1", "1", "nan", "inf", "-inf"});
    switch (dice.between(0, 4)) {
        case 0:
            return {"wrong", {"damping", bad}};
        case 1:
            return {"wrong", {"beta", bad}};
        case 2:
            return {"wrong", {"field", std::to_string(dice.between(0, 1))}};
        case 3:
            return {"wrong", {"plate", std::to_string(dice.between(0, 3))}};
        default:
            return {"wrong",
                    {"restore", dice.of({"name", "array", "size"}),
                     std::to_string(dice.between(0, 30))}};
    }
}

/// Of a solver that passes messages.
Call random_message_call(Dice& dice) {
    const double which = dice.uniform();
    const std::string slot = dice.of({"a", "b"});
    if (which < 0.32) return random_step(dice);
    if (which < 0.40) {
        return {"damping", {dice.of<std::string>({"0", "0.3", "0.9", "0.999"})}};
    }
    if (which < 0.46) return {"beta", {dice.of<std::string>({"inf", "0", "0.5", "3", "50"})}};
    if (which < 0.52) {
        return {"field",
                {std::to_string(dice.between(0, 9)), dice.of<std::string>({"0", "0.1", "1"}),
                 dice.of<std::string>({"0", "1", "0.3", "-1"})}};
    }
    if (which < 0.55) return {"prepare", {}};
    if (which < 0.63) return {"save", {slot}};
    if (which < 0.70) return {"restore", {slot}};
    if (which < 0.75) return {"again", {slot}};
    if (which < 0.85) return random_wrong(dice);
    return {"ask", {dice.of({"weights", "means", "overlaps", "entropy", "errors"})}};
}

Call random_epochs(Dice& dice) {
    return {"epoch",
            {number(dice.geometric_real(1e-3, 30.0)), number(dice.geometric_real(0.1, 100.0)),
             number(dice.geometric_real(0.05, 20.0)),
             dice.chance(0.2) ? "0" : number(dice.geometric_real(1e-3, 10.0)),
             std::to_string(dice.between(1, 4))}};
}

/// What is asked of a run that was made.
Call random_run_call(Dice& dice) {
    const double which = dice.uniform();
    if (which < 0.20) return {"interrupt", {number(dice.uniform())}};
    if (which < 0.40) return {"resume", {number(dice.uniform())}};
    if (which < 0.60) return {"request", {}};
    if (which < 0.85) return {"resolve", {dice.of({"threads", "again", "unobserved"})}};
    return {"write", {dice.of({"txt", "h5", "npy", "csv"})}};
}

void add_solver(Dice& dice, Trace& trace) {
    const Solver& solver = *one_of(dice, all_solvers());
    for (std::size_t t = dice.between(0, 3); t > 0; --t) {
        trace.calls.push_back(random_setting(dice, &solver));
    }
    trace.calls.push_back({"make", {std::string(solver.name)}});
    for (std::size_t t = dice.between(2, 25); t > 0; --t) {
        const bool learns = solver.learns() && dice.chance(0.7);
        trace.calls.push_back(learns ? random_epochs(dice) : random_message_call(dice));
    }
}

void add_runs(Dice& dice, Trace& trace) {
    const Solver* solver = dice.chance(0.2) ? nullptr : one_of(dice, all_solvers());
    if (solver) trace.calls.push_back({"set", {"solver", std::string(solver->name)}});
    trace.calls.push_back({"set", {"max-iterations", std::to_string(dice.geometric(1, 60))}});
    if (dice.chance(0.5)) trace.calls.push_back({"seed", {std::to_string(dice.between(0, 99))}});
    for (std::size_t run = dice.between(1, 3); run > 0; --run) {
        for (std::size_t t = dice.between(0, 4); t > 0; --t) {
            Call call = random_setting(dice, solver);
            if (call.words[0] != "solver") trace.calls.push_back(std::move(call));
        }
        trace.calls.push_back({"solve", {}});
        for (std::size_t t = dice.between(0, 3); t > 0; --t) {
            trace.calls.push_back(random_run_call(dice));
        }
        if (dice.chance(0.3)) {
            trace.calls.push_back({"unset", {std::string(one_of(dice, all_options())->name)}});
        }
    }
}

}  // namespace

Trace random_trace(std::uint64_t seed, std::uint64_t index) {
    Dice dice(seed, index);
    Trace trace{problem_of(seed, index), {}};
    for (std::size_t parts = dice.between(1, 2); parts > 0; --parts) {
        dice.chance(0.6) ? add_solver(dice, trace) : add_runs(dice, trace);
    }
    return trace;
}

}  // namespace steppe::sequences
