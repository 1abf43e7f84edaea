#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/inference/message_passing.hpp"
#include "steppe/options/solve_options.hpp"

namespace steppe {

/// What inputs are.
enum class InputKind { Signs, Numbers };

/// A network, the kind of its inputs and a solver.
struct Combination {
    Network network;
    InputKind inputs = InputKind::Signs;
    std::string solver = "amp";
    std::optional<Accuracy> accuracy = {};  ///< of solvers that have several
};

/// All there are, with small networks: model, wiring and weights vary slowest, then inputs, then
/// solver and accuracy.
std::vector<Combination> all_combinations();

/// The graph of such a problem: a few random patterns.
FactorGraph make_example_graph(const Combination& combination);

/// A solver of it; throws Error with a sentence that names the
/// combination to take instead where there is none.
std::unique_ptr<MessagePassing> make_example(const Combination& combination);

/// A table in Markdown of what works, made by trying, and the sentences of what is refused.
std::string combinations_markdown();

}  // namespace steppe
