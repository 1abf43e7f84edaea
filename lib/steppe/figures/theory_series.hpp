#pragma once

#include <string>
#include <vector>

#include "steppe/figures/drawing.hpp"
#include "steppe/figures/places.hpp"

/// Lines of theory, from a file or computed (internal; not installed).
namespace steppe {

/// A curve, and where what it comes from holds: stable replica symmetry, below the capacity.
struct TheoryCurve {
    std::vector<double> x, y;
    std::vector<bool> holds;

    void add(double at, double value, bool good = true) {
        x.push_back(at);
        y.push_back(value);
        holds.push_back(good);
    }
};

/// Adds the curve to a figure, dashed where it does not hold.
void add_theory(Figure& figure, const std::string& name, const TheoryCurve& curve);

/// A drawing of theory without a series yet.
Drawing theory_drawing(const places::Place& place, const std::string& subject);

/// An upright mark in the panel of solved runs.
Drawing capacity_mark(double load);

/// Bounds of local entropies, without patterns: of +-1 weights and of spherical ones.
double distance_bound(double distance, bool spherical);

}  // namespace steppe
