#pragma once

#include <cstddef>
#include <string>

/// How much memory there is, asked before it is taken.
namespace steppe {

/// What this process may still take. A machine gives memory that it does not have and ends the
/// process later; a limit (ulimit -v) refuses at once.
struct MemoryRoom {
    double bytes;  ///< the machine's memory, or what the limit leaves where that is less
    bool limited;  ///< whether a limit is the reason
};
MemoryRoom memory_room();

/// Bytes of address space in use; 0 where that is not known.
double address_space();

/// Whether address space is limited (ulimit -v), as memory of some libraries is taken in advance.
bool memory_is_limited();

/// "so many GB, and this machine has so many", or "..., and the limit on memory (ulimit -v) leaves
/// so many": to stand behind "needs". Empty where `bytes` fit.
std::string memory_shortage(double bytes);

/// Throws Error where `bytes` do not fit: "WHAT need so many GB, and this machine has so many";
/// `what` is a plural.
void require_memory(double bytes, const std::string& what);

/// 1.5 kB, 20.0 MB, 3.20 GB; powers of ten.
std::string bytes_text(double bytes);

}  // namespace steppe
