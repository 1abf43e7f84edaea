#pragma once

#include <functional>
#include <string>

#include "checks.hpp"
#include "problem.hpp"

namespace steppe::campaign {

using Fails = std::function<bool(const Problem&)>;

/// The smallest problem found that still fails: fewer patterns, fewer inputs, fewer options,
/// simpler numbers. Ends after some hundred tries or half a minute.
Problem shrink(const Problem& problem, const Fails& fails);
/// The same, of a check of that kind.
Problem shrink(const Problem& problem, const std::string& kind);

}  // namespace steppe::campaign
