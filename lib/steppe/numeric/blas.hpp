#pragma once

#include <string>

/// OpenBLAS, before it is called (internal; not installed).
namespace steppe {

/// Holds OpenBLAS to one thread; called before all that has it work, in no parallel loop. Under a
/// limit on memory (ulimit -v) it also has OpenBLAS take its work space, for as many threads as
/// loops may use here: without room for it OpenBLAS tries again for ever. Throws Error where there
/// is none.
void hold_blas_to_one_thread();

/// What does the dense products, and the kernels it has chosen: "OpenBLAS, SkylakeX".
std::string blas_name();

}  // namespace steppe
