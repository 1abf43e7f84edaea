#pragma once

#include <cstddef>

#include "steppe/theory/local/clone_saddle.hpp"

/// The averages of the saddle point of clones, over one weight and over one pattern (internal; not
/// installed).
namespace steppe::theory {

/// How finely they are taken: step of the inner averages, pieces of the outer rules.
struct Fineness {
    double step = 0.8;
    std::size_t pieces = 1;
};

/// Averages over the outer normal z of a tilted average: of its members, of first squared, and of z
/// first.
struct CloneAverages {
    double value = 0.0, first = 0.0, first_square = 0.0, second = 0.0, spread = 0.0;
    double z_first = 0.0;
};

inline bool taught(const Model& model) {
    return model.labels == Labels::Teacher;
}

/// Overlaps of the fields on which the rule acts: those of the weights, of infinitely many units
/// D(q).
struct FieldOverlaps {
    double variance = 1.0;
    double within = 0.0, between = 0.0;              // Q1 and Q0
    double spread = 0.0;                             // y (Q1 - Q0)
    double slope_within = 1.0, slope_between = 1.0;  // dQ/dq at q1 and at q0
    double slope_spread = 0.0;                       // y times their difference
};

FieldOverlaps field_overlaps(const Model& model, const CloneOrder& order);

CloneAverages weight_averages(const CloneOrder& order, const Fineness& fineness);

/// Weighted by the chance of the teacher's answer where there is a teacher.
CloneAverages pattern_averages(const Model& model, const CloneOrder& order,
                               const Fineness& fineness);

/// < g' > where the teacher's field is 0, times its density there and 2: dG/dR.
double teacher_force(const Model& model, const CloneOrder& order, const Fineness& fineness);

/// The free entropy and its derivatives by overlap and load, from both averages.
struct CloneSums {
    CloneAverages weights, patterns;
    double entropy = 0.0, slope = 0.0;
};
CloneSums clone_sums(const Model& model, double load, const CloneOrder& order,
                     const Fineness& fineness);

/// Fine enough for about 1e-9; finer, to see how far off that is.
constexpr Fineness usual_fineness{0.8, 1}, finer{0.5, 2};

}  // namespace steppe::theory
