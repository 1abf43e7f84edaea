#pragma once

#include <memory>

#include "steppe/graph/row_factor.hpp"

namespace steppe {

/// A gate that may be violated: a row on which it is costs beta (an inverse temperature, in
/// [0, infinity]) instead of being forbidden. With P the probability that the outputs satisfy the
/// gate, its log-partition is
///
///     log( e^-beta + (1 - e^-beta) P ) = log( P + e^-beta (1 - P) ),
///
/// and violation() is e^-beta (1 - P) over what stands in that logarithm. Beta from 0 to 1e3 and
/// more neither cancels nor vanishes; infinity gives the gate itself back. (The label of a row that
/// is wrong with probability eps is the same measure with e^-beta = eps/(1 - eps), for each row
/// times 1 - eps.) Throws Error where beta is below 0 or no number.
std::shared_ptr<const RowFactor> tolerant_gate(std::shared_ptr<const RowFactor> gate, double beta);

}  // namespace steppe
