#pragma once

#include <string>
#include <vector>

#include "steppe/figures/drawing.hpp"

/// Drawings of several sources that share a pair of axes (internal; not installed).
namespace steppe {

struct Panel {
    std::string measure;
    Figure figure;
    struct Owner {
        std::string subject;
        bool theory = false;
    };
    std::vector<Owner> owners;  ///< whose each series is

    bool takes(const Drawing& drawing) const {
        return measure == drawing.measure && figure.x.label == drawing.figure.x.label &&
               figure.y.label == drawing.figure.y.label;
    }
};

bool has_point(const Series& series);

/// The panels of the drawings, in their order, what stands only beside others last.
std::vector<Panel> panels_of(const std::vector<Drawing>& drawings);

/// The figure of a panel, with names for the legend: what a series is beside its subject comes
/// after that. Bounds, which say the same of all subjects, stand last, and one of a name is named.
/// Theory beside measured series is called that, with what tells its lines apart.
Figure figure_of(Panel panel);

}  // namespace steppe
