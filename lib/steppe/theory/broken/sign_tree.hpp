#pragma once

#include <cstddef>

#include "steppe/theory/broken/broken.hpp"
#include "steppe/theory/value.hpp"

/// Capacities of tree committees of K sign units with spherical weights: each unit has its own
/// inputs and its own sphere, and more than half of the fields h_k must be above 0. What a pattern
/// lacks is the least sum of squares of fields to be turned,
///   v = the sum of h_k^2 over the smallest of those h_k < 0 that are too many.
/// (Barkai, Hansel and Sompolinsky, Phys. Rev. A 45:4146, 1992; Engel, Kohler, Tschepke, Vollmayr
/// and Zippelius, Phys. Rev. A 45:7590, 1992.) Loads are patterns per weight of the whole tree.
/// (Internal; not installed.)
namespace steppe::theory {

/// Replica symmetric: 1/E v. K odd; K = 1 is the perceptron, 2.
Value replica_symmetric_tree_capacity(std::size_t units);

/// K = 3 with one step of broken symmetry, as in broken.hpp with all K fields of variance 1 - q0
/// round K outer normals of variance q0, and v of three fields: min over c, q0 of
///   { log(1 + c (1 - q0))/2 + c q0/(2 (1 + c (1 - q0))) } / { -E log E exp(-c v/2) }.
/// About a second.
BrokenCapacity one_step_tree_capacity();

}  // namespace steppe::theory
