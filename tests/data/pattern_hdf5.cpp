// HDF5 files of patterns, through the functions that read and write any file of patterns.
#include <H5Cpp.h>
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <functional>

#include "steppe/data/pattern_file.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/random.hpp"
#include "support/damaged.hpp"
#include "support/files.hpp"
#include "support/reading.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

/// Files as other programs make them.
std::string make(const Folder& folder, const std::function<void(H5::H5File&)>& fill) {
    const std::string path = folder / "made.h5";
    H5::H5File file(path, H5F_ACC_TRUNC);
    fill(file);
    return path;
}

template <class Number>
H5::DataSet add(H5::H5File& file, const char* name, std::vector<hsize_t> shape,
                const H5::PredType& type, const std::vector<Number>& values) {
    H5::DataSet set =
        file.createDataSet(name, type, H5::DataSpace(static_cast<int>(shape.size()), shape.data()));
    set.write(values.data(), type);
    return set;
}

const auto& real = H5::PredType::NATIVE_DOUBLE;
const auto& whole = H5::PredType::NATIVE_INT;

std::string refusal(const std::function<void(H5::H5File&)>& fill, const std::string& labels = "") {
    const Folder folder;
    const std::string path = make(folder, fill);
    try {
        read_any_patterns(path, labels.empty() ? "" : folder.write("l", labels));
    } catch (const Error& error) {
        const std::string why = error.what();
        CHECK(why.starts_with(path + ": "));
        return why.substr(std::min(why.size(), path.size() + 2));
    }
    return "accepted";
}

}  // namespace

TEST_CASE("any set survives HDF5, labels and all; so do its folded labels") {
    CHECK(rc::check("round trip", [] {
        const Folder folder;
        const auto inputs = *rc::gen::inRange<std::size_t>(1, 70);
        const auto count = *rc::gen::inRange<std::size_t>(1, 40);
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        std::vector<signed char> labels;
        if (*rc::gen::arbitrary<bool>()) labels = random_labels(count, seed);
        PatternSet bits = random_patterns(inputs, count, seed).with_labels(labels);
        std::vector<float> values;
        for (std::size_t e = 0; e < inputs * count; ++e) {
            values.push_back(static_cast<float>(Philox(seed, Stream::Test).normal(e)));
        }
        for (const Patterns& set :
             {Patterns(std::make_shared<const PatternSet>(bits)),
              Patterns(std::make_shared<const RealPatterns>(
                  RealPatterns::from_values(inputs, count, values, labels)))}) {
            write_patterns(set, folder / "p.h5");
            const Patterns back = read_any_patterns(folder / "p.h5");
            RC_ASSERT(back.real() == set.real());
            RC_ASSERT(back.hash() == set.hash());
            RC_ASSERT(read_any_patterns(folder / "p.h5", "", LabelUse::Fold).hash() ==
                      set.fold_labels().hash());
            RC_ASSERT(folder.count() == 1u);
        }
    }));
}

TEST_CASE("sets of several blocks of rows survive") {
    const Folder folder;
    const PatternSet bits = random_patterns(70'001, 1000, 2);
    write_patterns(std::make_shared<const PatternSet>(bits), folder / "p.h5");
    CHECK(read_any_patterns(folder / "p.h5").hash() == bits.hash());
    // Packed: an eighth of a byte each.
    CHECK(std::filesystem::file_size(folder / "p.h5") < 70'001u * 1000u / 8u + 100'000u);
}

TEST_CASE("the layout is the one that is documented") {
    const Folder folder;
    // Input 0 stands in the lowest bit of byte 0.
    const std::string path = make(folder, [](H5::H5File& file) {
        H5::DataSet set = add<std::uint8_t>(file, "bits", {2, 2}, H5::PredType::NATIVE_UINT8,
                                            {0b10000001, 0b1, 0b0, 0b10});
        const double inputs = 10;
        set.createAttribute("inputs", real, H5::DataSpace(H5S_SCALAR)).write(real, &inputs);
        add<int>(file, "labels", {2}, whole, {1, -1});
    });
    read_any_patterns(path).visit([](const auto& set) {
        if constexpr (std::is_same_v<std::decay_t<decltype(*set)>, PatternSet>) {
            CHECK(set->signs() == std::vector<signed char>{1,  -1, -1, -1, -1, -1, -1, 1,  1,  -1,
                                                           -1, -1, -1, -1, -1, -1, -1, -1, -1, 1});
        } else {
            FAIL("not bits");
        }
        CHECK(set->labels()[0] == 1);
        CHECK(set->labels()[1] == -1);
    });
}

TEST_CASE("plain tables of other programs are read: whole numbers and reals") {
    const Folder folder;
    const auto table = [&](const auto& fill) { return read_any_patterns(make(folder, fill)); };
    const Patterns signs = table([](H5::H5File& file) {
        add<int>(file, "inputs", {2, 2}, whole, {1, -1, -1, -1});
    });
    CHECK(!signs.real());
    CHECK(signs.hash() ==
          PatternSet::from_signs(2, 2, std::vector<signed char>{1, -1, -1, -1}).hash());
    const Patterns same = table([](H5::H5File& file) {
        add<double>(file, "inputs", {2, 2}, real, {1, -1, -1, -1});
    });
    CHECK(same.hash() == signs.hash());
    const Patterns reals = table([](H5::H5File& file) {
        add<double>(file, "inputs", {2, 2}, real, {0.5, -1, -1, 3});
    });
    CHECK(reals.real());
    CHECK(reals.hash() == RealPatterns::from_values(2, 2, {0.5f, -1.0f, -1.0f, 3.0f}).hash());
    // Labels of a text beside a file without.
    const std::string path = make(folder, [](H5::H5File& file) {
        add<int>(file, "inputs", {2, 1}, whole, {1, 1});
    });
    CHECK(read_any_patterns(path, folder.write("l", "-1\n1\n")).labels()[0] == -1);
}

TEST_CASE("HDF5 files that are no patterns are refused") {
    const auto inputs = [](H5::H5File& file) {
        add<int>(file, "inputs", {2, 2}, whole, {1, -1, -1, -1});
    };
    CHECK(refusal([](H5::H5File&) {}) ==
          "this HDF5 file has neither dataset `bits` nor `inputs`: name that of the patterns with "
          "--inputs-dataset");
    CHECK(refusal([](H5::H5File& file) {
              add<int>(file, "inputs", {2, 2}, whole, {1, 0, 1, 1});
          }) ==
          "its inputs are all 0 or 1: take 0 for -1 with --input-values zero-one, or both as real "
          "numbers with --input-values numbers");
    CHECK(refusal([](H5::H5File& file) {
              add<double>(file, "inputs", {2, 2}, real, {1, 0, 1, 1});
          }).starts_with("its inputs are all 0 or 1: "));
    CHECK(refusal([](H5::H5File& file) {
              add<std::uint8_t>(file, "inputs", {2, 2}, H5::PredType::NATIVE_UINT8, {1, 0, 9, 1});
          }).starts_with("its inputs are unsigned bytes: "));
    CHECK(refusal([](H5::H5File& file) {
              const hsize_t shape[3] = {2, 2, 2};
              file.createDataSet("inputs", real, H5::DataSpace(3, shape));
          }) ==
          "dataset `inputs` has 3 dimensions, and two are wanted: reshape it to (len(x), -1)");
    CHECK(refusal([](H5::H5File& file) {
              const hsize_t shape[2] = {2, 2};
              file.createDataSet("inputs", real, H5::DataSpace(2, shape));
          }) ==
          "dataset `inputs` is cut short or damaged: it promises 2 x 2 numbers, and the file holds "
          "fewer");
    CHECK(refusal([](H5::H5File& file) {
              add<double>(file, "inputs", {1, 2}, real, {1.5, std::nan("")});
          }) == "input 1 of pattern 0 is nan: inputs must be finite");
    CHECK(refusal([](H5::H5File& file) {
              add<int>(file, "inputs", {2}, whole, {1, 1});
          }) == "dataset `inputs` must have two dimensions, patterns and inputs, and has 1");
    CHECK(refusal([&](H5::H5File& file) {
              inputs(file);
              add<int>(file, "labels", {3}, whole, {1, 1, -1});
          }) ==
          "dataset `labels` holds 3 numbers for 2 patterns: one list with one for each is "
          "wanted");
    CHECK(refusal([&](H5::H5File& file) {
              inputs(file);
              add<double>(file, "labels", {2}, real, {1, 0.5});
          }) == "label 0 of row 1 is 0.5: labels must be +1 and -1, or 1 and 0");
    CHECK(refusal(
              [&](H5::H5File& file) {
                  inputs(file);
                  add<int>(file, "labels", {2}, whole, {1, 1});
              },
              "1\n1\n") == "the file has labels of its own; name no other ones");
    CHECK(refusal(inputs, "1\n1\n1\n").find("3 labels for 2 patterns") != std::string::npos);
    CHECK(refusal([](H5::H5File& file) {
              add<int>(file, "bits", {2, 2}, H5::PredType::NATIVE_INT, {1, 1, 1, 1});
          }) ==
          "dataset `bits` has 2 bytes a pattern, and its attribute `inputs` is 0: eight "
          "inputs to a byte are wanted");
    const Folder folder;
    const std::string broken = folder.write("p.h5", "\x89HDF\r\n\x1a\nnothing");
    CHECK_THROWS_AS(read_any_patterns(broken), Error);
}

TEST_CASE("what the numbers of a table are, options say, as for files of any other kind") {
    const Folder folder;
    const auto read = [&](InputValues values, const auto& fill, std::size_t packed = 0) {
        ReadOptions options;
        options.values = values;
        options.packed_inputs = packed;
        return inputs_of(read_any_patterns(make(folder, fill), "", LabelUse::Keep, options));
    };
    const auto zeros = [](const auto& type) {
        return [&type](H5::H5File& file) {
            const hsize_t shape[2] = {1, 3};
            const std::vector<double> values{0, 1, 1};
            file.createDataSet("inputs", type, H5::DataSpace(2, shape)).write(values.data(), real);
        };
    };
    for (const H5::PredType& type :
         {H5::PredType::NATIVE_INT8, H5::PredType::NATIVE_UINT8, H5::PredType::NATIVE_INT64,
          H5::PredType::NATIVE_FLOAT, H5::PredType::IEEE_F64BE}) {
        CHECK(read(InputValues::ZeroOne, zeros(type)) == std::vector<double>{-1, 1, 1});
        CHECK(read(InputValues::Numbers, zeros(type)) == std::vector<double>{0, 1, 1});
    }
    const auto bytes = [](H5::H5File& file) {
        add<std::uint8_t>(file, "inputs", {1, 1}, H5::PredType::NATIVE_UINT8, {0b10100000});
    };
    CHECK(read(InputValues::PackedBig, bytes, 3) == std::vector<double>{1, -1, 1});
    // Whole numbers other than +-1 are real inputs.
    CHECK(read(InputValues::AsFound, [](H5::H5File& file) {
              add<int>(file, "inputs", {1, 3}, whole, {7, -1, 70000});
          }) == std::vector<double>{7, -1, 70000});
}

TEST_CASE("booleans of NumPy: false is -1; labels may be one column or one row") {
    const Folder folder;
    H5::EnumType boolean(H5::PredType::NATIVE_INT8);
    signed char no = 0, yes = 1;
    const auto fill = [&](H5::H5File& file, std::vector<hsize_t> labels) {
        const hsize_t shape[2] = {2, 2};
        const signed char values[4] = {1, 0, 1, 1};
        file.createDataSet("inputs", boolean, H5::DataSpace(2, shape)).write(values, boolean);
        const signed char wanted[2] = {0, 1};
        file.createDataSet("labels", boolean,
                           H5::DataSpace(static_cast<int>(labels.size()), labels.data()))
            .write(wanted, boolean);
    };
    boolean.insert("FALSE", &no);
    boolean.insert("TRUE", &yes);
    for (const std::vector<hsize_t>& shape : {std::vector<hsize_t>{2}, {2, 1}, {1, 2}}) {
        const Patterns patterns =
            read_any_patterns(make(folder, [&](H5::H5File& file) { fill(file, shape); }));
        CHECK(inputs_of(patterns) == std::vector<double>{1, -1, 1, 1});
        CHECK(labels_of(patterns) == std::vector<int>{-1, 1});
    }
}

TEST_CASE("long rows come in parts, packed chunks whole") {
    const Folder folder;
    std::vector<double> values(3 * 1'000'001);
    for (std::size_t e = 0; e < values.size(); ++e) values[e] = static_cast<double>(e % 1013) - 7.5;
    const std::string path = make(folder, [&](H5::H5File& file) {
        const hsize_t shape[2] = {3, 1'000'001}, chunk[2] = {2, 500'000};
        H5::DSetCreatPropList packed;
        packed.setChunk(2, chunk);
        packed.setShuffle();
        packed.setDeflate(1);
        file.createDataSet("inputs", real, H5::DataSpace(2, shape), packed)
            .write(values.data(), real);
    });
    CHECK(inputs_of(read_any_patterns(path)) == values);
}

TEST_CASE("damaged files end in a sentence") {
    const std::string cases = std::string(STEPPE_TEST_DATA) + "/cases/damaged_hdf5/";
    for (const std::string name : {"h62", "hb2", "hash_arr", "inputs_arr", "huge7"}) {
        const std::string why = reading_refusal(cases + name + ".h5");
        CAPTURE(why);
        CHECK(why.starts_with(": "));
        if (name.starts_with("h6") || name == "hb2") {
            CHECK(why.find("is cut short or damaged") != std::string::npos);
        }
        CHECK_THROWS_AS(read_any_patterns(cases + "../small_separable/gaussian_n20_m30.txt",
                                          cases + name + ".h5"),
                        Error);
    }
}

TEST_CASE("bytes changed at random: patterns are read, or refused in a sentence") {
    const Folder folder;
    const PatternSet bits = random_patterns(19, 7, 3).with_labels(random_labels(7, 3));
    const std::vector<float> reals{0.5f, -1.0f, 2.0f, 3.0f, 1.0f, 0.25f};
    for (const Patterns& set : {Patterns(std::make_shared<const PatternSet>(bits)),
                                Patterns(std::make_shared<const RealPatterns>(
                                    RealPatterns::from_values(3, 2, reals, {1, -1})))}) {
        write_patterns(set, folder / "whole.h5");
        const std::string whole_file = contents(folder / "whole.h5");
        for (std::uint64_t trial = 0; trial < 300; ++trial) {
            const std::string path = folder.write("changed.h5", damaged(whole_file, trial));
            try {
                const Patterns read = read_any_patterns(path);
                CHECK(read.patterns() >= 1);
            } catch (const Error& error) {
                CHECK(std::string(error.what()).size() > path.size());
            }
        }
    }
}
