#pragma once

#include <string>
#include <vector>

#include "steppe/options/option.hpp"

namespace steppe::sequences {

/// Values of an option that the table allows, by their type: bounds, usual ones, ranges; every
/// option has some, also those that are added to the table after this was written.
const std::vector<std::string>& good_values(const Option& option);

/// Texts that the table forbids, for being no such value or out of range.
const std::vector<std::string>& bad_values(const Option& option);

}  // namespace steppe::sequences
