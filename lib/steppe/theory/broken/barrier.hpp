#pragma once

#include <vector>

#include "steppe/theory/value.hpp"

/// How many patterns are lost on the straight way between two solutions of the spherical
/// perceptron.
///
/// Of two typical solutions w1, w2 of overlap q the weights g w1 + (1 - g) w2, brought back to the
/// sphere, have the stabilities
///   (g h1 + (1 - g) h2)/n,  n^2 = g^2 + (1 - g)^2 + 2 g (1 - g) q,
/// h1 and h2 two independent normals of variance 1 - q round the field sqrt(q) z that both share,
/// each given that it is at least the margin. A pattern is an error where that is below the margin:
/// never at margins >= 0, since n <= 1; at negative margins everywhere but at the two ends.
/// (Replica symmetric: Annesi, Lauditi, Lucibello, Malatesta, Perugini, Pittorino and Saglietti,
/// Phys. Rev. Lett. 131:227301, 2023, for the star-shaped space of solutions.)
namespace steppe::theory {

/// The share of the patterns that are errors at place g in [0, 1] between two solutions of overlap
/// q in [0, 1). About 1 ms.
Value error_between(double margin, double overlap, double place);

struct Barrier {
    Value overlap;              ///< of the two solutions
    std::vector<Value> errors;  ///< share of the patterns, place by place
};

/// The same at a load (patterns per weight), at the overlap of typical solutions. NoSaddlePoint
/// where replica symmetry does not hold: beyond its capacity or, at a negative margin, beyond its
/// stability, where pairs of solutions have more than one overlap.
Barrier barrier(double load, double margin, const std::vector<double>& places);

}  // namespace steppe::theory
