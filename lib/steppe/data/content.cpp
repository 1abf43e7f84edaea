#include "steppe/data/content.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "steppe/data/npy.hpp"
#include "steppe/data/npz.hpp"
#include "steppe/error.hpp"

namespace steppe {

namespace {

using namespace std::string_view_literals;

/// HDF5's mark stands at the start, or behind a head of another program (MATLAB).
bool begins_hdf5(std::string_view start) {
    constexpr std::string_view mark = "\x89HDF\r\n\x1a\n"sv;
    return std::ranges::any_of(std::array{0, 512, 1024, 2048}, [&](std::size_t at) {
        return start.size() >= at + mark.size() && start.substr(at, mark.size()) == mark;
    });
}

/// Kinds that are not read, by their first bytes, and what to do.
struct Foreign {
    std::string_view mark;
    const char* why;
};
constexpr std::array foreign{
    Foreign{"BZh"sv, "it is packed with bzip2: unpack it, or pack it with gzip"},
    Foreign{"\xfd"
            "7zXZ\0"sv,
            "it is packed with xz: unpack it, or pack it with gzip"},
    Foreign{"\x28\xb5\x2f\xfd"sv, "it is packed with zstd: unpack it, or pack it with gzip"},
    Foreign{"MATLAB 5"sv, "it is a MATLAB file of version 5: save it with -v7.3, which is HDF5"},
    Foreign{"\x80\x02"sv, "it is a Python pickle: save the array with numpy.save"},
    Foreign{"\x80\x03"sv, "it is a Python pickle: save the array with numpy.save"},
    Foreign{"\x80\x04"sv, "it is a Python pickle: save the array with numpy.save"},
    Foreign{"\x80\x05"sv, "it is a Python pickle: save the array with numpy.save"},
    Foreign{"\0\0\x08\x01"sv, "it is an IDX file: steppe generate --images makes patterns of it"},
    Foreign{"\0\0\x08\x03"sv, "it is an IDX file: steppe generate --images makes patterns of it"},
};

}  // namespace

Content content_of(ByteSource& source) {
    const std::string_view start = source.peek(2048 + 8);
    if (begins_npy(start)) return Content::Npy;
    if (begins_zip(start)) return Content::Npz;
    if (begins_hdf5(start)) return Content::Hdf5;
    for (const auto& [mark, why] : foreign) {
        if (start.substr(0, mark.size()) == mark) {
            throw Error(fmt::format("{}: {}", source.name(), why));
        }
    }
    return Content::Text;
}

std::string choose_array(const std::vector<std::string>& names, const ArrayChoice& choice,
                         const std::string& file) {
    const auto has = [&](std::string_view name) {
        return std::ranges::find(names, name) != names.end();
    };
    const std::string list = fmt::format("{}", fmt::join(names, ", "));
    if (!choice.named.empty()) {
        if (has(choice.named)) return choice.named;
        throw Error(
            fmt::format("{}: no array is named '{}'; its arrays are {}", file, choice.named, list));
    }
    std::vector<std::string> found;
    for (const std::string_view name : choice.usual) {
        if (has(name)) found.emplace_back(name);
    }
    if (found.size() == 1) return found[0];
    if (found.empty() && names.size() == 1) return names[0];
    throw Error(fmt::format("{}: its arrays are {}: name that of the {} with {}", file, list,
                            choice.what, choice.option));
}

void read_table(ByteSource& source, const std::string& path, Content content, RowSink& sink,
                const ArrayChoice& array, DigitWords digits) {
    if (content == Content::Text) read_text_table(source, sink, digits);
    if (content == Content::Npy) read_npy(source, source.name(), sink);
    if (content == Content::Npz) {
        const NpzArchive archive(source, path);
        const std::string name = choose_array(archive.names(), array, source.name());
        const auto stream = archive.open(name);
        read_npy(*stream, fmt::format("{}, array '{}'", source.name(), name), sink);
    }
}

}  // namespace steppe
