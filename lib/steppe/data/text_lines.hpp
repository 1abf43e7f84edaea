#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "steppe/data/byte_source.hpp"

namespace steppe {

/// The lines of a text that is read in pieces (internal; not installed). A line ends with LF, CR LF
/// or CR; a byte order mark of UTF-8 at the start is skipped.
class TextLines {
  public:
    /// Throws Error where the source is no text of single bytes or UTF-8: UTF-16, UTF-32, zero
    /// bytes.
    explicit TextLines(ByteSource& source);

    /// The next line without its end; false behind the last. It is valid until the next call, and
    /// one character behind it may be read.
    bool next(std::string_view& line);

    /// Of the line that next() gave, from 1.
    std::size_t number() const { return number_; }

    /// "NAME, line L, column C": the place of a position (from 0) in the line that next() gave.
    std::string place(std::size_t position) const;
    std::string place() const;

  private:
    bool fill();
    bool end_of_line(std::size_t& end, std::size_t& following);

    ByteSource& source_;
    std::string buffer_;               ///< text and room behind it
    std::size_t begin_ = 0, end_ = 0;  ///< what of the buffer is not yet given
    std::size_t line_feed_ = 0;        ///< the next one at or behind begin_, where known
    bool line_feed_known_ = false, whole_ = false;
    std::size_t number_ = 0;
};

}  // namespace steppe
