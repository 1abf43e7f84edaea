#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/model/network.hpp"
#include "steppe/model/weights.hpp"

/// What lies between two solutions.
namespace steppe {

/// Which unit of `b` stands for which of `a`. Units may be exchanged where they see the same inputs
/// (ReLU units those of one sign), and under the parity gate, without a margin, turned in pairs:
/// the network answers as before.
struct UnitMatch {
    std::vector<std::size_t> unit;  ///< of b, for each unit of a
    std::vector<int> sign;          ///< -1 where it is turned
    double overlap = 0.0;           ///< mean over units of the cosine of the angle between them
};

/// The match with the largest overlap (under the parity gate to within the unit that is turned back
/// where their number is odd). Throws Error when the shapes disagree.
UnitMatch match_units(const Network& network, const Weights& a, const Weights& b);

/// b with its units in the places of those of a, turned where the match says so.
Weights matched(const Network& network, const Weights& b, const UnitMatch& match);

/// Overlaps of all pairs, each matched: [i * count + j], 1 on the diagonal.
std::vector<double> overlap_matrix(const Network& network, std::span<const Weights> solutions);

enum class Path {
    Straight,  ///< (1 - t) a + t b
    Geodesic   ///< on the sphere of each unit, at equal angles
};

struct PathPoint {
    double position = 0.0;  ///< t, from 0 (a) to 1 (b)
    double error_rate = 0.0;
};

/// At `points` >= 2 equal steps from a to b, both as they are (see matched()). In between +-1
/// weights are real ones. A margin is asked of weights that are brought back to the sphere. Throws
/// Error where the shapes disagree, or a geodesic goes between opposite units.
std::vector<PathPoint> error_along(const Network& network, const Weights& a, const Weights& b,
                                   const Patterns& patterns, Path path, std::size_t points);

/// The largest error rate of a path, and where it is first reached.
PathPoint barrier_of(std::span<const PathPoint> path);

}  // namespace steppe
