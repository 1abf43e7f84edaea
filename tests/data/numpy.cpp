// .npy and .npz files, those of the folder numpy/ made by NumPy itself (numpy/make.py says what
// they hold), through the functions that read any file of patterns.
#include <doctest/doctest.h>

#include "support/files.hpp"
#include "support/reading.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

const std::string folder = std::string(STEPPE_TEST_DATA) + "/data/numpy/";

Patterns read(const std::string& name, const ReadOptions& options = {}) {
    return read_any_patterns(folder + name, "", LabelUse::Keep, options);
}

ReadOptions arrays(const std::string& inputs, const std::string& labels = "") {
    ReadOptions options;
    options.datasets = {inputs, labels};
    return options;
}

/// What make.py puts into types.npz.
double element(char kind, int a, int i) {
    const int value = (7 * a + 3 * i) % 11 - 5;
    // False is -1.
    if (kind == 'b') return value % 2 != 0 ? 1.0 : -1.0;
    return kind == 'u' ? value + 5 : kind == 'f' ? value + 0.25 : value;
}

std::vector<double> signs_of_make() {
    std::vector<double> signs;
    for (int a = 0; a < 5; ++a) {
        for (int i = 0; i < 3; ++i) signs.push_back((a * 5 + i * 3) % 4 < 2 ? 1 : -1);
    }
    return signs;
}

/// An .npy file with this head.
std::string npy(const std::string& dictionary, const std::string& data, char version = 1) {
    std::string head = dictionary + "\n";
    std::string length{static_cast<char>(head.size() & 255), static_cast<char>(head.size() >> 8)};
    if (version > 1) length += std::string(2, '\0');
    return std::string("\x93NUMPY") + version + '\0' + length + head + data;
}

std::string head(const std::string& type, const std::string& shape,
                 const std::string& fortran = "False") {
    return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
}

std::string refusal(const std::string& bytes, const ReadOptions& options = {}) {
    const Folder own;
    return reading_refusal(own.write("f", bytes), options);
}

}  // namespace

TEST_CASE("arrays of every type and order, stored and packed") {
    for (const std::string file : {"types.npz", "types_stored.npz"}) {
        for (const std::string kind :
             {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"}) {
            for (const std::string order : {"_little", "_big", "_little_columns", "_big_columns"}) {
                CAPTURE(file);
                CAPTURE(kind + order);
                ReadOptions options = arrays(kind + order);
                options.labels_column = "none";
                if (kind == "u1") options.values = InputValues::Numbers;
                const Patterns patterns = read(file, options);
                CHECK(patterns.patterns() == 5);
                CHECK(patterns.real() == (kind != "b1"));
                std::vector<double> wanted;
                for (int a = 0; a < 5; ++a) {
                    for (int i = 0; i < 3; ++i) wanted.push_back(element(kind[0], a, i));
                }
                CHECK(inputs_of(patterns) == wanted);
            }
        }
    }
}

TEST_CASE("arrays of an archive are found by their usual names, or by name") {
    const Patterns named = read("named.npz");
    CHECK_FALSE(named.real());
    CHECK(inputs_of(named) == signs_of_make());
    CHECK(labels_of(named) == std::vector<int>{1, -1, -1, 1, -1});
    const Patterns other = read("other_names.npz", arrays("train", "train_labels"));
    CHECK(inputs_of(other) == signs_of_make());
    CHECK(labels_of(other) == std::vector<int>{1, -1, -1, 1, -1});
    const std::string path = folder + "other_names.npz";
    CHECK(reading_refusal(path) ==
          ": its arrays are train, test, train_labels: name that of the patterns with "
          "--inputs-dataset");
    CHECK(reading_refusal(path, arrays("train")) ==
          ": beside 'train' it holds test, train_labels: name that of the labels with "
          "--labels-dataset, or say --labels-column none where there are none");
    CHECK(reading_refusal(path, arrays("trian")) ==
          ": no array is named 'trian'; its arrays are train, test, train_labels");
    CHECK(reading_refusal(folder + "named.npz", {}, folder + "labels_row.npy") ==
          ": the file has labels of its own; name no other ones");
}

TEST_CASE("labels are arrays of one or two dimensions, booleans, or in an archive") {
    const Folder own;
    const std::string inputs = own.write("p", "1 1\n1 -1\n-1 1\n-1 -1\n1 1\n");
    for (const std::string name :
         {"labels_column.npy", "labels_row.npy", "labels_boolean.npy", "named.npz"}) {
        CAPTURE(name);
        CHECK(labels_of(read_any_patterns(inputs, folder + name)) ==
              std::vector<int>{1, -1, -1, 1, -1});
    }
    CHECK(labels_of(read_any_patterns(inputs, folder + "other_names.npz", LabelUse::Keep,
                                      arrays("", "train_labels"))) ==
          std::vector<int>{1, -1, -1, 1, -1});
    ReadOptions last;
    last.labels_column = "last";
    const std::string table = own.write("t", npy(head("|i1", "(2, 3)"), "\1\xff\xff\1\1\1"));
    CHECK(labels_of(read_any_patterns(table, "", LabelUse::Keep, last)) == std::vector<int>{-1, 1});
}

TEST_CASE("packed bits are asked about, and read in either order") {
    CHECK(reading_refusal(folder + "packed_big.npy") ==
          ": its inputs are unsigned bytes: take them as real numbers (grey values) with "
          "--input-values numbers, or unpack eight inputs from each with --input-values "
          "packed-big (NumPy's packbits) or packed-little");
    std::vector<double> wanted;
    const std::vector<double> signs = signs_of_make();
    for (std::size_t a = 0; a < 5; ++a) {
        for (std::size_t i = 0; i < 15; ++i) wanted.push_back(signs[a * 3 + i % 3]);
    }
    ReadOptions options;
    options.packed_inputs = 15;
    options.values = InputValues::PackedBig;
    CHECK(inputs_of(read("packed_big.npy", options)) == wanted);
    CHECK(reading_refusal(folder + "packed_little.npy", options) != "accepted");
    options.values = InputValues::PackedLittle;
    CHECK(inputs_of(read("packed_little.npy", options)) == wanted);
}

TEST_CASE("NumPy's text files are read") {
    CHECK(inputs_of(read("savetxt.txt")) == signs_of_make());
    CHECK(inputs_of(read("savetxt_default.txt")) == signs_of_make());
}

TEST_CASE("every version of the head, and Python 2's numbers") {
    const Folder own;
    for (const char version : {1, 2, 3}) {
        const std::string path =
            own.write("f", npy(head("|i1", "(2L, 2L)"), "\1\xff\xff\1", version));
        CHECK(inputs_of(read_any_patterns(path)) == std::vector<double>{1, -1, -1, 1});
    }
}

TEST_CASE("arrays that are no table of numbers, and damaged ones, are refused") {
    CHECK(refusal(npy(head("|i1", "(2, 2)"), "\1\1\1")) ==
          ": it is cut short: it promises an array of shape (2, 2)");
    CHECK(refusal(npy(head("|i1", "(2, 2)"), "\1\1\1\1\1")) == ": it is longer than it says");
    CHECK(refusal(npy(head("<f8", "(99999999999, 99999999999)"), "")) ==
          ": it is cut short: it promises an array of shape (99999999999, 99999999999)");
    CHECK(refusal(npy(head("<f8", "(99999999999999999999, 1)"), "")) ==
          ": no .npy array: a number of its 'shape' is too large");
    CHECK(refusal(npy(head("|i1", "(4,)"), "\1\1\1\1")) ==
          ": the array's shape is (4,), and one of rows and columns is wanted");
    CHECK(refusal(npy(head("|i1", "(2, 2, 1)"), "\1\1\1\1")) ==
          ": the array's shape is (2, 2, 1), and one of rows and columns is wanted: reshape it to "
          "(len(x), -1)");
    CHECK(refusal(npy(head("|i1", "(0, 2)"), "")) ==
          ": the array, of shape (0, 2), holds no input");
    CHECK(refusal(npy(head("<c8", "(1, 1)"), std::string(8, '\0'))) ==
          ": its elements are of NumPy's type '<c8'; booleans, integers and reals of 2, 4 or 8 "
          "bytes are read");
    CHECK(refusal(npy(head("|O", "(1, 1)"), "x")).find("type '|O'") != std::string::npos);
    CHECK(refusal(npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }",
                      std::string(8, '\0'))) ==
          ": its elements are records; save an array of numbers");
    CHECK(refusal(npy("{'descr': '<f8'}", "")) ==
          ": no .npy array: its head lacks 'descr', 'fortran_order' or 'shape'");
    CHECK(refusal(npy(head("|i1", "(1, 1)"), "\1", 4)) ==
          ": no .npy array: version 4 of the format is not known");
    CHECK(refusal("\x93NUMPY") == ": the array is cut short");
    CHECK(refusal(npy(head("<f4", "(1, 2)"), std::string("\0\0\0\0\0\0\x80\x7f", 8))) ==
          ": element [0, 1] is inf, which is not allowed: inputs must be finite");
}

TEST_CASE("damaged archives are refused, wherever they are cut or changed") {
    const Folder own;
    for (const std::string file : {"named.npz", "types.npz"}) {
        const std::string whole = contents(folder + file);
        ReadOptions options;
        if (file == "types.npz") {
            options = arrays("f8_little");
            options.labels_column = "none";
        }
        const std::uint64_t hash = read(file, options).hash();
        for (std::size_t size = 4; size < whole.size(); size += 1 + whole.size() / 200) {
            CHECK(reading_refusal(own.write("cut", whole.substr(0, size)), options) != "accepted");
        }
        for (std::size_t at = 0; at < whole.size(); at += 1 + whole.size() / 400) {
            std::string changed = whole;
            changed[at] = static_cast<char>(changed[at] ^ 0x5a);
            const std::string path = own.write("changed", changed);
            // What is accepted (dates, other arrays, unused fields) must be the same.
            if (reading_refusal(path, options) == "accepted") {
                CHECK(read_any_patterns(path, "", LabelUse::Keep, options).hash() == hash);
            }
        }
    }
    CHECK(reading_refusal(own.write("z", contents(folder + "named.npz").substr(0, 100))) ==
          ": the archive cannot be read: it is cut short");
}

TEST_CASE("files of other kinds are refused with what to do") {
    using namespace std::string_literals;
    CHECK(refusal("BZh91AY&SY") == ": it is packed with bzip2: unpack it, or pack it with gzip");
    CHECK(refusal("\xfd"
                  "7zXZ\0\0"s) == ": it is packed with xz: unpack it, or pack it with gzip");
    CHECK(refusal("\0\0\x08\x03\0\0\0\1"s) ==
          ": it is an IDX file: steppe generate --images makes patterns of it");
    CHECK(refusal("\x80\x04\x95"s) == ": it is a Python pickle: save the array with numpy.save");
}
