#include "steppe/options/conditions.hpp"

#include <vector>

namespace steppe {

namespace {

/// Larger problems need to be followed more closely (docs/measurements.md).
constexpr std::size_t large_problem = 5000;

struct Named {
    Conditions condition;
    const char* words;
};
using Group = std::vector<Named>;

const std::vector<Group>& groups() {
    using namespace when;
    static const std::vector<Group> all{
        {{bp, "bp"},
         {amp, "amp"},
         {ep, "ep"},
         {lal, "lal"},
         {elal, "elal"},
         {sbpi, "sbpi"},
         {sgd, "sgd"},
         {rsgd, "rsgd"},
         {adatron, "adatron"}},
        {{binary, "binary weights"}, {spherical, "spherical weights"}},
        {{independent, "independent patterns"}, {correlated, "correlated patterns"}},
        {{one_unit, "one unit"},
         {own_inputs, "units with inputs of their own"},
         {shared_inputs, "units that see all inputs"}},
        {{majority, "no parity"}, {parity, "parity"}},
        {{small, "fewer than 5000 weights"}, {large, "5000 weights or more"}},
        {{forbidden, "no temperature"}, {priced, "a temperature"}},
        {{unfocused, "schedule none"}, {focused, "a schedule"}},
        {{slow, "preset slow"}, {fast, "preset fast"}},
        {{few_left, "at most 20 errors left"},
         {many_left, "more than 20 errors left"},
         {lost, "errors in more than 5 % of the patterns"}},
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

Conditions condition_of(SolverKind solver) {
    using namespace when;
    switch (solver) {
        case SolverKind::Auto:
            return always;
        case SolverKind::BeliefPropagation:
            return bp;
        case SolverKind::ApproximateMessagePassing:
            return amp;
        case SolverKind::ExpectationPropagation:
            return ep;
        case SolverKind::LeastAction:
            return lal;
        case SolverKind::EntropicLeastAction:
            return elal;
        case SolverKind::Sbpi:
            return sbpi;
        case SolverKind::Sgd:
            return sgd;
        case SolverKind::ReplicatedSgd:
            return rsgd;
        case SolverKind::AdaTron:
            return adatron;
    }
    return always;
}

Conditions conditions_of(const Network& network, SolverKind solver, bool are_correlated) {
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
