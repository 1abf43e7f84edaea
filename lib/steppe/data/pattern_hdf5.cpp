#include "steppe/data/pattern_hdf5.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "steppe/data/hdf5.hpp"
#include "steppe/data/label_list.hpp"
#include "steppe/data/output.hpp"
#include "steppe/error.hpp"

namespace steppe {

namespace {

const char* const format_name = "steppe patterns 1";

/// Rows that are read or written together: about this many bytes.
constexpr std::size_t block_bytes = std::size_t{1} << 22;

std::size_t rows_of_block(std::size_t row_bytes) {
    return std::max<std::size_t>(1, block_bytes / row_bytes);
}

/// Bits b of byte j of a row: input 8 j + b, 1 where it is +1.
std::size_t bytes_of(std::size_t inputs) {
    return (inputs + 7) / 8;
}

/// Calls work(first row, rows, memory space, file space) for blocks of a table's rows.
template <class Work>
void for_each_block(const H5::DataSet& set, std::size_t rows, std::size_t columns,
                    std::size_t element_bytes, const Work& work) {
    const std::size_t block = rows_of_block(columns * element_bytes);
    const H5::DataSpace file_space = set.getSpace();
    for (std::size_t first = 0; first < rows; first += block) {
        const std::array<hsize_t, 2> start{first, 0};
        const std::array<hsize_t, 2> count{std::min(block, rows - first), columns};
        file_space.selectHyperslab(H5S_SELECT_SET, count.data(), start.data());
        work(first, static_cast<std::size_t>(count[0]), H5::DataSpace(2, count.data()), file_space);
    }
}

struct Shape {
    std::size_t rows, columns;
};

Shape shape_of(const H5::DataSet& set, const std::string& path, const char* name) {
    const H5::DataSpace space = set.getSpace();
    std::array<hsize_t, 2> shape{};
    if (space.getSimpleExtentNdims() != 2) {
        throw Error(
            fmt::format("{}: dataset `{}` must have two dimensions, patterns and inputs, and has "
                        "{}",
                        path, name, space.getSimpleExtentNdims()));
    }
    space.getSimpleExtentDims(shape.data());
    if (shape[0] == 0 || shape[1] == 0) {
        throw Error(fmt::format("{}: dataset `{}` is empty", path, name));
    }
    return {shape[0], shape[1]};
}

void require_numbers(const H5::DataSet& set, const std::string& path, const char* name) {
    if (set.getTypeClass() == H5T_FLOAT || set.getTypeClass() == H5T_INTEGER) return;
    throw Error(fmt::format("{}: dataset `{}` holds no numbers", path, name));
}

std::vector<signed char> read_labels(const H5::H5File& file, const std::string& path,
                                     const char* name) {
    if (!file.nameExists(name)) {
        throw Error(fmt::format("{}: this HDF5 file has no dataset `{}` of labels", path, name));
    }
    const H5::DataSet set = file.openDataSet(name);
    require_numbers(set, path, name);
    const H5::DataSpace space = set.getSpace();
    if (space.getSimpleExtentNdims() != 1) {
        throw Error(fmt::format("{}: dataset `{}` must be one list, with a label for each pattern",
                                path, name));
    }
    std::vector<double> values(static_cast<std::size_t>(space.getSimpleExtentNpoints()));
    set.read(values.data(), H5::PredType::NATIVE_DOUBLE);
    LabelList labels;
    for (std::size_t a = 0; a < values.size(); ++a) {
        // Real labels and classes are refused rather than rounded.
        if (const auto why = labels.add(values[a])) {
            throw Error(fmt::format("{}: label of pattern {} is {}: {}", path, a, values[a], *why));
        }
    }
    return labels.take();
}

const char* name_or(const std::string& name, const char* usual) {
    return name.empty() ? usual : name.c_str();
}

/// Sets words of the layout of PatternSet from rows.
class WordTable {
  public:
    WordTable(std::size_t patterns, std::size_t inputs)
        : per_pattern_((inputs + PatternSet::word_bits - 1) / PatternSet::word_bits),
          words_((patterns + group - 1) / group * per_pattern_ * group, 0) {}

    void add_bits(std::size_t pattern, std::size_t bit, unsigned bits) {
        words_[(pattern / group * per_pattern_ + bit / PatternSet::word_bits) * group +
               pattern % group] |=
            static_cast<std::uint16_t>(bits << (bit % PatternSet::word_bits));
    }
    std::vector<std::uint16_t> take() { return std::move(words_); }

  private:
    static constexpr std::size_t group = PatternSet::group_patterns;
    std::size_t per_pattern_;
    std::vector<std::uint16_t> words_;
};

PatternSet read_bits(const H5::H5File& file, const std::string& path) {
    const H5::DataSet set = file.openDataSet("bits");
    const auto [patterns, bytes] = shape_of(set, path, "bits");
    const double stated = set.attrExists("inputs") ? hdf5::read_number(set, "inputs") : 0.0;
    if (!(stated >= 1.0) || stated != std::floor(stated) ||
        bytes_of(static_cast<std::size_t>(stated)) != bytes) {
        throw Error(
            fmt::format("{}: dataset `bits` has {} bytes a pattern, and its attribute `inputs` is "
                        "{}: eight inputs to a byte are wanted",
                        path, bytes, stated));
    }
    const auto inputs = static_cast<std::size_t>(stated);
    WordTable words(patterns, inputs);
    std::vector<std::uint8_t> rows(rows_of_block(bytes) * bytes);
    for_each_block(set, patterns, bytes, 1,
                   [&, bytes = bytes](std::size_t first, std::size_t count,
                                      const H5::DataSpace& memory, const H5::DataSpace& source) {
                       set.read(rows.data(), H5::PredType::NATIVE_UINT8, memory, source);
                       for (std::size_t e = 0; e < count * bytes; ++e) {
                           words.add_bits(first + e / bytes, e % bytes * 8, rows[e]);
                       }
                   });
    return PatternSet::from_words(inputs, patterns, words.take());
}

/// Whole numbers that are all +-1 become bits without ever being reals.
PatternSet read_signs(const H5::DataSet& set, const std::string& path) {
    const auto [patterns, inputs] = shape_of(set, path, "inputs");
    WordTable words(patterns, inputs);
    std::vector<std::int32_t> rows(rows_of_block(inputs * 4) * inputs);
    for_each_block(set, patterns, inputs, 4,
                   [&, inputs = inputs](std::size_t first, std::size_t count,
                                        const H5::DataSpace& memory, const H5::DataSpace& source) {
                       set.read(rows.data(), H5::PredType::NATIVE_INT32, memory, source);
                       for (std::size_t e = 0; e < count * inputs; ++e) {
                           if (rows[e] != 1 && rows[e] != -1) {
                               throw Error(fmt::format(
                                   "{}: input {} of pattern {} is {}: whole numbers must be +1 or "
                                   "-1; store others as reals",
                                   path, e % inputs, first + e / inputs, rows[e]));
                           }
                           if (rows[e] > 0) words.add_bits(first + e / inputs, e % inputs, 1u);
                       }
                   });
    return PatternSet::from_words(inputs, patterns, words.take());
}

AnyPatterns read_reals(const H5::DataSet& set, const std::string& path) {
    const auto [patterns, inputs] = shape_of(set, path, "inputs");
    std::vector<float> values(patterns * inputs);
    set.read(values.data(), H5::PredType::NATIVE_FLOAT);
    if (!std::ranges::all_of(values, [](float x) { return x == 1.0f || x == -1.0f; })) {
        return RealPatterns::from_values(inputs, patterns, std::move(values));
    }
    WordTable words(patterns, inputs);
    for (std::size_t e = 0; e < values.size(); ++e) {
        if (values[e] > 0.0f) words.add_bits(e / inputs, e % inputs, 1u);
    }
    return PatternSet::from_words(inputs, patterns, words.take());
}

AnyPatterns read_inputs(const H5::H5File& file, const std::string& path,
                        const ReadOptions& options) {
    // Files made elsewhere need no format, only the dataset.
    if (file.attrExists("format")) {
        hdf5::require_format(file, path, format_name, "pattern file");
    }
    if (options.datasets.inputs.empty() && file.nameExists("bits")) return read_bits(file, path);
    const char* name = name_or(options.datasets.inputs, "inputs");
    if (!file.nameExists(name)) {
        throw Error(
            options.datasets.inputs.empty()
                ? fmt::format("{}: this HDF5 file has neither dataset `bits` nor `inputs`: name "
                              "that of the patterns with --inputs-dataset",
                              path)
                : fmt::format("{}: this HDF5 file has no dataset `{}`", path, name));
    }
    const H5::DataSet set = file.openDataSet(name);
    require_numbers(set, path, name);
    if (set.getTypeClass() == H5T_INTEGER) return read_signs(set, path);
    return read_reals(set, path);
}

void write_rows(const PatternSet& patterns, H5::H5File& file) {
    const std::size_t inputs = patterns.inputs(), bytes = bytes_of(inputs);
    const std::array<hsize_t, 2> shape{patterns.patterns(), bytes};
    H5::DataSet set =
        file.createDataSet("bits", H5::PredType::STD_U8LE, H5::DataSpace(2, shape.data()));
    hdf5::write_number(set, "inputs", static_cast<double>(inputs));
    std::vector<std::uint8_t> rows(rows_of_block(bytes) * bytes);
    constexpr std::size_t group = PatternSet::group_patterns;
    for_each_block(
        set, patterns.patterns(), bytes, 1,
        [&](std::size_t first, std::size_t count, const H5::DataSpace& memory,
            const H5::DataSpace& target) {
            for (std::size_t e = 0; e < count * bytes; ++e) {
                const std::size_t a = first + e / bytes, byte = e % bytes;
                const std::uint16_t word =
                    patterns.words()[(a / group * patterns.words_per_pattern() + byte / 2) * group +
                                     a % group];
                rows[e] = static_cast<std::uint8_t>(word >> (byte % 2 * 8));
            }
            set.write(rows.data(), H5::PredType::NATIVE_UINT8, memory, target);
        });
}

void write_rows(const RealPatterns& patterns, H5::H5File& file) {
    const std::array<hsize_t, 2> shape{patterns.patterns(), patterns.inputs()};
    file.createDataSet("inputs", H5::PredType::IEEE_F32LE, H5::DataSpace(2, shape.data()))
        .write(patterns.values().data(), H5::PredType::NATIVE_FLOAT);
}

template <class Set>
void write(const Set& patterns, const std::string& path, const std::string& provenance) {
    H5::Exception::dontPrint();
    write_whole(path, [&](const std::string& temporary) {
        try {
            H5::H5File file(temporary, H5F_ACC_TRUNC);
            hdf5::write_string(file, "format", format_name);
            hdf5::write_string(file, "provenance", provenance);
            write_rows(patterns, file);
            if (!patterns.labels().empty()) {
                const std::array<hsize_t, 1> shape{patterns.patterns()};
                file.createDataSet("labels", H5::PredType::STD_I8LE, H5::DataSpace(1, shape.data()))
                    .write(patterns.labels().data(), H5::PredType::NATIVE_SCHAR);
            }
            file.close();
        } catch (const H5::Exception& error) {
            throw Error(
                fmt::format("{}: the patterns cannot be written: {}", path, error.getDetailMsg()));
        }
    });
}

}  // namespace

AnyPatterns read_hdf5_patterns(const std::string& path, std::vector<signed char> labels,
                               const ReadOptions& options) {
    H5::Exception::dontPrint();
    try {
        const H5::H5File file(path, H5F_ACC_RDONLY);
        AnyPatterns inputs = read_inputs(file, path, options);
        return std::visit(
            [&](auto& set) -> AnyPatterns {
                const bool named = !options.datasets.labels.empty() && labels.empty();
                if (named || file.nameExists("labels")) {
                    if (!labels.empty()) {
                        throw Error(path + ": the file has labels of its own; name no other ones");
                    }
                    const char* name = name_or(options.datasets.labels, "labels");
                    labels = read_labels(file, path, name);
                    if (labels.size() != set.patterns()) {
                        throw Error(fmt::format(
                            "{}: dataset `{}` holds {} numbers for {} patterns: one list with one "
                            "for each is wanted",
                            path, name, labels.size(), set.patterns()));
                    }
                }
                return std::move(set).with_labels(std::move(labels));
            },
            inputs);
    } catch (const H5::Exception& error) {
        throw Error(fmt::format("{}: the HDF5 file cannot be read as patterns: {}", path,
                                error.getDetailMsg()));
    } catch (const Error& error) {
        const std::string why = error.what();
        throw Error(why.starts_with(path) ? why : path + ": " + why);
    }
}

std::vector<signed char> read_hdf5_labels(const std::string& path, const ReadOptions& options) {
    H5::Exception::dontPrint();
    try {
        const H5::H5File file(path, H5F_ACC_RDONLY);
        return read_labels(file, path, name_or(options.datasets.labels, "labels"));
    } catch (const H5::Exception& error) {
        throw Error(fmt::format("{}: the HDF5 file cannot be read as labels: {}", path,
                                error.getDetailMsg()));
    }
}

void write_hdf5_patterns(const PatternSet& patterns, const std::string& path,
                         const std::string& provenance) {
    write(patterns, path, provenance);
}

void write_hdf5_patterns(const RealPatterns& patterns, const std::string& path,
                         const std::string& provenance) {
    write(patterns, path, provenance);
}

}  // namespace steppe
