#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "steppe/data/byte_source.hpp"
#include "steppe/data/row_sink.hpp"

/// Arrays as NumPy writes them (https://numpy.org/doc/stable/reference/generated/
/// numpy.lib.format.html; internal, not installed).
namespace steppe {

/// Whether bytes begin as an .npy file does.
bool begins_npy(std::string_view start);

/// Reads an array of two dimensions, rows and columns, into the sink, row after row; of one where
/// the sink takes lists. Versions 1 to 3 of the format, booleans, integers and reals of any width
/// and byte order, rows or columns stored together. name: of the file or array, in messages.
///
/// Throws Error for other types and shapes, and where the array is shorter or longer than its head
/// says.
void read_npy(ByteStream& stream, const std::string& name, RowSink& sink);

}  // namespace steppe
