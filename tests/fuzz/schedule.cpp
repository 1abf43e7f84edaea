// Files of --schedule.
#include "fuzz/input.hpp"
#include "steppe/schedule/focusing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const steppe::fuzz::MemoryFile file(steppe::fuzz::view(data, size));
    steppe::fuzz::accept_error([&] { steppe::FocusingSchedule::from_file(file.path()); });
    return 0;
}
