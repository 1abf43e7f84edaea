#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "steppe/data/pattern_set.hpp"
#include "steppe/data/real_patterns.hpp"

/// Patterns from images of two classes, as MNIST and Fashion-MNIST come.
namespace steppe {

/// Grey images of one size with a class each.
struct Images {
    std::size_t rows = 0, columns = 0;
    std::vector<std::uint8_t> pixels;   ///< image after image, row after row
    std::vector<std::uint8_t> classes;  ///< of each image

    std::size_t count() const { return classes.size(); }
    std::size_t inputs() const { return rows * columns; }
    std::span<const std::uint8_t> image(std::size_t i) const {
        return std::span(pixels).subspan(i * inputs(), inputs());
    }
};

/// Reads IDX files of unsigned bytes, plain or gzip (recognised by content): images (three
/// dimensions) and their classes (one). Throws Error naming the file where it is no such file, is
/// cut short or longer than it says, or the numbers of images and classes differ.
Images read_images(const std::string& path, const std::string& labels_path);

/// Which images become patterns.
struct ImageChoice {
    std::uint8_t positive = 0, negative = 1;  ///< the class with label +1, and that with -1
    std::size_t take = 0;                     ///< so many, drawn at random; 0: all, in the
                                              ///< file's order
    std::uint64_t seed = 1;                   ///< names the draw (Stream::Images)
};

/// Indices of the chosen images. Throws Error where a class does not occur, both are the same, or
/// there are fewer than `take`.
std::vector<std::size_t> choose_images(const Images& images, const ImageChoice& choice);

/// +1 where a pixel is above the median of its own image (of an even number of pixels the mean of
/// the middle two), else -1; labels beside.
PatternSet binarised_images(const Images& images, std::span<const std::size_t> chosen,
                            const ImageChoice& choice);

/// Mean and deviation of every pixel over some images.
struct PixelScale {
    std::vector<double> mean, deviation;
};
PixelScale pixel_scale(const Images& images, std::span<const std::size_t> chosen);

/// (pixel - mean) / deviation, 0 where the deviation is 0; labels beside. A test set takes the
/// scale of the training set.
RealPatterns standardised_images(const Images& images, std::span<const std::size_t> chosen,
                                 const ImageChoice& choice, const PixelScale& scale);

}  // namespace steppe
