#pragma once

#include <optional>

#include "steppe/theory/typical/replica_symmetric.hpp"

/// Saddle points of q while a second order parameter is imposed (internal; not installed): the
/// overlap R with the teacher, or the norm Q of ternary weights.
namespace steppe::theory {

/// What is imposed, and which conjugate holds it there.
enum class Imposed { Teacher, Norm };

/// The one of smallest entropy among those that are stable against a change of q, at a load;
/// nothing where there is none. `pull` is how much the entropy falls (teacher) as the imposed order
/// grows: the external field that holds it there.
struct ImposedPoint {
    SaddlePoint point;
    Value pull;
};
std::optional<ImposedPoint> imposed_saddle_point(const Model& model, double load, Imposed which,
                                                 double imposed);

/// Saddle points at which nothing holds the second order either, and which are stable against its
/// change.
std::vector<SaddlePoint> free_saddle_points(const Model& model, double load, Imposed which);

}  // namespace steppe::theory
