// IDX files: the first two bytes say where the images end and their classes begin.
#include "steppe/data/images.hpp"
#include "fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace steppe;
    if (size < 2) return 0;
    const std::string_view bytes = fuzz::view(data + 2, size - 2);
    const std::size_t end = std::min<std::size_t>(bytes.size(), data[0] + 256u * data[1]);
    const fuzz::MemoryFile images(bytes.substr(0, end)), classes(bytes.substr(end));
    fuzz::accept_error([&] {
        const Images read = read_images(images.path(), classes.path());
        const ImageChoice choice;
        const std::vector<std::size_t> chosen = choose_images(read, choice);
        binarised_images(read, chosen, choice);
        standardised_images(read, chosen, choice, pixel_scale(read, chosen));
    });
    return 0;
}
