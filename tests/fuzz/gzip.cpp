// Packed files: their head is put there, so that what follows is taken for gzip's data.
#include "fuzz/reading.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    steppe::fuzz::read_as_patterns(0, "\x1f\x8b" + std::string(steppe::fuzz::view(data, size)));
    return 0;
}
