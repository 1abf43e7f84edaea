#include "steppe/model/contradictions.hpp"

#include <algorithm>
#include <array>

#include "steppe/data/derived_patterns.hpp"
#include "steppe/data/repeated_patterns.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/weights.hpp"

namespace steppe {

namespace {

/// What a pattern of a group wants of the group's inputs x (as they were given): kinds 0 and 1 the
/// answers +1 and -1 on x, kinds 2 and 3 the same on -x.
using Counts = std::array<std::size_t, 4>;

constexpr std::size_t none = static_cast<std::size_t>(-1);

/// What can be answered together.
enum class Rule {
    Nothing,  ///< everything can
    Inputs,   ///< one answer on x, one on -x, whatever they are
    Odd,      ///< the answer on -x is the opposite of that on x
    OddTies,  ///< the same, but for a sum of 0, answered with -1 on both
    Even      ///< the answer on -x is that on x
};

Rule rule_of(const Network& network, bool real_inputs) {
    const bool no_ties = network.margin == 0.0 && network.weights == WeightKind::Binary &&
                         !real_inputs && network.unit_inputs() % 2 == 1;
    const bool parity = network.gate == Gate::Parity;
    if (!network.folds_labels()) return parity && no_ties ? Rule::Even : Rule::Inputs;
    if (network.margin < 0.0) return Rule::Nothing;
    if (no_ties) return Rule::Odd;
    if (parity) return network.margin > 0.0 ? Rule::Nothing : Rule::Inputs;
    return network.margin > 0.0 ? Rule::Odd : Rule::OddTies;
}

bool contradict(Rule rule, unsigned j, unsigned k) {
    const auto either = [&](unsigned a, unsigned b) {
        return (j == a && k == b) || (j == b && k == a);
    };
    if (rule == Rule::Nothing) return false;
    if (either(0, 1) || either(2, 3)) return true;
    switch (rule) {
        case Rule::Odd:
            return either(0, 2) || either(1, 3);
        case Rule::OddTies:
            return either(0, 2);
        case Rule::Even:
            return either(0, 3) || either(1, 2);
        default:
            return false;
    }
}

std::size_t least_errors(Rule rule, const Counts& n) {
    const std::size_t all = n[0] + n[1] + n[2] + n[3];
    switch (rule) {
        case Rule::Nothing:
            return 0;
        case Rule::Inputs:
            return std::min(n[0], n[1]) + std::min(n[2], n[3]);
        case Rule::Odd:
            return std::min(n[0] + n[3], n[1] + n[2]);
        case Rule::OddTies:
            return all - std::max({n[0] + n[3], n[1] + n[2], n[1] + n[3]});
        case Rule::Even:
            return std::min(n[0] + n[2], n[1] + n[3]);
    }
    return 0;
}

/// Patterns whose inputs are all 0.
std::vector<std::size_t> patterns_of_zeros(const Patterns& patterns) {
    std::vector<std::size_t> zeros;
    if (!patterns.real()) return zeros;
    patterns.visit([&](const auto& set) {
        if constexpr (std::is_same_v<std::decay_t<decltype(*set)>, RealPatterns>) {
            for (std::size_t a = 0; a < set->patterns(); ++a) {
                const auto row = set->values().subspan(a * set->inputs(), set->inputs());
                if (std::ranges::all_of(row, [](float x) { return x == 0.0f; })) {
                    zeros.push_back(a);
                }
            }
        }
    });
    return zeros;
}

/// Any weights tell which of them are wrong.
void count_zeros(const Network& network, const Patterns& patterns,
                 const std::vector<std::size_t>& zeros, Contradictions& found) {
    const Weights any = Weights::from_values(network.unit_inputs(), network.hidden,
                                             std::vector<double>(network.weight_count(), 1.0));
    for (const std::size_t a : zeros) {
        const std::array<std::size_t, 1> one{a};
        const std::size_t wrong = selected(patterns, one).visit([&](const auto& set) {
            return count_errors(network, any, *set);
        });
        if (wrong == 0) continue;
        if (found.zeros++ == 0) found.first_zeros = a;
    }
    found.least_errors += found.zeros;
}

}  // namespace

Contradictions find_contradictions(const Network& network, const Patterns& patterns) {
    Contradictions found;
    const std::vector<std::size_t> zeros = patterns_of_zeros(patterns);
    Network real = network;
    real.weights = WeightKind::Spherical;
    count_zeros(real, patterns, zeros, found);
    const Rule rule = rule_of(network, patterns.real());
    if (rule == Rule::Nothing) return found;
    const RepeatedPatterns repeated = find_repeated(patterns);
    const std::size_t count = patterns.patterns();
    if (repeated.distinct == count) return found;

    const std::span<const signed char> labels = patterns.labels();
    const std::span<const unsigned char> turned = patterns.turned();
    const auto kind = [&](std::size_t a) {
        const bool back = !turned.empty() && turned[a] != 0;
        const bool opposite = (repeated.sign[a] < 0) != back;
        const bool negative = back || (!labels.empty() && labels[a] < 0);
        return (opposite ? 2u : 0u) + (negative ? 1u : 0u);
    };
    struct Group {
        Counts counts{};
        std::array<std::size_t, 4> first{none, none, none, none};
        bool contradictory = false;
    };
    std::vector<Group> groups(count);  // at the first pattern of each
    const std::size_t first_zero = zeros.empty() ? none : zeros.front();
    for (std::size_t a = 0; a < count; ++a) {
        if (repeated.first[a] == first_zero) continue;
        Group& group = groups[repeated.first[a]];
        const unsigned mine = kind(a);
        std::size_t earliest = none;
        for (unsigned other = 0; other < 4; ++other) {
            if (contradict(rule, mine, other)) earliest = std::min(earliest, group.first[other]);
        }
        if (earliest != none && !group.contradictory) {
            group.contradictory = true;
            ++found.groups;
            if (found.pairs.size() < Contradictions::most_pairs) {
                found.pairs.emplace_back(earliest, a);
            }
        }
        if (group.first[mine] == none) group.first[mine] = a;
        ++group.counts[mine];
    }
    const bool ties_are_rare = rule == Rule::OddTies && network.weights == WeightKind::Spherical;
    for (const Group& group : groups) {
        found.least_errors += least_errors(rule, group.counts);
        found.no_volume |= ties_are_rare && least_errors(Rule::Odd, group.counts) > 0;
    }
    return found;
}

}  // namespace steppe
