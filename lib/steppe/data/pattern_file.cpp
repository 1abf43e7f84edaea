#include "steppe/data/pattern_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <type_traits>
#include <vector>

#include "steppe/data/byte_source.hpp"
#include "steppe/data/content.hpp"
#include "steppe/data/file.hpp"
#include "steppe/data/file_format.hpp"
#include "steppe/data/hdf5.hpp"
#include "steppe/data/input_rows.hpp"
#include "steppe/data/label_rows.hpp"
#include "steppe/data/npy.hpp"
#include "steppe/data/npz.hpp"
#include "steppe/data/pattern_hdf5.hpp"
#include "steppe/data/table_file.hpp"
#include "steppe/error.hpp"

namespace steppe {

namespace {

Table table_of(const PatternSet& patterns) {
    return {patterns.patterns(), patterns.inputs(), Table::Numbers::Signs,
            [&](std::size_t a, std::size_t i) { return patterns.sign(a, i); }};
}

Table table_of(const RealPatterns& patterns) {
    return {
        patterns.patterns(), patterns.inputs(), Table::Numbers::Single,
        [&](std::size_t a, std::size_t i) { return patterns.values()[a * patterns.inputs() + i]; }};
}

void write_labels(std::span<const signed char> labels, const std::string& path) {
    if (labels.empty()) return;
    if (path.empty()) {
        throw Error("these patterns carry labels: name a file for them, or fold them in first");
    }
    require_labels_name(path);
    write_table({labels.size(), 0, Table::Numbers::Signs,
                 [&](std::size_t a, std::size_t) { return labels[a]; }},
                path, file_format(path, "labels"));
}

}  // namespace

namespace {

ArrayChoice array_of_inputs(const ReadOptions& options) {
    return {"patterns", options.datasets.inputs, "--inputs-dataset", usual_inputs};
}

ArrayChoice array_of_labels(const ReadOptions& options) {
    return {"labels", options.datasets.labels, "--labels-dataset", usual_labels};
}

/// Calls read(path of a file with the source's bytes); errors name the source.
template <class Read>
auto read_named(ByteSource& source, const std::string& path, const Read& read) {
    const NamedFile file(source, path);
    try {
        return read(file.path());
    } catch (const Error& error) {
        throw Error(file.renamed(error.what()));
    }
}

/// Labels of a file of their own; none where no file is named.
std::vector<signed char> read_labels(const std::string& path, const ReadOptions& options) {
    if (path.empty()) return {};
    ByteSource source(path);
    const Content content = content_of(source);
    if (content == Content::Hdf5) {
        return read_named(source, path,
                          [&](const std::string& file) { return read_hdf5_labels(file, options); });
    }
    LabelRows labels;
    read_table(source, path, content, labels, array_of_labels(options), DigitWords::Number);
    return labels.take();
}

void require_count(std::size_t labels, const std::string& labels_name, std::size_t patterns,
                   const std::string& name) {
    if (labels == patterns) return;
    throw Error(fmt::format("{} holds {} labels, and {} holds {} patterns", labels_name, labels,
                            name, patterns));
}

AnyPatterns with_labels(AnyPatterns patterns, std::vector<signed char> labels) {
    return std::visit(
        [&](auto& set) -> AnyPatterns { return std::move(set).with_labels(std::move(labels)); },
        patterns);
}

std::size_t count_of(const AnyPatterns& patterns) {
    return std::visit([](const auto& set) { return set.patterns(); }, patterns);
}

bool has_labels(const AnyPatterns& patterns) {
    return std::visit([](const auto& set) { return !set.labels().empty(); }, patterns);
}

DigitWords digit_words(InputValues values) {
    return values == InputValues::Digits    ? DigitWords::Split
           : values == InputValues::AsFound ? DigitWords::Refused
                                            : DigitWords::Number;
}

InputRows::Labels place_of_labels(const std::string& labels_path) {
    return labels_path.empty() ? InputRows::Labels::Unknown : InputRows::Labels::Elsewhere;
}

/// The labels' array of an archive whose patterns are in `inputs`; empty where it has none.
std::string labels_array(const std::vector<std::string>& names, const std::string& inputs,
                         const std::string& name, const std::string& labels_path,
                         const ReadOptions& options) {
    std::vector<std::string> others;
    std::ranges::copy_if(names, std::back_inserter(others),
                         [&](const std::string& other) { return other != inputs; });
    const bool usual = std::ranges::any_of(others, [](const std::string& other) {
        return std::ranges::find(usual_labels, other) != usual_labels.end();
    });
    if (!labels_path.empty()) {
        if (usual) throw Error(name + ": the file has labels of its own; name no other ones");
        return {};
    }
    if (!options.datasets.labels.empty() || usual) {
        return choose_array(others, array_of_labels(options), name);
    }
    if (others.empty() || !options.labels_column.empty()) return {};
    throw Error(
        fmt::format("{}: beside '{}' it holds {}: name that of the labels with --labels-dataset, "
                    "or say --labels-column none where there are none",
                    name, inputs, fmt::join(others, ", ")));
}

AnyPatterns read_npz_patterns(ByteSource& source, const std::string& path,
                              const std::string& labels_path, const ReadOptions& options) {
    const NpzArchive archive(source, path);
    const std::string& name = source.name();
    const std::string inputs = choose_array(archive.names(), array_of_inputs(options), name);
    const std::string labels = labels_array(archive.names(), inputs, name, labels_path, options);
    const auto named = [&](const std::string& array) {
        return fmt::format("{}, array '{}'", name, array);
    };
    InputRows rows(options,
                   labels.empty() ? place_of_labels(labels_path) : InputRows::Labels::Elsewhere);
    read_npy(*archive.open(inputs), named(inputs), rows);
    AnyPatterns patterns = rows.take(named(inputs));
    if (labels.empty()) return patterns;
    LabelRows wanted;
    read_npy(*archive.open(labels), named(labels), wanted);
    std::vector<signed char> signs = wanted.take();
    require_count(signs.size(), named(labels), count_of(patterns), fmt::format("'{}'", inputs));
    return with_labels(std::move(patterns), std::move(signs));
}

/// What belongs to tables is refused for HDF5, whose datasets say what they are.
void refuse_for_hdf5(const std::string& name, const ReadOptions& options) {
    if (!options.labels_column.empty() && options.labels_column != "none") {
        throw Error(
            fmt::format("{}: --labels-column belongs to tables, and this is HDF5: its "
                        "labels are a dataset, which --labels-dataset names",
                        name));
    }
}

/// The patterns, with the labels that the file itself holds.
AnyPatterns read_inputs(const std::string& path, const std::string& labels_path,
                        const ReadOptions& options) {
    ByteSource source(path);
    const Content content = content_of(source);
    if (content == Content::Npz) return read_npz_patterns(source, path, labels_path, options);
    if (content == Content::Hdf5) {
        refuse_for_hdf5(source.name(), options);
        return read_named(source, path, [&](const std::string& file) {
            return read_hdf5_patterns(file, read_labels(labels_path, options), options);
        });
    }
    InputRows rows(options, place_of_labels(labels_path));
    read_table(source, path, content, rows, array_of_inputs(options), digit_words(options.values));
    return rows.take(source.name());
}

}  // namespace

PatternSet read_patterns(const std::string& path, const std::string& labels_path) {
    ByteSource source(path);
    InputRows rows({}, InputRows::Labels::Elsewhere, InputRows::Inputs::SignsOnly);
    read_table(source, path, content_of(source), rows, array_of_inputs({}), DigitWords::Number);
    PatternSet patterns = std::get<PatternSet>(rows.take(source.name()));
    std::vector<signed char> labels = read_labels(labels_path, {});
    if (!labels_path.empty()) {
        require_count(labels.size(), labels_path, patterns.patterns(), path);
    }
    return std::move(patterns).with_labels(std::move(labels));
}

Patterns read_any_patterns(const std::string& path, const std::string& labels_path, LabelUse labels,
                           const ReadOptions& options) {
    AnyPatterns read = read_inputs(path, labels_path, options);
    if (!labels_path.empty() && !has_labels(read)) {
        std::vector<signed char> signs = read_labels(labels_path, options);
        require_count(signs.size(), labels_path, count_of(read), path);
        read = with_labels(std::move(read), std::move(signs));
    }
    return std::visit(
        [&](auto& set) {
            using Set = std::decay_t<decltype(set)>;
            return Patterns(std::make_shared<const Set>(
                labels == LabelUse::Fold ? std::move(set).fold_labels() : std::move(set)));
        },
        read);
}

bool is_hdf5_path(const std::string& path) {
    return file_format(path, "patterns") == FileFormat::Hdf5;
}

void write_patterns(const Patterns& patterns, const std::string& path,
                    const std::string& labels_path, const std::string& provenance) {
    const FileFormat format = file_format(path, "patterns");
    patterns.visit([&](const auto& set) {
        if (format == FileFormat::Hdf5) {
            write_hdf5_patterns(*set, path, provenance);
        } else {
            write_labels(set->labels(), labels_path);
            write_table(table_of(*set), path, format);
        }
    });
}

}  // namespace steppe
