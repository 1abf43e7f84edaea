#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "steppe/data/byte_source.hpp"

namespace steppe {

/// Rows of numbers, all of one length.
struct NumberTable {
    std::size_t rows = 0, columns = 0;
    std::vector<double> values;  ///< row after row
};

/// Reads finite numbers from a text, an .npy file or an .npz archive of one array (internal; not
/// installed); `what` names one of them in messages. An .npy of one dimension is one row. path: of
/// the source.
NumberTable read_numbers(ByteSource& source, const std::string& path, const char* what);

}  // namespace steppe
