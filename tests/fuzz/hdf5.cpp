// HDF5, as patterns, as a solution or as a checkpoint. The library's own faults end its process,
// not this one.
#include <pthread.h>

#include "fuzz/reading.hpp"
#include "steppe/run/checkpoint_file.hpp"
#include "steppe/run/solution_file.hpp"

extern "C" void __sanitizer_set_death_callback(void (*callback)());

namespace {

/// A crash of the child is no finding: nothing is to be written about it.
const bool quiet_children = [] {
    ::pthread_atfork(nullptr, nullptr, [] { __sanitizer_set_death_callback([] {}); });
    return true;
}();

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace steppe::fuzz;
    std::string_view bytes = view(data, size);
    const unsigned choice = take_choice(bytes);
    const MemoryFile file(bytes);
    if (choice % 8 == 6) {
        accept_error([&] { steppe::read_checkpoint(file.path()); });
    } else if (choice % 2 == 0) {
        accept_error([&] { steppe::read_solution(file.path()); });
    } else {
        steppe::ReadOptions options;
        if (choice % 4 == 3) options.values = steppe::InputValues::Numbers;
        accept_error(
            [&] { steppe::read_any_patterns(file.path(), "", steppe::LabelUse::Fold, options); });
    }
    return quiet_children ? 0 : 1;
}
