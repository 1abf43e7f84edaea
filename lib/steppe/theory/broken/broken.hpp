#pragma once

#include <cstddef>
#include <vector>

#include "steppe/theory/model.hpp"
#include "steppe/theory/value.hpp"

/// Capacities of spherical weights with replica symmetry broken in one or two steps.
///
/// At capacity the innermost overlap gets to 1 and the number of replicas m of each state to 0,
/// their ratio c = m/(1 - q) staying finite. With v = (margin - h)_+^2 what a field h lacks, D the
/// order of the output field, h of variance D(1) - D(q0) round the outer normal of variance D(q0):
///   1 step:  load = min over c, q0 of
///            { log(1 + c (1 - q0))/2 + c q0/(2 (1 + c (1 - q0))) }
///            / { -E log E exp(-c v/(2 D'(1))) }.
/// The perceptron's: Franz and Parisi, J. Phys. A 49:145001 (2016). Two steps q0 < q1, c0 < c1,
/// r = c0/c1, A = 1 + c1 (1 - q1), B = A + c0 (q1 - q0), a further normal of variance
/// D(q1) - D(q0) between:
///   2 steps: load = min of { r log(A)/2 + log(B/A)/2 + c0 q0/(2 B) }
///            / { -E log E [E exp(-c1 v/(2 D'(1)))]^r }.
/// It follows as one step does, from Parisi's matrix with two: its log-determinant gives
/// log(A)/c1 + log(B/A)/c0 + q0/B, its fields the nested averages, each over c0. With q1 = q0, or
/// r = 1, it is one step; c -> 0 is replica symmetry, so every step lowers the load.
namespace steppe::theory {

struct BrokenCapacity {
    Value load;                    ///< patterns per weight
    bool broken = false;           ///< no: the extremum is at the replica-symmetric point
    std::vector<double> overlaps;  ///< q0, or q0 and q1; empty where not broken
    std::vector<double> scales;    ///< c, or c0 and c1; empty where not broken
};

/// With 1 or 2 steps. Spherical weights, random labels that are all to be stored: perceptrons and
/// trees of infinitely many units; with one step trees of 3 sign units without margin too, of which
/// v is the least sum of squares to be turned (sign_tree.hpp has it). Any other model is an Error.
///
/// Not broken for the perceptron with margin >= 0 (a convex problem: the load is Gardner's), and
/// where breaking would lower the load by less than 1e-10 of it; with 2 steps the result of one,
/// with its one overlap, where the second would lower it by less than 1e-9 of it. Infinitely many
/// sign units are NoSaddlePoint: they have no capacity. One step takes about 10 ms, two take a
/// second.
BrokenCapacity broken_capacity(const Model& model, std::size_t steps);

}  // namespace steppe::theory
