#pragma once

#include <cstddef>
#include <string>

#include "steppe/model/network.hpp"

namespace steppe {

/// What a free entropy is judged by (internal; not installed).
struct EntropyCase {
    WeightKind weights = WeightKind::Binary;
    bool infinite_coupling = false;  ///< gamma of the last iteration
    bool focused = false;            ///< a coupling above 0
    bool converged = false;
    std::size_t lost_patterns = 0;  ///< that the solver could not keep
};

/// A free entropy, or NaN and why there is none.
struct JudgedEntropy {
    double value;
    std::string note;
};

/// What may be told of a value that a solver gave, per weight: without focusing nothing is above
/// ln 2 (+-1 weights) or 0 (real ones) by more than 1e-6.
JudgedEntropy judge_entropy(double value, const EntropyCase& of);

}  // namespace steppe
