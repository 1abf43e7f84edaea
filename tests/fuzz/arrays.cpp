// NumPy's .npy and .npz, as patterns, labels and weights.
#include "fuzz/reading.hpp"
#include "steppe/run/solution_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace steppe::fuzz;
    std::string_view bytes = view(data, size);
    const unsigned choice = take_choice(bytes);
    read_as_patterns(choice, bytes);
    const MemoryFile file(bytes);
    accept_error([&] { steppe::read_solution(file.path()); });
    return 0;
}
