#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace steppe::cli {

/// The program: arguments without its own name. Results go to out, progress, warnings and errors to
/// err. Returns the exit status: 0 solved, 1 finished without a solution, 2 wrong request or input,
/// 3 interrupted. Tests call it with captured streams; main() with the terminal's.
int run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

}  // namespace steppe::cli
