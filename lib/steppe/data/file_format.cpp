#include "steppe/data/file_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <map>
#include <string_view>

#include "steppe/error.hpp"

namespace steppe {

namespace {

std::string lower(std::string word) {
    std::ranges::transform(word, word.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return word;
}

/// Endings that promise what no file of numbers is written as.
constexpr std::array other_formats{
    "7z",     "arrow", "avro", "bin",  "bmp",         "bz2",    "db",     "feather", "gif",
    "html",   "idx",   "jpeg", "jpg",  "json",        "jsonl",  "lz4",    "mat",     "md",
    "ndjson", "npz",   "ods",  "onnx", "parquet",     "pdf",    "pickle", "pkl",     "png",
    "pt",     "pth",   "rar",  "rds",  "safetensors", "sqlite", "svg",    "tar",     "tgz",
    "toml",   "xls",   "xlsx", "xml",  "xz",          "yaml",   "yml",    "zip",     "zst"};

/// The ending of a name, without its point and in small letters.
std::string ending(const std::filesystem::path& path) {
    const std::string extension = path.extension().string();
    return extension.empty() ? "" : lower(extension.substr(1));
}

/// Throws Error for a name that promises anything but `end`, and is no text either.
void require_ending(const std::string& path, const std::string& end, const std::string& what) {
    std::filesystem::path name = std::filesystem::path(path).filename();
    if (ending(name) == "gz") name = name.stem();
    const std::string found = ending(name);
    const bool numbers = found == "csv" || found == "tsv" || found == "npy" || found == "h5" ||
                         found == "hdf5" || found == "hdf";
    if (found == end) return;
    if (!numbers && std::ranges::find(other_formats, found) == other_formats.end()) return;
    throw Error(fmt::format("'{}' promises .{}, and {} (.{})", path, found, what, end));
}

}  // namespace

FileFormat file_format(const std::string& path, const std::string& what) {
    std::filesystem::path name = std::filesystem::path(path).filename();
    const bool packed = ending(name) == "gz";
    if (packed) name = name.stem();
    const std::string end = ending(name);
    static const std::map<std::string, FileFormat> formats{
        {"csv", FileFormat::Csv}, {"tsv", FileFormat::Tsv},   {"npy", FileFormat::Npy},
        {"h5", FileFormat::Hdf5}, {"hdf5", FileFormat::Hdf5}, {"hdf", FileFormat::Hdf5}};
    const auto known = formats.find(end);
    const FileFormat format = known == formats.end() ? FileFormat::Text : known->second;
    const bool binary = format == FileFormat::Npy || format == FileFormat::Hdf5;
    if ((packed && binary) || std::ranges::find(other_formats, end) != other_formats.end()) {
        throw Error(fmt::format(
            "'{}' promises .{}{}, and {} are written as text (.txt, .csv or .tsv, also with .gz), "
            "NumPy's .npy or HDF5 (.h5)",
            path, end, packed ? ".gz" : "", what));
    }
    return format;
}

void require_labels_name(const std::string& path) {
    if (file_format(path, "labels") != FileFormat::Hdf5) return;
    throw Error(fmt::format(
        "'{}' promises HDF5, and labels beside patterns are written as text or .npy; patterns in "
        "HDF5 (--out FILE.h5) hold their labels themselves",
        path));
}

void require_json_name(const std::string& path) {
    require_ending(path, "json", "the answer is written as JSON");
}

void require_csv_name(const std::string& path) {
    require_ending(path, "csv", "the table is written with commas");
}

void require_log_name(const std::string& path) {
    const std::string end = ending(path);
    const bool json = end == "json" || end == "jsonl" || end == "ndjson";
    const bool other = std::ranges::find(other_formats, end) != other_formats.end();
    if (json || (!other && end != "gz" && file_format(path, "") == FileFormat::Text)) return;
    throw Error(fmt::format(
        "'{}' promises .{}, and a log is text, one JSON object a line (.json, .jsonl, .log)", path,
        end));
}

}  // namespace steppe
