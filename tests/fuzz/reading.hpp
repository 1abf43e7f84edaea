#pragma once

#include <array>
#include <string_view>

#include "fuzz/input.hpp"
#include "steppe/data/pattern_file.hpp"

namespace steppe::fuzz {

/// Reads the bytes as patterns in one of the ways that options name, then as labels of two
/// patterns.
inline void read_as_patterns(unsigned choice, std::string_view bytes) {
    constexpr std::array values{InputValues::AsFound,      InputValues::ZeroOne,
                                InputValues::Numbers,      InputValues::Digits,
                                InputValues::PackedLittle, InputValues::PackedBig};
    constexpr std::array columns{"", "first", "last", "none", "y"};
    ReadOptions options;
    options.values = values[choice % values.size()];
    options.labels_column = columns[choice / values.size() % columns.size()];
    const MemoryFile file(bytes);
    accept_error([&] { read_any_patterns(file.path(), "", LabelUse::Fold, options); });
    const MemoryFile two("1 -1\n-1 1\n");
    accept_error([&] { read_any_patterns(two.path(), file.path(), LabelUse::Keep, {}); });
}

}  // namespace steppe::fuzz
