#pragma once

#include <string>

#include "checks.hpp"
#include "problem.hpp"

namespace steppe::campaign {

/// The smallest problem found on which a check of that kind still fails: fewer patterns, fewer
/// inputs, fewer options, simpler numbers. Ends after some hundred tries or half a minute.
Problem shrink(const Problem& problem, const std::string& kind);

}  // namespace steppe::campaign
