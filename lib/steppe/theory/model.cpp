#include "steppe/theory/model.hpp"

#include <fmt/format.h>

#include <cmath>

#include "steppe/error.hpp"

namespace steppe::theory {

namespace {

[[noreturn]] void refuse(const std::string& why) {
    throw Error(why);
}

void check_units(const Model& model) {
    const bool several = model.units != 1;
    if (!several && model.unit != Unit::Sign) {
        refuse("units other than sign belong to committees: ask for 2 or more, or infinitely many");
    }
    if (model.rule == Rule::Band && several) {
        refuse("the symmetric perceptron has one unit");
    }
    if (model.rule == Rule::Parity) {
        if (model.units < 2 || model.units > 9) {
            refuse("theory of the parity takes 2 to 9 units");
        }
        if (model.unit != Unit::Sign) refuse("a parity has sign units");
        return;
    }
    if (!several || model.units == Model::infinite) return;
    if (model.unit == Unit::Sign && (model.units % 2 == 0 || model.units > 9)) {
        refuse(
            fmt::format("{} sign units: theory of a committee takes 3, 5, 7, 9 or infinitely many",
                        model.units));
    }
    if (model.unit == Unit::Relu) {
        // Where all fields are negative the answer is -1: with c_k = +-1 and few units those of
        // either sign are not alike, and their overlaps differ.
        refuse(
            fmt::format("{} relu units: their overlaps differ, since ties are answered by -1; "
                        "theory of a committee takes infinitely many",
                        model.units));
    }
    if ((model.unit == Unit::Erf || model.unit == Unit::Tanh) && model.units > 3) {
        refuse(fmt::format("{} {} units: theory of a committee takes 2, 3 or infinitely many",
                           model.units, name_of(model.unit)));
    }
    if (model.unit == Unit::Square) {
        refuse("square units: theory of a committee takes infinitely many");
    }
}

}  // namespace

void Model::validate() const {
    check_units(*this);
    if (!std::isfinite(margin) || std::abs(margin) > 6.0) {
        refuse(fmt::format("margin is {}: it must be between -6 and 6", margin));
    }
    if (rule == Rule::Band && margin <= 0.0) {
        refuse(
            fmt::format("margin is {}: that of the symmetric perceptron must be above 0", margin));
    }
    if (units != 1 && units != infinite && margin != 0.0 && unit != Unit::Sign) {
        refuse("a margin belongs to one unit, to sign units, or to infinitely many");
    }
    if (rule == Rule::Parity && margin != 0.0) refuse("a parity has no margin");
    if (weights == WeightSet::Ternary && (units != 1 || labels == Labels::Teacher)) {
        refuse("theory of ternary weights is that of one unit and random labels");
    }
    if (!(beta > 0.0)) refuse(fmt::format("beta is {}: it must be above 0", beta));
    if (labels == Labels::Teacher) {
        if (rule == Rule::Band) refuse("the symmetric perceptron takes random labels only");
    }
}

Kernel field_order(const Model& model, double q) {
    if (model.units != Model::infinite) return {q, 1.0, 0.0};
    Kernel order = kernel(model.unit, std::abs(q));
    if (q < 0.0) {
        order.value = -order.value;
        order.curvature = -order.curvature;
    }
    return order;
}

std::string Model::name() const {
    const char* set = weights == WeightSet::Binary    ? "binary"
                      : weights == WeightSet::Ternary ? "ternary"
                                                      : "spherical";
    std::string kind;
    if (rule == Rule::Band) {
        kind = "symmetric perceptron";
    } else if (units == 1) {
        kind = "perceptron";
    } else {
        const std::string count = units == infinite ? "infinitely many" : std::to_string(units);
        kind = fmt::format("tree {} of {} {} units", rule == Rule::Parity ? "parity" : "committee",
                           count, name_of(unit));
    }
    std::string out = fmt::format("{} {}", set, kind);
    if (margin != 0.0) out += fmt::format(", margin {}", margin);
    if (hot()) out += fmt::format(", beta {}", beta);
    if (labels == Labels::Teacher) out += ", teacher's labels";
    return out;
}

}  // namespace steppe::theory
