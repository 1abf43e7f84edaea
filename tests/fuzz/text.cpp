// Tables of patterns and labels as text.
#include "fuzz/reading.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes = steppe::fuzz::view(data, size);
    const unsigned choice = steppe::fuzz::take_choice(bytes);
    steppe::fuzz::read_as_patterns(choice, bytes);
    return 0;
}
