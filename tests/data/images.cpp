#include "steppe/data/images.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "steppe/error.hpp"
#include "support/files.hpp"
#include "support/images.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

std::string refusal(const std::string& path, const std::string& labels) {
    try {
        read_images(path, labels);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

/// Six images of 2 x 2 pixels of classes 3, 4, 3, 7, 4, 3.
Images six() {
    Images images{2, 2, {}, {3, 4, 3, 7, 4, 3}};
    for (std::uint8_t i = 0; i < 24; ++i) {
        images.pixels.push_back(static_cast<std::uint8_t>(i * i % 50));
    }
    return images;
}

}  // namespace

TEST_CASE("images and their classes are read as they were written") {
    const Folder folder;
    const std::string pictures = folder.write("p", idx({2, 1, 3}, {1, 2, 3, 250, 0, 9}));
    const Images images = read_images(pictures, folder.write("l", idx({2}, {7, 1})));
    CHECK(images.count() == 2);
    CHECK(images.rows == 1);
    CHECK(images.columns == 3);
    CHECK(images.image(1)[0] == 250);
    CHECK(images.classes == std::vector<std::uint8_t>{7, 1});
}

TEST_CASE("truncated, mislabelled and foreign files are refused with the reason") {
    const Folder folder;
    const std::string good = idx({2, 1, 3}, {1, 2, 3, 4, 5, 6}), labels = idx({2}, {0, 1});
    const std::string p = folder.write("p", good), l = folder.write("l", labels);
    CHECK(refusal(folder.write("a", "1 -1 1\n"), l) ==
          folder / "a" + ": this is no IDX file (it does not begin with two zero bytes)");
    std::string reals = good;
    reals[2] = '\x0d';
    CHECK(refusal(folder.write("b", reals), l) ==
          folder / "b" +
              ": its numbers are of IDX type 0x0d; images and labels are unsigned "
              "bytes, 0x08");
    CHECK(refusal(l, l) == l + ": it has 1 dimension, and a file of images has 3");
    CHECK(refusal(p, p) == p + ": it has 3 dimensions, and a file of labels has 1");
    CHECK(refusal(folder.write("c", good.substr(0, good.size() - 1)), l) ==
          folder / "c" + ": 5 bytes of data where its head promises 6: the file is cut short");
    CHECK(refusal(folder.write("d", good + "x"), l) ==
          folder / "d" + ": 7 bytes of data where its head promises 6: it is longer than it says");
    CHECK(refusal(folder.write("e", good.substr(0, 9)), l) ==
          folder / "e" + ": the file is cut short");
    CHECK(refusal(folder.write("f", idx({0xffffffff, 0xffffffff, 9}, {})), l).find("cut short") !=
          std::string::npos);
    CHECK(refusal(folder.write("g", idx({0, 2, 2}, {})), l) ==
          folder / "g" + ": dimension 1 is 0: there are no images");
    CHECK(refusal(p, folder.write("h", idx({3}, {0, 1, 1}))) ==
          folder / "h" + " holds 3 labels, and " + p + " holds 2 images");
    CHECK(refusal(folder / "missing", l).find("missing") != std::string::npos);
}

TEST_CASE("two classes are chosen, all in order or some by seed") {
    const Images images = six();
    CHECK(choose_images(images, {.positive = 3, .negative = 4}) ==
          std::vector<std::size_t>{0, 1, 2, 4, 5});
    std::set<std::vector<std::size_t>> drawn;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto some =
            choose_images(images, {.positive = 3, .negative = 4, .take = 3, .seed = seed});
        CHECK(std::set<std::size_t>(some.begin(), some.end()).size() == 3);
        for (const std::size_t i : some) CHECK(i != 3);
        drawn.insert(some);
    }
    CHECK(drawn.size() > 10);
    CHECK_THROWS_WITH_AS(choose_images(images, {.positive = 3, .negative = 5}),
                         "no image is of class 5; the classes are 0 to 7", Error);
    CHECK_THROWS_WITH_AS(choose_images(images, {.positive = 3, .negative = 3}),
                         "both classes are 3: they must differ", Error);
    CHECK_THROWS_WITH_AS(choose_images(images, {.positive = 3, .negative = 4, .take = 6}),
                         "6 images are wanted, and the two classes have 5", Error);
}

TEST_CASE("pixels against the median of their image") {
    Images images{2, 2, {10, 20, 30, 40, 5, 5, 5, 9, 0, 0, 7, 7}, {1, 0, 1}};
    const ImageChoice choice{.positive = 1, .negative = 0};
    const PatternSet set = binarised_images(images, choose_images(images, choice), choice);
    CHECK(set.signs() == std::vector<signed char>{-1, -1, 1, 1, -1, -1, -1, 1, -1, -1, 1, 1});
    CHECK(std::vector<signed char>(set.labels().begin(), set.labels().end()) ==
          std::vector<signed char>{1, -1, 1});
}

TEST_CASE("standardised pixels have mean 0 and deviation 1, constant ones are 0") {
    Images images = six();
    for (std::size_t i = 0; i < images.count(); ++i) images.pixels[4 * i + 2] = 77;
    const ImageChoice choice{.positive = 3, .negative = 4};
    const std::vector<std::size_t> chosen = choose_images(images, choice);
    const PixelScale scale = pixel_scale(images, chosen);
    const RealPatterns set = standardised_images(images, chosen, choice, scale);
    for (std::size_t p = 0; p < 4; ++p) {
        double sum = 0.0, squares = 0.0;
        for (std::size_t a = 0; a < set.patterns(); ++a) {
            const double x = static_cast<double>(set.values()[4 * a + p]);
            sum += x;
            squares += x * x;
        }
        CHECK(std::abs(sum) < 1e-5);
        CHECK(squares == doctest::Approx(p == 2 ? 0.0 : 5.0).epsilon(1e-5));
    }
}

TEST_CASE("Fashion-MNIST as Debian has it") {
    const std::string images_path = fashion_folder + "t10k-images-idx3-ubyte.gz";
    if (!std::filesystem::exists(images_path)) {
        MESSAGE("skipped: dataset-fashion-mnist is not installed");
        return;
    }
    const Images images = read_images(images_path, fashion_folder + "t10k-labels-idx1-ubyte.gz");
    CHECK(images.count() == 10000);
    CHECK(images.inputs() == 784);
    CHECK(choose_images(images, {.positive = 3, .negative = 4}).size() == 2000);
}
