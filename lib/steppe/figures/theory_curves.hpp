#pragma once

#include <optional>
#include <vector>

#include "steppe/figures/theory_series.hpp"
#include "steppe/theory/model.hpp"

/// Drawings computed from theory (internal; not installed). All throw Error where there is none.
namespace steppe {

/// How many of so many points are worth their time: of several units each takes much longer.
int affordable_points(const theory::Model& model, int points);

/// Free entropy and overlap of typical solutions against the load, and with a teacher's labels the
/// three errors on new patterns.
std::vector<Drawing> theory_of_loads(const theory::Model& model, const std::vector<double>& loads);
/// A mark where the capacity is; nothing where there is none.
std::optional<Drawing> theory_of_capacity(const theory::Model& model);
/// The density of stabilities of typical solutions from the margin to a largest stability: for
/// panels of typical solutions and of given ones. One unit.
std::vector<Drawing> theory_of_stabilities(const theory::Model& model, double load, double to);
/// Local entropies up to a distance, and less their bound: round the teacher; of the widest
/// regions, from their middle (+-1 weights, one unit), as far as there are any; round typical
/// solutions (random labels).
std::vector<Drawing> theory_round_teacher(const theory::Model& model, double load, double to);
std::vector<Drawing> theory_of_wide_regions(const theory::Model& model, double load, double to);
std::vector<Drawing> theory_round_typical(const theory::Model& model, double load, double to);
/// Overlaps after each iteration of approximate message passing.
std::vector<Drawing> theory_of_iterations(const theory::Model& model, double load,
                                          std::size_t iterations);

}  // namespace steppe
