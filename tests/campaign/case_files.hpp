#pragma once

#include <string>
#include <vector>

namespace steppe::campaign {

/// Files as they are named, and of folders those that end in .txt; in order.
std::vector<std::string> case_files(const std::vector<std::string>& names);

}  // namespace steppe::campaign
