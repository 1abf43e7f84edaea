#include "steppe/model/network.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numeric>

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
    if (activation == Activation::Relu) return false;
    return gate == Gate::Majority || hidden % 2 == 1;
}

std::string Network::name() const {
    if (gate == Gate::Parity) return "parity";
    return hidden == 1 ? "perceptron" : "committee";
}

void Network::validate() const {
    if (inputs == 0) throw Error("inputs is 0: a network needs at least one");
    if (hidden == 0) throw Error("hidden is 0: a network needs at least one unit");
    if (activation == Activation::Relu) {
        if (hidden < 2) {
            throw Error(fmt::format(
                "hidden is {}: ReLU units vote for and against, so that there must be 2 or more",
                hidden));
        }
        if (gate == Gate::Parity) {
            throw Error("a parity has sign units: ReLU units form a committee");
        }
        if (weights == WeightKind::Binary) {
            throw Error("ReLU units have real weights: use spherical weights");
        }
        if (margin != 0.0) {
            throw Error(fmt::format("margin is {}: ReLU units have none", margin));
        }
    } else if (gate == Gate::Majority && hidden % 2 == 0) {
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

double unit_overlap(const Network& network, const Weights& weights) {
    if (network.hidden == 1 || network.wiring == Wiring::Tree) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const std::vector<double> all = weights.values();
    const auto product = [&](std::size_t k, std::size_t l) {
        const double* first = all.data() + k * network.inputs;
        return std::inner_product(first, first + network.inputs, all.data() + l * network.inputs,
                                  0.0);
    };
    double sum = 0.0;
    for (std::size_t k = 0; k < network.hidden; ++k) {
        for (std::size_t l = 0; l < k; ++l) {
            sum += product(k, l) / std::sqrt(product(k, k) * product(l, l));
        }
    }
    return sum / (static_cast<double>(network.hidden * (network.hidden - 1)) / 2.0);
}

std::string activation_name(Activation activation) {
    return activation == Activation::Relu ? "relu" : "sign";
}

std::string wiring_name(Wiring wiring) {
    return wiring == Wiring::Tree ? "tree" : "full";
}

std::string weight_kind_name(WeightKind kind) {
    return kind == WeightKind::Spherical ? "spherical" : "binary";
}

}  // namespace steppe
