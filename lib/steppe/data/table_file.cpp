#include "steppe/data/table_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <fstream>
#include <iterator>

#include "steppe/data/output.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/memory.hpp"

namespace steppe {

namespace {

std::size_t columns_of(const Table& table) {
    return std::max<std::size_t>(table.columns, 1);
}

std::string text_of(const Table& table, char separator) {
    std::string text;
    for (std::size_t a = 0; a < table.rows; ++a) {
        for (std::size_t i = 0; i < columns_of(table); ++i) {
            if (i > 0) text += separator;
            const double x = table.at(a, i);
            switch (table.numbers) {
                case Table::Numbers::Signs:
                    text += x > 0.0 ? "1" : "-1";
                    break;
                case Table::Numbers::Single:
                    fmt::format_to(std::back_inserter(text), "{:.9g}", x);
                    break;
                case Table::Numbers::Double:
                    fmt::format_to(std::back_inserter(text), "{}", x);
                    break;
            }
        }
        text += '\n';
    }
    return text;
}

/// The first bytes of a .npy file, version 1.0.
std::string npy_header(const Table& table) {
    const char* type = table.numbers == Table::Numbers::Signs    ? "|i1"
                       : table.numbers == Table::Numbers::Single ? "<f4"
                                                                 : "<f8";
    const std::string shape = table.columns == 0
                                  ? fmt::format("({},)", table.rows)
                                  : fmt::format("({}, {})", table.rows, table.columns);
    std::string header =
        fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", type, shape);
    // Magic word, version and length take 10 bytes; numbers begin at a multiple of 64.
    header.append(63 - (10 + header.size()) % 64, ' ');
    header += '\n';
    std::string start("\x93NUMPY\x01\x00", 8);
    start += static_cast<char>(header.size() & 0xff);
    start += static_cast<char>(header.size() >> 8);
    return start + header;
}

/// The low byte first, on any machine.
template <class Bits>
void append(std::string& bytes, Bits bits) {
    for (std::size_t b = 0; b < sizeof bits; ++b) {
        bytes += static_cast<char>(bits >> (8 * b) & 0xff);
    }
}

void append_number(std::string& bytes, double x, Table::Numbers numbers) {
    switch (numbers) {
        case Table::Numbers::Signs:
            bytes += static_cast<char>(x > 0.0 ? 1 : -1);
            break;
        case Table::Numbers::Single:
            append(bytes, std::bit_cast<std::uint32_t>(static_cast<float>(x)));
            break;
        case Table::Numbers::Double:
            append(bytes, std::bit_cast<std::uint64_t>(x));
            break;
    }
}

void write_npy(const Table& table, const std::string& path) {
    write_whole(path, [&](const std::string& temporary) {
        std::ofstream file(temporary, std::ios::binary);
        file << npy_header(table);
        std::string row;
        for (std::size_t a = 0; a < table.rows && file; ++a) {
            row.clear();
            for (std::size_t i = 0; i < columns_of(table); ++i) {
                append_number(row, table.at(a, i), table.numbers);
            }
            file.write(row.data(), static_cast<std::streamsize>(row.size()));
        }
        file.close();
        if (!file) throw Error(fmt::format("file '{}' cannot be written whole", path));
    });
}

}  // namespace

void write_table(const Table& table, const std::string& path, FileFormat format) {
    if (format == FileFormat::Npy) return write_npy(table, path);
    // A number and what stands behind it, at the least.
    require_memory(2.0 * static_cast<double>(table.rows) * static_cast<double>(columns_of(table)),
                   fmt::format("{}: {} x {} numbers as text", path, table.rows, columns_of(table)));
    write_text(path, text_of(table, format == FileFormat::Csv   ? ','
                                    : format == FileFormat::Tsv ? '\t'
                                                                : ' '));
}

}  // namespace steppe
