#pragma once

#include <vector>

#include "steppe/theory/local/clone_saddle.hpp"

/// The large-deviation local entropy: how many solutions the widest regions hold, against the
/// distance between two of them.
namespace steppe::theory {

/// Distances are fractions of the weights that differ, d = (1 - q1)/2, of two of the y replicas.
struct WideRegion {
    double distance = 0.0;
    Value entropy;           ///< S(d), per weight and per replica
    Value without_patterns;  ///< its bound, at load 0: for y infinite the entropy of the sphere of
                             ///< radius (1 - sqrt(q1))/2, else of y weights at mutual overlap q1
    Value rise;              ///< dS/dd
    CloneOrder order;
    double residual = 0.0;  ///< largest error with which a saddle-point equation is solved
};

/// At distances in (0, 1/2), in any order (neighbours near one another are fast). `clones` is y >=
/// 1; infinity for the local entropy of Baldassi et al., Phys. Rev. Lett. 115, 128101 (2015).
/// Distances beyond that of typical solutions are NoSaddlePoint.
std::vector<WideRegion> wide_regions(const Model& model, double load, double clones,
                                     const std::vector<double>& distances);

/// The load above which S(d) of infinitely many replicas does not rise all along any more: there a
/// region of some size has none of larger size round it. Estimates where wide regions break up.
/// (Finitely many are never monotone: S falls with sqrt d at once, since S(0) counts solutions
/// without neighbours.)
struct WideRegionsEnd {
    Value load;
    Value distance;  ///< where S(d) is flat at that load
};
WideRegionsEnd wide_regions_end(const Model& model);

}  // namespace steppe::theory
