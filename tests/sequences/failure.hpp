#pragma once

#include <functional>
#include <string>
#include <vector>

#include "steppe/inference/solver_state.hpp"

namespace steppe::sequences {

/// What a check found: its name and what is wrong, with numbers.
struct Failed {
    std::string kind, what;
};

/// The sentence of the Error that the work throws; empty where it throws none. Fails where anything
/// else is thrown, or what is no sentence of our own.
std::string refusal(const std::function<void()>& work);

/// The work must throw an Error.
void must_refuse(const std::string& what, const std::function<void()>& work);

/// The same to the last bit, NaN included.
bool same(double x, double y);
bool same(const std::vector<double>& x, const std::vector<double>& y);
/// The array that differs; empty where none does.
std::string difference(const SolverState& x, const SolverState& y);

}  // namespace steppe::sequences
