#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include "steppe/theory/kernel.hpp"

/// The ensembles that replica theory is asked about. Inputs are independent, of mean 0 and variance
/// 1; h is the field of a unit, sum_i xi_i w_i / sqrt(n) over its n inputs.
namespace steppe::theory {

enum class WeightSet {
    Binary,    ///< +-1
    Ternary,   ///< -1, 0, 1, counted alike (the norm Q is an order parameter); random labels only
    Spherical  ///< real, of norm sqrt(n); volumes are relative to that of the whole sphere
};

/// What is asked of the fields of a pattern whose label is folded in.
enum class Rule {
    Majority,  ///< sum_k c_k f(h_k) > 0; one unit: h > margin
    Parity,    ///< prod_k sign(h_k) > 0
    Band       ///< one unit: |h| <= margin, "symmetric perceptron"; random labels only
};

enum class Labels {
    Random,
    Teacher  ///< those of a network of the same kind, drawn like the weights
};

struct Model {
    /// For `units`: the limit of infinitely many.
    static constexpr std::size_t infinite = 0;

    WeightSet weights = WeightSet::Binary;
    /// Hidden units, each with inputs of its own ("tree"): 1 for a perceptron.
    std::size_t units = 1;
    /// f, where there are several.
    Unit unit = Unit::Sign;
    Rule rule = Rule::Majority;
    /// Of either sign, in units of h. Several sign units: of each; infinitely many: of the output
    /// field sum_k f(h_k)/sqrt(K).
    double margin = 0.0;
    /// A pattern that is not stored costs that much; infinite: it is forbidden.
    double beta = std::numeric_limits<double>::infinity();
    Labels labels = Labels::Random;

    /// Whether the answer is the sign of one field, of overlap q: one unit, or two of which f is
    /// odd and rising, whose sum has the sign of h_1 + h_2 (c_k taken into the weights).
    bool is_perceptron() const {
        return units == 1 || (units == 2 && (unit == Unit::Erf || unit == Unit::Tanh));
    }
    /// Whether a field of 0 keeps the rule, one with room to spare.
    bool keeps_without_field() const {
        return rule == Rule::Band || (rule == Rule::Majority && margin < 0.0);
    }
    bool hot() const { return beta < std::numeric_limits<double>::infinity(); }

    /// Throws Error with one sentence for what is no model, or one that is not known.
    void validate() const;
    /// "binary perceptron", "spherical tree committee of 3 sign units, teacher's labels", ...
    std::string name() const;
};

/// The order of the field on which the rule acts, and its slope and curvature by that of the
/// weights, q in [-1, 1]: q itself, of infinitely many units their kernel. Of a q below 0 that of
/// odd units.
Kernel field_order(const Model& model, double q);

}  // namespace steppe::theory
