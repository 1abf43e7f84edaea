#pragma once

#include <string>
#include <vector>

namespace steppe {

/// Instruction sets the kernels can use on this machine, best first: "AVX3_DL", "AVX3", "AVX2", ...
std::vector<std::string> simd_targets();

/// The one in use.
std::string simd_target_name();

/// Uses this instruction set, or the best below it that there is; "" goes back to the best. For
/// tests and benchmarks; no kernel may be running. Throws Error for a name not in simd_targets().
void limit_simd_target(const std::string& name);

}  // namespace steppe
