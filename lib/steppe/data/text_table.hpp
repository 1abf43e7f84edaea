#pragma once

#include "steppe/data/byte_source.hpp"
#include "steppe/data/row_sink.hpp"

namespace steppe {

/// What a word of digits 0 and 1, such as 10110, is.
enum class DigitWords {
    Refused,  ///< probably several inputs without spaces: an error that says how to read them
    Number,   ///< a number as any other
    Split,    ///< an input for each digit
};

/// Reads a text of numbers, a row a line, into the sink (internal; not installed). Numbers are
/// separated by spaces and tabs, by commas or by semicolons, as the first line has it. `#` begins a
/// comment. A first line of words that are no numbers names the columns. Lines may be empty before
/// the first row and behind the last.
///
/// Throws Error with file, line and column for rows of unequal length, an empty line between rows,
/// an empty cell, a word that is no number; for a text without a row.
void read_text_table(ByteSource& source, RowSink& sink, DigitWords digits);

}  // namespace steppe
