// OpenBLAS and LAPACK print what they think of a wrong argument on standard output, into the
// results. This function of the program stands before theirs.
#include <fmt/format.h>

#include <cstddef>
#include <stdexcept>
#include <string>

extern "C" [[gnu::visibility("default"), gnu::used]] void xerbla_(const char* name,
                                                                  const int* argument,
                                                                  std::size_t length) {
    throw std::logic_error(
        fmt::format("argument {} of {} is wrong", *argument, std::string(name, length)));
}
