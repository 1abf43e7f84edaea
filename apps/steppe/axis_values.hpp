#pragma once

#include <string>
#include <vector>

#include "values.hpp"

namespace steppe::cli {

/// The values of an option that takes several, each as the option takes one: "0.5,0.6,0.7", or of
/// plain numbers a range "A:B:STEP" with both ends (without a step that of number_list.hpp, of
/// whole numbers 1). Throws Error that says what is wrong.
std::vector<std::string> axis_values(const std::string& text, const Values& one);

/// What such an option takes. one: what each of the values may be.
Values several_of(const Values& one);

}  // namespace steppe::cli
