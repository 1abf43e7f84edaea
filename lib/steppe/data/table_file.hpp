#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "steppe/data/file_format.hpp"

namespace steppe {

/// Numbers that are written row by row (internal; not installed).
struct Table {
    enum class Numbers {
        Signs,   ///< +1 and -1: "1" and "-1"; 8-bit integers
        Single,  ///< nine digits, which is all that single precision has
        Double   ///< the shortest text that reads back as the same number
    };
    std::size_t rows = 0;
    std::size_t columns = 0;  ///< 0: a list, one number a row
    Numbers numbers = Numbers::Signs;
    std::function<double(std::size_t row, std::size_t column)> at;
};

/// Writes the table in a format that is not HDF5; text is packed where path ends in .gz. The file
/// appears whole or not at all (data/output.hpp).
void write_table(const Table& table, const std::string& path, FileFormat format);

}  // namespace steppe
