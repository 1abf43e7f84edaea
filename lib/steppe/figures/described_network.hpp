#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "steppe/theory/model.hpp"

/// What files say of the network and its patterns (internal; not installed).
namespace steppe {

struct DescribedNetwork {
    nlohmann::json model;      ///< keys as in the summary of `steppe solve`
    std::string labels;        ///< "random", "teacher", or empty: nothing says
    double temperature = 0.0;  ///< 0: patterns must be stored
};

/// "binary perceptron, margin 0.05", "spherical full committee of 5 relu units, teacher's labels".
/// What theory knows has the name that it gives it.
std::string words_for(const DescribedNetwork& network);

/// The same as theory has it, with random patterns; nothing where it does not know it: `why` is
/// then a sentence without its subject.
std::optional<theory::Model> theory_model(const DescribedNetwork& network, std::string& why);

}  // namespace steppe
