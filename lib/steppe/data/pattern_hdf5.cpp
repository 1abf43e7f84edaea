#include "steppe/data/pattern_hdf5.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "steppe/data/hdf5.hpp"
#include "steppe/data/hdf5_reader.hpp"
#include "steppe/data/input_rows.hpp"
#include "steppe/data/label_rows.hpp"
#include "steppe/data/output.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/memory.hpp"

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

const char* name_or(const std::string& name, const char* usual) {
    return name.empty() ? usual : name.c_str();
}

/// One list, or a table of one row or one column. count: how many there must be, where that is
/// known.
std::vector<signed char> read_labels(hdf5::Reader& file, const std::string& name,
                                     std::optional<std::size_t> count) {
    if (!file.has(name)) {
        throw file.refused(fmt::format("this HDF5 file has no dataset `{}` of labels", name));
    }
    const hdf5::Reader::Dataset set = file.dataset(name);
    if (set.rows != 1 && set.columns != 1) {
        throw file.refused(
            fmt::format("dataset `{}` must be one list, with a label for each pattern", name));
    }
    const std::size_t labels = std::max(set.rows, set.columns);
    if (count && labels != *count) {
        throw file.refused(
            fmt::format("dataset `{}` holds {} numbers for {} patterns: one list with one for each "
                        "is wanted",
                        name, labels, *count));
    }
    require_memory(static_cast<double>(labels),
                   fmt::format("{}: the {} labels", file.path(), labels));
    LabelRows rows;
    // Real labels and classes are refused rather than rounded.
    file.read_rows(name, set, "row", rows);
    return rows.take();
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

/// Patterns take this memory at least, as bits.
void require_room(const hdf5::Reader& file, std::size_t patterns, std::size_t inputs) {
    require_memory(static_cast<double>(patterns) * static_cast<double>(inputs) / 8.0,
                   fmt::format("{}: its {} patterns of {} inputs", file.path(), patterns, inputs));
}

PatternSet read_bits(hdf5::Reader& file, const std::string& name) {
    const hdf5::Reader::Dataset set = file.dataset(name);
    const double stated = file.has_attribute(name, "inputs") ? file.number(name, "inputs") : 0.0;
    const double most = 8.0 * static_cast<double>(set.columns);
    if (!(stated >= 1.0) || !(stated <= most) || stated != std::floor(stated) ||
        bytes_of(static_cast<std::size_t>(stated)) != set.columns) {
        throw file.refused(
            fmt::format("dataset `{}` has {} bytes a pattern, and its attribute `inputs` is {}: "
                        "eight inputs to a byte are wanted",
                        name, set.columns, stated));
    }
    if (set.kind != hdf5::Reader::Dataset::Kind::Byte || set.dimensions != 2) {
        throw file.refused(
            fmt::format("dataset `{}` must be a table of unsigned bytes, a pattern a row", name));
    }
    const auto inputs = static_cast<std::size_t>(stated);
    require_room(file, set.rows, inputs);
    WordTable words(set.rows, inputs);
    file.read_bytes(name, set, [&](std::size_t row, std::span<const std::uint8_t> bytes) {
        for (std::size_t j = 0; j < bytes.size(); ++j) words.add_bits(row, 8 * j, bytes[j]);
    });
    return PatternSet::from_words(inputs, set.rows, words.take());
}

/// Numbers of any kind, taken as ReadOptions say.
AnyPatterns read_numbers(hdf5::Reader& file, const std::string& name, const ReadOptions& options) {
    const hdf5::Reader::Dataset set = file.dataset(name);
    if (set.dimensions != 2) {
        throw file.refused(
            fmt::format("dataset `{}` must have two dimensions, patterns and inputs, and has {}",
                        name, set.dimensions));
    }
    require_room(file, set.rows, set.columns);
    // No column holds labels: they are a dataset.
    InputRows rows(options, InputRows::Labels::Elsewhere);
    file.read_rows(name, set, "pattern", rows);
    return rows.take(file.path());
}

/// Whether a dataset is packed as our own are: it says how many inputs there are.
bool is_packed(hdf5::Reader& file, const std::string& name, const ReadOptions& options) {
    const bool own = file.has_attribute(name, "inputs");
    const bool packed =
        options.values == InputValues::PackedLittle || options.values == InputValues::PackedBig;
    if (!own && packed) return false;
    if (options.values == InputValues::AsFound) return own || options.datasets.inputs.empty();
    if (own) {
        throw file.refused(fmt::format(
            "dataset `{}` says itself how its inputs are packed: leave --input-values out", name));
    }
    return false;
}

AnyPatterns read_inputs(hdf5::Reader& file, const ReadOptions& options) {
    // Files made elsewhere need no format, only the dataset.
    const bool own = file.has_attribute("", "format");
    if (own) file.require_format(format_name, "pattern file");
    const bool bits = options.datasets.inputs.empty() && file.has("bits");
    const std::string name = bits ? "bits" : name_or(options.datasets.inputs, "inputs");
    if (!file.has(name)) {
        throw file.refused(
            options.datasets.inputs.empty()
                ? "this HDF5 file has neither dataset `bits` nor `inputs`: name that of the "
                  "patterns with --inputs-dataset"
                : fmt::format("this HDF5 file has no dataset `{}`", name));
    }
    const bool may_be_packed = bits || name == "bits";
    if (may_be_packed && is_packed(file, name, options)) return read_bits(file, name);
    ReadOptions as_written = options;
    // Our own files hold bits, or real numbers whatever they are.
    if (own && options.values == InputValues::AsFound) as_written.values = InputValues::Numbers;
    return read_numbers(file, name, as_written);
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
    try {
        hdf5::Reader file(path, "patterns");
        AnyPatterns inputs = read_inputs(file, options);
        return std::visit(
            [&](auto& set) -> AnyPatterns {
                const bool named = !options.datasets.labels.empty() && labels.empty();
                if (named || file.has("labels")) {
                    if (!labels.empty()) {
                        throw file.refused("the file has labels of its own; name no other ones");
                    }
                    labels = read_labels(file, name_or(options.datasets.labels, "labels"),
                                         set.patterns());
                }
                return std::move(set).with_labels(std::move(labels));
            },
            inputs);
    } catch (const Error& error) {
        const std::string why = error.what();
        throw Error(why.starts_with(path) ? why : path + ": " + why);
    }
}

std::vector<signed char> read_hdf5_labels(const std::string& path, const ReadOptions& options) {
    hdf5::Reader file(path, "labels");
    return read_labels(file, name_or(options.datasets.labels, "labels"), {});
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
