#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "steppe/model/weights.hpp"
#include "steppe/theory/local/planted.hpp"
#include "steppe/theory/local/wide_regions.hpp"
#include "support/oracles.hpp"

/// What is known from elsewhere of the solutions round given weights.
namespace steppe::test {

/// The reference solution of a file of enumeration/.
inline Weights reference_solution(const Oracle& oracle) {
    std::vector<signed char> signs;
    for (const double w : numbers(oracle.header.at("reference_solution"))) {
        signs.push_back(w < 0.0 ? -1 : 1);
    }
    return Weights::from_signs(oracle.network.unit_inputs(), oracle.network.hidden, signs);
}

/// Of all solutions, under an external field along the reference solution.
struct Pulled {
    double free_entropy;  ///< per weight
    double distance;      ///< mean
};

/// From the histogram of solutions by their distance from the reference solution.
inline Pulled pulled_solutions(const Oracle& oracle, double field) {
    const std::vector<double> counts =
        numbers(oracle.header.at("solutions_at_hamming_distance_from_reference"));
    const auto n = static_cast<double>(counts.size() - 1);
    double sum = 0.0, distance = 0.0;
    for (std::size_t d = 0; d < counts.size(); ++d) {
        const double weight = counts[d] * std::exp(field * (n - 2.0 * static_cast<double>(d)));
        sum += weight;
        distance += weight * static_cast<double>(d);
    }
    return {std::log(sum) / n, distance / (sum * n)};
}

/// Replica theory round the teacher of a binary perceptron, at the distances at which it is
/// measured.
inline std::vector<theory::PlantedPoint> planted_points(double load) {
    theory::Model model;
    model.labels = theory::Labels::Teacher;
    std::vector<theory::PlantedPoint> points;
    for (const double distance : {0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3}) {
        points.push_back(theory::planted_local_entropy(model, load, 1.0 - 2.0 * distance));
    }
    return points;
}

/// The largest entropy that solutions can have whose pairs are a distance apart (binary
/// perceptron), of replicas to infinity.
inline double widest_entropy(double load, double distance) {
    return theory::wide_regions({}, load, theory::infinitely_many, {distance})
        .front()
        .entropy.value;
}

}  // namespace steppe::test
