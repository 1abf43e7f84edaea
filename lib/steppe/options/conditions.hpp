#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "steppe/model/network.hpp"

/// What a default may depend on.
namespace steppe {

struct Solver;

/// A set of circumstances, a bit for each. They come in groups (solvers, weight kinds, ...), of
/// which one holds at a time.
using Conditions = std::uint64_t;

namespace when {

inline constexpr Conditions always = 0;
inline constexpr Conditions binary = 1u << 0, spherical = 1u << 1;        ///< weights
inline constexpr Conditions independent = 1u << 2, correlated = 1u << 3;  ///< are_correlated
/// Units: one; several with inputs of their own (a tree); several that see all inputs.
inline constexpr Conditions one_unit = 1u << 4, own_inputs = 1u << 5, shared_inputs = 1u << 6;
inline constexpr Conditions majority = 1u << 7, parity = 1u << 8;      ///< the gate
inline constexpr Conditions small = 1u << 9, large = 1u << 10;         ///< large_problem
inline constexpr Conditions forbidden = 1u << 11, priced = 1u << 12;   ///< patterns may be wrong
inline constexpr Conditions unfocused = 1u << 13, focused = 1u << 14;  ///< has a schedule or none
inline constexpr Conditions slow = 1u << 15, fast = 1u << 16;          ///< preset of learning
/// Errors of the best weights so far: few_errors at most; more; so many that no fresh try stores
/// the patterns (real weights: more than few_errors and lost_share, after the automatic schedule).
inline constexpr Conditions few_left = 1u << 17, many_left = 1u << 18, lost = 1u << 19;
/// AdaTron stores at the end what message passing leaves, or does not.
inline constexpr Conditions unfinished = 1u << 20, finished = 1u << 21;

}  // namespace when

/// Larger problems need to be followed more closely (docs/measurements.md).
inline constexpr std::size_t large_problem = 5000;
/// More errors than this, of which no fresh try of many has none.
inline constexpr std::size_t few_errors = 20;
/// With real weights, more errors than this part of the patterns are above what can be stored.
inline constexpr double lost_share = 0.05;

/// The condition of a solver, by name; "auto" and unknown names have none.
Conditions condition_of(std::string_view solver);

/// Those of solver, network and patterns; of the rest what is usual: patterns must not be wrong,
/// there is a schedule, preset slow, few errors are left, AdaTron does not follow.
Conditions conditions_of(const Network& network, std::string_view solver, bool correlated);

/// `now` with the groups of `by` as they are there.
Conditions changed(Conditions now, Conditions by);

/// Whether what is asked for holds: of each group that it names, one that it names.
bool holds(Conditions asked, Conditions now);

/// The conditions without those of solvers.
Conditions without_solvers(Conditions now);

/// The solver of which there is one among them; nothing otherwise.
const Solver* solver_of(Conditions now);

/// "bp or amp, spherical weights"; "" for always.
std::string condition_words(Conditions asked);

}  // namespace steppe
