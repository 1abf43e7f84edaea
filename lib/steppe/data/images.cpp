#include "steppe/data/images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "steppe/data/file.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/random.hpp"

namespace steppe {

namespace {

/// The bytes of an IDX file (http://yann.lecun.com/exdb/mnist): two zeros, the type (8: unsigned
/// byte), the number of dimensions, each dimension as four bytes, high byte first, then the data.
struct Idx {
    std::vector<std::size_t> dimensions;
    std::vector<std::uint8_t> data;
};

Idx read_idx(const std::string& path, std::size_t dimensions, const char* what) {
    const std::string text = read_text(path);
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    if (text.size() < 4 || byte(0) != 0 || byte(1) != 0) {
        throw Error(
            fmt::format("{}: this is no IDX file (it does not begin with two zero bytes)", path));
    }
    if (byte(2) != 8) {
        throw Error(
            fmt::format("{}: its numbers are of IDX type 0x{:02x}; images and labels are "
                        "unsigned bytes, 0x08",
                        path, byte(2)));
    }
    if (byte(3) != dimensions) {
        throw Error(fmt::format("{}: it has {} dimension{}, and a file of {} has {}", path, byte(3),
                                byte(3) == 1 ? "" : "s", what, dimensions));
    }
    const std::size_t begin = 4 + 4 * dimensions;
    if (text.size() < begin) throw Error(fmt::format("{}: the file is cut short", path));
    Idx idx;
    std::size_t size = 1;
    for (std::size_t d = 0; d < dimensions; ++d) {
        std::size_t length = 0;
        for (std::size_t b = 0; b < 4; ++b) length = length << 8 | byte(4 + 4 * d + b);
        if (length == 0 || size > text.size() / length) {
            throw Error(
                length == 0
                    ? fmt::format("{}: dimension {} is 0: there are no {}", path, d + 1, what)
                    : fmt::format("{}: the file is cut short: it promises more {} than its "
                                  "{} bytes hold",
                                  path, what, text.size()));
        }
        idx.dimensions.push_back(length);
        size *= length;
    }
    if (text.size() - begin != size) {
        throw Error(fmt::format(
            "{}: {} bytes of data where its head promises {}: {}", path, text.size() - begin, size,
            text.size() - begin < size ? "the file is cut short" : "it is longer than it says"));
    }
    idx.data.assign(text.begin() + static_cast<std::ptrdiff_t>(begin), text.end());
    return idx;
}

std::vector<signed char> labels_of(const Images& images, std::span<const std::size_t> chosen,
                                   const ImageChoice& choice) {
    std::vector<signed char> labels;
    for (const std::size_t i : chosen) {
        labels.push_back(images.classes[i] == choice.positive ? 1 : -1);
    }
    return labels;
}

}  // namespace

Images read_images(const std::string& path, const std::string& labels_path) {
    Idx pictures = read_idx(path, 3, "images");
    Idx labels = read_idx(labels_path, 1, "labels");
    if (pictures.dimensions[0] != labels.dimensions[0]) {
        throw Error(fmt::format("{} holds {} labels, and {} holds {} images", labels_path,
                                labels.dimensions[0], path, pictures.dimensions[0]));
    }
    return {pictures.dimensions[1], pictures.dimensions[2], std::move(pictures.data),
            std::move(labels.data)};
}

std::vector<std::size_t> choose_images(const Images& images, const ImageChoice& choice) {
    if (choice.positive == choice.negative) {
        throw Error(fmt::format("both classes are {}: they must differ", choice.positive));
    }
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < images.count(); ++i) {
        if (images.classes[i] == choice.positive || images.classes[i] == choice.negative) {
            chosen.push_back(i);
        }
    }
    for (const std::uint8_t wanted : {choice.positive, choice.negative}) {
        if (std::ranges::none_of(chosen,
                                 [&](std::size_t i) { return images.classes[i] == wanted; })) {
            throw Error(fmt::format("no image is of class {}; the classes are 0 to {}", wanted,
                                    std::ranges::max(images.classes)));
        }
    }
    if (choice.take == 0) return chosen;
    if (choice.take > chosen.size()) {
        throw Error(fmt::format("{} images are wanted, and the two classes have {}", choice.take,
                                chosen.size()));
    }
    const Philox random(choice.seed, Stream::Images);
    for (std::size_t i = 0; i < choice.take; ++i) {
        std::swap(chosen[i], chosen[i + random.below(chosen.size() - i, i)]);
    }
    chosen.resize(choice.take);
    return chosen;
}

PatternSet binarised_images(const Images& images, std::span<const std::size_t> chosen,
                            const ImageChoice& choice) {
    std::vector<signed char> signs;
    signs.reserve(chosen.size() * images.inputs());
    for (const std::size_t i : chosen) {
        const std::span<const std::uint8_t> image = images.image(i);
        std::vector<std::uint8_t> sorted(image.begin(), image.end());
        std::ranges::sort(sorted);
        const std::size_t n = sorted.size();
        const int twice_median = sorted[(n - 1) / 2] + sorted[n / 2];
        for (const std::uint8_t pixel : image) signs.push_back(2 * pixel > twice_median ? 1 : -1);
    }
    return PatternSet::from_signs(images.inputs(), chosen.size(), signs,
                                  labels_of(images, chosen, choice));
}

PixelScale pixel_scale(const Images& images, std::span<const std::size_t> chosen) {
    const double count = static_cast<double>(chosen.size());
    PixelScale scale{std::vector<double>(images.inputs(), 0.0),
                     std::vector<double>(images.inputs(), 0.0)};
    for (const std::size_t i : chosen) {
        for (std::size_t p = 0; p < images.inputs(); ++p)
            scale.mean[p] += images.image(i)[p] / count;
    }
    for (const std::size_t i : chosen) {
        for (std::size_t p = 0; p < images.inputs(); ++p) {
            const double distance = images.image(i)[p] - scale.mean[p];
            scale.deviation[p] += distance * distance / count;
        }
    }
    for (std::size_t p = 0; p < images.inputs(); ++p) {
        // A pixel that never changes has a mean that is not quite its value.
        scale.deviation[p] = scale.deviation[p] > 1e-12 ? std::sqrt(scale.deviation[p]) : 0.0;
    }
    return scale;
}

RealPatterns standardised_images(const Images& images, std::span<const std::size_t> chosen,
                                 const ImageChoice& choice, const PixelScale& scale) {
    if (scale.mean.size() != images.inputs()) {
        throw Error(fmt::format("the images have {} pixels, those of the scale {}", images.inputs(),
                                scale.mean.size()));
    }
    std::vector<float> values;
    values.reserve(chosen.size() * images.inputs());
    for (const std::size_t i : chosen) {
        for (std::size_t p = 0; p < images.inputs(); ++p) {
            const double d = scale.deviation[p];
            values.push_back(d > 0.0 ? static_cast<float>((images.image(i)[p] - scale.mean[p]) / d)
                                     : 0.0f);
        }
    }
    return RealPatterns::from_values(images.inputs(), chosen.size(), values,
                                     labels_of(images, chosen, choice));
}

}  // namespace steppe
