#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "steppe/data/byte_source.hpp"
#include "steppe/data/row_sink.hpp"
#include "steppe/data/text_table.hpp"

namespace steppe {

/// What a file is, by its content (internal; not installed).
enum class Content { Text, Npy, Npz, Hdf5 };

/// Throws Error where it begins as a file of some other known kind does, with what to do.
Content content_of(ByteSource& source);

/// Which array of an archive is wanted.
struct ArrayChoice {
    const char* what;                         ///< "patterns"
    std::string named;                        ///< by an option; empty: by none
    const char* option;                       ///< that names it
    std::span<const std::string_view> usual;  ///< names that need no option
};

/// The name among `names` that is chosen: the one named, the one of a usual name, or the only one.
/// Throws Error that lists the names otherwise.
std::string choose_array(const std::vector<std::string>& names, const ArrayChoice& choice,
                         const std::string& file);

inline constexpr std::array<std::string_view, 4> usual_inputs{"patterns", "inputs", "X", "x"};
inline constexpr std::array<std::string_view, 2> usual_labels{"labels", "y"};

/// Reads a table, text or .npy, or the chosen array of an .npz, into the sink. Of HDF5 nothing.
void read_table(ByteSource& source, const std::string& path, Content content, RowSink& sink,
                const ArrayChoice& array, DigitWords digits);

}  // namespace steppe
