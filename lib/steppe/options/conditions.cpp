#include "steppe/options/conditions.hpp"

#include <fmt/format.h>

#include <vector>

#include "steppe/options/solver.hpp"

namespace steppe {

namespace {

struct Named {
    Conditions condition;
    std::string words;
};
using Group = std::vector<Named>;

/// Solvers have the bits from here on, in the order of their list.
constexpr unsigned first_solver = 32;

Conditions bit_of(std::size_t solver) {
    return Conditions{1} << (first_solver + solver);
}

Group solver_group() {
    Group group;
    const std::vector<const Solver*>& all = all_solvers();
    for (std::size_t s = 0; s < all.size(); ++s) {
        group.push_back({bit_of(s), std::string(all[s]->name)});
    }
    return group;
}

const std::vector<Group>& groups() {
    using namespace when;
    static const std::vector<Group> all{
        solver_group(),
        {{binary, "binary weights"}, {spherical, "spherical weights"}},
        {{independent, "independent patterns"}, {correlated, "correlated patterns"}},
        {{one_unit, "one unit"},
         {own_inputs, "units with inputs of their own"},
         {shared_inputs, "units that see all inputs"}},
        {{majority, "no parity"}, {parity, "parity"}},
        {{small, fmt::format("fewer than {} weights", large_problem)},
         {large, fmt::format("{} weights or more", large_problem)}},
        {{forbidden, "no temperature"}, {priced, "a temperature"}},
        {{unfocused, "schedule none"}, {focused, "a schedule"}},
        {{slow, "preset slow"}, {fast, "preset fast"}},
        {{few_left, fmt::format("at most {} errors left", few_errors)},
         {many_left, fmt::format("more than {} errors left", few_errors)},
         {lost, fmt::format("errors in more than {:g} % of the patterns", 100.0 * lost_share)}},
        {{unfinished, "no finish by adatron"}, {finished, "a finish by adatron"}},
    };
    return all;
}

Conditions all_of(const Group& group) {
    Conditions all = 0;
    for (const Named& named : group) all |= named.condition;
    return all;
}

}  // namespace

Conditions condition_of(std::string_view solver) {
    const std::vector<const Solver*>& all = all_solvers();
    for (std::size_t s = 0; s < all.size(); ++s) {
        if (all[s]->name == solver) return bit_of(s);
    }
    return when::always;
}

Conditions without_solvers(Conditions now) {
    return now & ((Conditions{1} << first_solver) - 1);
}

const Solver* solver_of(Conditions now) {
    const std::vector<const Solver*>& all = all_solvers();
    const Solver* found = nullptr;
    for (std::size_t s = 0; s < all.size(); ++s) {
        if ((now & bit_of(s)) == 0) continue;
        if (found) return nullptr;
        found = all[s];
    }
    return found;
}

Conditions conditions_of(const Network& network, std::string_view solver, bool are_correlated) {
    using namespace when;
    return condition_of(solver) | (network.weights == WeightKind::Binary ? binary : spherical) |
           (are_correlated ? correlated : independent) |
           (network.hidden == 1              ? one_unit
            : network.wiring == Wiring::Tree ? own_inputs
                                             : shared_inputs) |
           (network.gate == Gate::Parity ? parity : majority) |
           (network.weight_count() >= large_problem ? large : small) | forbidden | focused | slow |
           few_left | unfinished;
}

Conditions changed(Conditions now, Conditions by) {
    for (const Group& group : groups()) {
        const Conditions all = all_of(group);
        if ((by & all) != 0) now = (now & ~all) | (by & all);
    }
    return now;
}

bool holds(Conditions asked, Conditions now) {
    for (const Group& group : groups()) {
        const Conditions of_group = asked & all_of(group);
        if (of_group != 0 && (of_group & now) == 0) return false;
    }
    return true;
}

std::string condition_words(Conditions asked) {
    std::string words;
    for (const Group& group : groups()) {
        std::string here;
        for (const Named& named : group) {
            if ((asked & named.condition) == 0) continue;
            here += (here.empty() ? "" : " or ") + std::string(named.words);
        }
        if (here.empty()) continue;
        words += (words.empty() ? "" : ", ") + here;
    }
    return words;
}

}  // namespace steppe
