#include "steppe/theory/planted.hpp"

#include <fmt/format.h>

#include "steppe/theory/imposed.hpp"
#include "steppe/theory/saddle_curve.hpp"

namespace steppe::theory {

PlantedPoint planted_local_entropy(const Model& model, double load, double overlap) {
    model.validate();
    if (model.labels != Labels::Teacher) {
        throw Error("the local entropy round a teacher needs a teacher's labels");
    }
    if (!(overlap >= 0.0 && overlap < 1.0)) {
        throw Error(
            fmt::format("the overlap with the teacher is {}: it must be at least 0 and "
                        "below 1",
                        overlap));
    }
    const std::optional<ImposedPoint> coarse = imposed_saddle_point(model, load, Imposed::Teacher,
                                                                    overlap, false),
                                      fine = imposed_saddle_point(model, load, Imposed::Teacher,
                                                                  overlap, true);
    if (!coarse || !fine) {
        throw NoSaddlePoint(
            fmt::format("{}, load {}: no saddle point at overlap {} with the "
                        "teacher is stable",
                        model.name(), load, overlap));
    }
    PlantedPoint out;
    out.distance = 0.5 * (1.0 - overlap);
    out.saddle = with_errors(fine->point, coarse->point);
    out.entropy = out.saddle.entropy;
    out.field = fine->pull;
    return out;
}

}  // namespace steppe::theory
