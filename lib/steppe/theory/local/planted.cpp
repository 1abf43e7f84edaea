#include "steppe/theory/local/planted.hpp"

#include <fmt/format.h>

#include <cmath>

#include "steppe/theory/typical/imposed.hpp"

namespace steppe::theory {

PlantedPoint planted_local_entropy(const Model& model, double load, double overlap) {
    model.validate();
    if (model.labels != Labels::Teacher) {
        throw Error("the local entropy round a teacher needs a teacher's labels");
    }
    if (!(load >= 0.0 && std::isfinite(load))) {
        throw Error(fmt::format("load is {}: it must be a number of at least 0", load));
    }
    if (!(overlap >= 0.0 && overlap < 1.0)) {
        throw Error(
            fmt::format("the overlap with the teacher is {}: it must be at least 0 and "
                        "below 1",
                        overlap));
    }
    const std::optional<ImposedPoint> found =
        imposed_saddle_point(model, load, Imposed::Teacher, overlap);
    if (!found) {
        throw NoSaddlePoint(
            fmt::format("{}, load {}: no saddle point at overlap {:.6g} with the "
                        "teacher is stable",
                        model.name(), load, overlap));
    }
    PlantedPoint out;
    out.distance = 0.5 * (1.0 - overlap);
    out.saddle = found->point;
    out.entropy = out.saddle.entropy;
    out.field = found->pull;
    out.bound = entropy_around(model.weights, overlap);
    return out;
}

}  // namespace steppe::theory
