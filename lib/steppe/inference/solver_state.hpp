#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace steppe {

/// Numbers of one kind with a name.
struct NamedArray {
    std::string name;
    std::variant<std::vector<float>, std::vector<double>, std::vector<std::uint64_t>> values;
};

/// All that a solver needs to go on exactly where it was: a solver built from the same graph and
/// options and restored from it takes the same steps, bit for bit.
struct SolverState {
    std::string solver;  ///< which solver and precision it belongs to
    std::vector<NamedArray> arrays;
};

}  // namespace steppe
