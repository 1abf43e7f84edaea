#include "steppe/figures/looks.hpp"

#include <array>

namespace steppe {

namespace {

/// Neighbours differ in shade, dashes and points.
constexpr std::array<Look, 12> looks{{{"#000000", "solid", 7},
                                      {"#c0392b", "(14,5)", 4},
                                      {"#1f5fa8", "(4,4)", 9},
                                      {"#808080", "solid", 6},
                                      {"#2e7d32", "(14,4,3,4)", 5},
                                      {"#8e44ad", "(8,3,2,3,2,3)", 8},
                                      {"#b8860b", "(20,6)", 11},
                                      {"#505050", "(2,3)", 12},
                                      {"#00838f", "(10,4)", 13},
                                      {"#6d4c41", "(6,3,6,3,2,3)", 2},
                                      {"#a0a0a0", "(16,4,2,4)", 14},
                                      {"#ad1457", "(3,6)", 1}}};

/// Lines of theory beside other series, and these, which are neither black nor grey.
constexpr std::array<const char*, 4> theory_shades{"#000000", "#808080", "#404040", "#a8a8a8"};
constexpr std::array<Look, 8> coloured{{{"#c0392b", "solid", 7},
                                        {"#1f5fa8", "(4,4)", 9},
                                        {"#2e7d32", "(14,4,3,4)", 6},
                                        {"#8e44ad", "(8,3,2,3,2,3)", 8},
                                        {"#b8860b", "(20,6)", 11},
                                        {"#00838f", "(10,4)", 13},
                                        {"#6d4c41", "(6,3,6,3,2,3)", 5},
                                        {"#ad1457", "(3,6)", 4}}};

/// Bounds and marks, by their names.
constexpr std::array<Look, 5> bound_looks{{{"#303030", "(3,4)", 7},
                                           {"#303030", "(12,4,3,4)", 7},
                                           {"#909090", "(6,3)", 7},
                                           {"#606060", "(16,4,3,4,3,4)", 7},
                                           {"#a0a0a0", "(3,3)", 7}}};

bool is_theory(const Series& series) {
    return series.style == Style::Theory || series.style == Style::Beyond;
}

}  // namespace

Looks::Looks(const Figure& figure) : last_(looks[0]) {
    for (const Series& series : figure.series) {
        const bool line = is_theory(series);
        theory_ = theory_ || line;
        measured_ = measured_ || !(line || series.style == Style::Bound);
    }
}

Look Looks::next(const Series& series) {
    if (series.style == Style::Bound) {
        if (!series.name.empty() || bounds_ == 0) ++bounds_;
        return bound_looks[(bounds_ - 1) % bound_looks.size()];
    }
    if (series.style == Style::Beyond) return last_;
    if (theory_ && measured_) {
        if (series.style == Style::Theory) {
            last_ = {theory_shades[theories_++ % theory_shades.size()], "solid", 7};
            return last_;
        }
        return coloured[others_++ % coloured.size()];
    }
    last_ = looks[others_++ % looks.size()];
    return last_;
}

}  // namespace steppe
