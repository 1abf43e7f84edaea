#pragma once

#include <cmath>
#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "steppe/model/weights.hpp"
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

/// A row of replica theory round a teacher.
struct PlantedRow {
    double load, distance, field, entropy, overlap;  ///< overlap: of two solutions with each other
};

/// The rows of a load that have a field; file: "planted_local_entropy.csv".
inline std::vector<PlantedRow> planted_rows(const std::string& file, double load) {
    const std::string path = std::string(STEPPE_TEST_DATA) + "/oracles/" + file;
    std::ifstream stream(path);
    if (!stream) throw std::runtime_error("no file " + path);
    std::vector<PlantedRow> rows;
    for (std::string line; std::getline(stream, line);) {
        if (line[0] < '0' || line[0] > '9' || line.find(",,") != std::string::npos) continue;
        for (char& c : line) c = c == ',' ? ' ' : c;
        const std::vector<double> v = numbers(line);
        if (v.size() == 5 && v[0] == load) rows.push_back({v[0], v[1], v[2], v[3], v[4]});
    }
    if (rows.empty()) throw std::runtime_error("no rows of that load in " + path);
    return rows;
}

/// The largest entropy that solutions can have whose pairs are a distance apart (binary perceptron,
/// local_entropy_binary_perceptron.csv); NaN where the file has none.
inline double widest_entropy(double load, double distance) {
    std::ifstream stream(std::string(STEPPE_TEST_DATA) +
                         "/oracles/local_entropy_binary_perceptron.csv");
    for (std::string line; std::getline(stream, line);) {
        for (char& c : line) c = c == ',' ? ' ' : c;
        const std::vector<double> v = numbers(line);
        if (v.size() == 4 && v[0] == load && v[1] == distance) return v[2];
    }
    return std::nan("");
}

}  // namespace steppe::test
