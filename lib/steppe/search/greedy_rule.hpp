#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/model/batch_products.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// Which unit a greedy learner moves for a pattern that is answered wrongly (internal; not
/// installed): among the units whose output is in the way, the one whose sum is closest to its
/// threshold, so that as little as possible has to change (Mitchison and Durbin, Biol. Cybern.
/// 60:345, 1989).
struct GreedyMove {
    bool wrong = false;
    std::size_t unit = 0;
    double direction = 1.0;  ///< of its sum: +1 to raise it, -1 to lower it
};

/// What the units of a network make of a pattern.
struct GreedySums {
    std::span<const double> z;           ///< of every unit
    std::span<const double> thresholds;  ///< what each has to exceed
    bool tie = false;                    ///< Network::tie_is_positive of the pattern

    bool positive(std::size_t k) const {
        return z[k] > thresholds[k] || (tie && z[k] == thresholds[k]);
    }
    std::size_t positive_units() const;
};

/// wanted: +1 or -1. Under the majority gate a unit is in the way where it votes against the wanted
/// answer; under the parity gate every unit is.
GreedyMove greedy_move(const Network& network, const GreedySums& sums, int wanted);

/// Real weights that learn greedily, for least-action learning and its replicas (internal).
class GreedyWeights {
  public:
    GreedyWeights(const Network& network, const Patterns& patterns, std::vector<float> weights);

    /// The perceptron rule, w += rate * direction * xi, on the unit that greedy_move names, for
    /// those of the rows that are answered wrongly by the weights as they were before the first of
    /// them. Returns how many were.
    std::size_t learn(std::span<const std::size_t> rows, double rate);

    std::vector<float>& values() { return weights_; }
    const std::vector<float>& values() const { return weights_; }

  private:
    Network network_;
    BatchProducts<float> products_;
    std::vector<float> weights_;  ///< unit by unit
    std::vector<double> thresholds_;
    BatchProducts<float>::Table batch_sums_;
    std::vector<double> sums_;
};

}  // namespace steppe
