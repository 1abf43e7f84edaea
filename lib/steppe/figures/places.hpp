#pragma once

#include "steppe/figures/figure.hpp"

/// Panels that measured numbers and theory share: drawings of one measure with these labels come
/// together (internal; not installed).
namespace steppe::places {

struct Place {
    const char *measure, *x, *y;

    /// Without a series.
    Figure figure() const {
        Figure out;
        out.x.label = x;
        out.y.label = y;
        return out;
    }
};

inline constexpr const char* load = "load (patterns per weight)";
inline constexpr const char* landscape_distance = "distance from the weights";

inline constexpr Place entropy{"entropy", load, "free entropy per weight"};
inline constexpr Place overlap{"overlap", load, "overlap of two solutions"};
inline constexpr Place teacher_overlap{"teacher-overlap", load, "overlap with the teacher"};
inline constexpr Place errors{"generalisation", load, "error on new patterns"};
inline constexpr Place solved{"solved", load, "part of the runs that ended solved"};
inline constexpr Place capacity{"capacity", "margin", "capacity (patterns per weight)"};
inline constexpr Place clones{"clones", "overlap of the clones",
                              "entropy of the clones per weight"};
inline constexpr Place clone_threshold{"clones", "clones", "load at which their overlap gap opens"};
inline constexpr Place stabilities{"stabilities", "stability", "density of patterns"};
inline constexpr Place typical_stabilities{"typical-stabilities", "stability of typical solutions",
                                           "density of patterns"};
inline constexpr Place local_entropy{"local-entropy", landscape_distance,
                                     "local entropy per weight"};
inline constexpr Place entropy_less_bound{"local-entropy", landscape_distance,
                                          "local entropy less bound"};
inline constexpr Place run_overlap{"convergence", "iteration", "mean squared magnetization"};
inline constexpr Place run_teacher{"convergence", "iteration", "overlap with the teacher"};

}  // namespace steppe::places

/// What local entropies of theory are round.
namespace steppe::names {

inline constexpr const char* wide_regions = "wide regions";
inline constexpr const char* round_typical = "round typical solutions";
inline constexpr const char* round_teacher = "round the teacher";

}  // namespace steppe::names
