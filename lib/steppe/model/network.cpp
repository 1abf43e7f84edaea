#include "steppe/model/network.hpp"

#include <fmt/format.h>

#include <cmath>

#include "steppe/error.hpp"

namespace steppe {

std::size_t Network::unit_inputs() const {
    return wiring == Wiring::Tree ? inputs / hidden : inputs;
}

std::size_t Network::first_input(std::size_t k) const {
    return wiring == Wiring::Tree ? k * unit_inputs() : 0;
}

std::size_t Network::weight_count() const {
    return unit_inputs() * hidden;
}

double Network::threshold() const {
    return margin * std::sqrt(static_cast<double>(unit_inputs()));
}

bool Network::folds_labels() const {
    return gate == Gate::Majority || hidden % 2 == 1;
}

std::string Network::name() const {
    if (gate == Gate::Parity) return "parity";
    return hidden == 1 ? "perceptron" : "committee";
}

void Network::validate() const {
    if (inputs == 0) throw Error("inputs is 0: a network needs at least one");
    if (hidden == 0) throw Error("hidden is 0: a network needs at least one unit");
    if (gate == Gate::Majority && hidden % 2 == 0) {
        throw Error(fmt::format("hidden is {}: a majority needs an odd number of units", hidden));
    }
    if (gate == Gate::Parity && hidden == 1) {
        throw Error("hidden is 1: a parity needs two units or more");
    }
    if (wiring == Wiring::Tree && inputs % hidden != 0) {
        throw Error(fmt::format(
            "{} inputs cannot be shared out among the {} units of a tree: take {} or {}", inputs,
            hidden, inputs > hidden ? inputs / hidden * hidden : hidden,
            (inputs / hidden + 1) * hidden));
    }
    if (!std::isfinite(margin)) {
        throw Error(fmt::format("margin is {}: it must be a finite number", margin));
    }
}

std::string wiring_name(Wiring wiring) {
    return wiring == Wiring::Tree ? "tree" : "full";
}

std::string weight_kind_name(WeightKind kind) {
    return kind == WeightKind::Spherical ? "spherical" : "binary";
}

}  // namespace steppe
