// From image files to weights through the program.
#include <doctest/doctest.h>

#include "program.hpp"
#include "steppe/data/pattern_file.hpp"
#include "support/files.hpp"
#include "support/images.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

/// Ten images of 3 x 3 pixels, a bright row (class 3) or column (class 4), brightness by number.
struct Files {
    Files() {
        std::vector<std::uint8_t> pixels, classes;
        for (std::size_t i = 0; i < 10; ++i) {
            for (std::size_t p = 0; p < 9; ++p) {
                const bool bright = i % 2 == 0 ? p / 3 == i % 3 : p % 3 == i % 3;
                pixels.push_back(static_cast<std::uint8_t>(bright ? 100 + 9 * i + p : 3 * p + i));
            }
            classes.push_back(i % 2 == 0 ? 3 : 4);
        }
        images = folder.write("images", idx({10, 3, 3}, pixels));
        labels = folder.write("labels", idx({10}, classes));
        request =
            "generate --images " + images + " --labels-file " + labels + " --out " + (folder / "p");
    }
    Folder folder;
    std::string images, labels, request;
};

}  // namespace

TEST_CASE("training and test patterns of images, then weights and their test error") {
    const Files files;
    const std::string test = " --test " + files.images + " --test-labels-file " + files.labels +
                             " --test-out " + (files.folder / "t");
    for (const std::string kind : {" --binarise median", " --standardise"}) {
        CAPTURE(kind);
        const Outcome made = run(files.request + " --classes 3,4 --take 6" + kind + test);
        CHECK(made.err == "");
        CHECK(made.out == "6 patterns of 9 inputs written to " + (files.folder / "p") +
                              "\n10 patterns of 9 inputs written to " + (files.folder / "t") +
                              "\n");
        CHECK(read_any_patterns(files.folder / "p").real() == (kind == " --standardise"));
        const Outcome solved = run("solve --weights spherical --patterns " + (files.folder / "p") +
                                   " --test " + (files.folder / "t") + " --out " +
                                   (files.folder / "w.h5") + " --solver ep --quiet");
        CHECK(solved.out.find("test errors") != std::string::npos);
        CHECK(solved.status == 0);
        CHECK(run("check " + (files.folder / "w.h5") + " --patterns " + (files.folder / "p")).out ==
              "0 of 6 patterns wrong\n");
    }
    // The labels beside the patterns or folded in: the same problem.
    REQUIRE(
        run(files.request + " --classes 3,4 --binarise median --labels-out " + (files.folder / "l"))
            .status == 0);
    const PatternSet beside = read_patterns(files.folder / "p", files.folder / "l");
    CHECK(beside.labels()[0] == 1);
    CHECK(beside.labels()[1] == -1);
    REQUIRE(run(files.request + " --classes 3,4 --binarise median").status == 0);
    CHECK(read_patterns(files.folder / "p").hash() == beside.fold_labels().hash());
}

TEST_CASE("requests for images that make no sense are refused and write nothing") {
    const Files files;
    const std::string good = files.request + " --classes 3,4";
    CHECK(refusal(good) == "--images FILE needs one of --binarise median and --standardise");
    CHECK(refusal(good + " --standardise --binarise median") ==
          "--images FILE needs one of --binarise median and --standardise");
    CHECK(refusal(files.request + " --standardise") == "--images FILE needs --classes");
    CHECK(refusal(files.request + " --standardise --classes 3") ==
          "--classes: '3' is not two classes from 0 to 255, such as 3,4");
    CHECK(refusal(files.request + " --standardise --classes 3,5") ==
          "no image is of class 5; the classes are 0 to 4");
    CHECK(refusal(good + " --standardise --take 11") ==
          "11 images are wanted, and the two classes have 10");
    CHECK(refusal(good + " --standardise --test " + files.images) ==
          "--test FILE needs --test-labels-file");
    CHECK(refusal("generate --classes 3,4 --out " + (files.folder / "p")).find("--images") !=
          std::string::npos);
    CHECK(refusal(good + " --standardise --load 0.5").find("--load") != std::string::npos);
    CHECK(refusal("generate --images " + files.labels + " --labels-file " + files.labels +
                  " --classes 3,4 --standardise --out " + (files.folder / "p")) ==
          files.labels + ": it has 1 dimension, and a file of images has 3");
    CHECK(files.folder.count() == 2);
}
