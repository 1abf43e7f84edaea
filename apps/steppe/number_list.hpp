#pragma once

#include <string>
#include <vector>

#include "values.hpp"

namespace steppe::cli {

/// Numbers as people write them: "0.2,0.3,0.5", or a range "A:B[:STEP]" with both ends (13 numbers
/// without a step; the last step is left out where it does not end at B). Throws Error that says
/// what was read and what would be right.
std::vector<double> numbers_of(const std::string& text);

/// The shortest that numbers_of reads as these: a range where their steps are equal.
std::string list_text(const std::vector<double>& values);

/// What an option of such numbers takes.
Values number_list();

}  // namespace steppe::cli
