#pragma once

#include <cstddef>
#include <string>

#include "steppe/model/weights.hpp"

namespace steppe {

/// Which inputs a hidden unit sees.
enum class Wiring {
    Full,  ///< all of them
    Tree   ///< its own: unit k those from k inputs/hidden on
};

/// How the units' outputs become one answer (one unit: itself).
enum class Gate {
    Majority,  ///< the sign of their sum; an odd number of units
    Parity     ///< their product; two units or more
};

/// What a hidden unit makes of its sum z.
enum class Activation {
    Sign,  ///< +1 or -1
    Relu   ///< max(z/sqrt(n), 0), n the unit's inputs
};

/// What a network is. One hidden unit is the perceptron, more under the majority gate are a
/// committee, more under the parity gate a parity machine.
struct Network {
    std::size_t inputs = 0;
    std::size_t hidden = 1;
    Wiring wiring = Wiring::Full;
    Gate gate = Gate::Majority;
    WeightKind weights = WeightKind::Binary;
    /// kappa: a unit's output is +1 where z = sum_i xi_i w_i > kappa sqrt(unit_inputs()), else -1;
    /// any finite number. Patterns are taken with their labels folded in, where that can be.
    double margin = 0.0;
    /// With ReLU units the answer is +1 where sum_k c_k max(z_k, 0) > 0, else -1, with c_k = +1,
    /// -1, +1, ...; at least two units, real weights, no margin, no parity.
    Activation activation = Activation::Sign;

    /// Inputs that one unit sees.
    std::size_t unit_inputs() const;
    /// The first input that unit k sees.
    std::size_t first_input(std::size_t k) const;
    /// Number of weights of the whole network: load = patterns / weights.
    std::size_t weight_count() const;
    /// What z of a unit has to exceed: margin sqrt(unit_inputs()).
    double threshold() const;
    /// Whether a unit's output is +1 where z is exactly the threshold. On a pattern as it was given
    /// it is -1. On one that was turned when its label was folded in (PatternSet::turned) the
    /// output is the opposite of that on the pattern as it was given: +1. A margin other than 0 is
    /// asked for on the pattern with its label folded in, so that there it is -1 on all of them.
    bool tie_is_positive(bool turned) const { return turned && margin == 0.0; }
    /// Whether the answer turns when all inputs are turned, so that a wanted output of -1 can be
    /// folded into the pattern: all networks of sign units but the parity of an even number of
    /// them.
    bool folds_labels() const;
    /// The network's answer, +1 or -1, where that many units answer +1.
    int answer(std::size_t positive_units) const {
        const bool yes =
            gate == Gate::Parity ? (hidden - positive_units) % 2 == 0 : 2 * positive_units > hidden;
        return yes ? 1 : -1;
    }
    /// c_k of ReLU units.
    static double output_weight(std::size_t k) { return k % 2 == 0 ? 1.0 : -1.0; }
    /// Whether turning weights maps solutions to solutions (the parity of some units).
    bool is_symmetric() const { return gate == Gate::Parity; }
    /// "perceptron", "committee" or "parity".
    std::string name() const;
    /// Throws Error naming the value that is wrong: inputs 0, hidden 0, an even number of units
    /// under the majority gate, one unit under the parity gate, inputs that the units of a tree do
    /// not divide, a margin that is not finite.
    void validate() const;
};

/// Mean cosine of the angle between the weights of two hidden units, over all pairs: 1 where all
/// units are equal, and a committee is a perceptron; NaN for one unit and for trees.
double unit_overlap(const Network& network, const Weights& weights);

/// "sign" or "relu".
std::string activation_name(Activation activation);
/// "full" or "tree".
std::string wiring_name(Wiring wiring);
/// "binary" or "spherical".
std::string weight_kind_name(WeightKind kind);

}  // namespace steppe
