#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "steppe/options/solve_options.hpp"
#include "steppe/options/solver.hpp"

/// What the solvers that pass messages share (internal; not installed).
namespace steppe::solvers {

/// The common options that all of them have.
std::vector<std::string_view> message_options();

/// Settings of all of them.
extern const std::span<const Default> message_settings;
/// Settings of those that take patterns one by one, bp and amp.
extern const std::span<const Default> row_settings;

/// Why correlated patterns ask for what takes them.
std::string correlated_words(const ProblemTraits& problem);

}  // namespace steppe::solvers
