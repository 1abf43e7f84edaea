#pragma once

#include <optional>

#include "steppe/theory/model.hpp"

namespace steppe::test {

/// Random labels stored by spherical weights: a perceptron, or infinitely many units.
struct Storage {
    std::optional<theory::Unit> unit;
    double margin = 0.0;

    operator theory::Model() const {
        theory::Model model;
        model.weights = theory::WeightSet::Spherical;
        model.margin = margin;
        if (unit) {
            model.units = theory::Model::infinite;
            model.unit = *unit;
        }
        return model;
    }
};

}  // namespace steppe::test
