#include "steppe/theory/local/reference.hpp"

#include <fmt/format.h>

namespace steppe::theory {

Reference typical_reference(const Model& model, double load, double margin) {
    Model asked = model;
    asked.margin = margin;
    const SaddlePoint point = replica_symmetric(asked, load);
    if (asked.weights != WeightSet::Spherical && point.entropy.value < 0.0) {
        throw NoSaddlePoint(
            fmt::format("{}: no solution of margin {} at load {}, above its capacity", model.name(),
                        margin, load));
    }
    Reference out;
    out.load = load;
    out.margin = margin;
    out.overlap = point.order.overlap;
    out.conjugate = point.conjugates.overlap;
    return out;
}

}  // namespace steppe::theory
