#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "steppe/data/child_process.hpp"
#include "steppe/data/row_sink.hpp"

namespace steppe::hdf5 {

/// Reads an HDF5 file (internal; not installed). The library itself works in a child process: of a
/// damaged file it may crash, never return or write where it should not. Here sizes, shapes and
/// types are checked before anything of them is read or memory is taken.
///
/// All throw Error, with the path first: what is wrong with the file.
class Reader {
  public:
    /// what: the file is read as, for errors: "patterns".
    Reader(const std::string& path, const char* what);

    /// What the elements of a dataset are, and the table they form: a list is one of one column.
    struct Dataset {
        enum class Kind : std::uint32_t { Whole, Byte, Real, Boolean, Other };
        Kind kind = Kind::Other;
        std::size_t element_bytes = 0;
        std::size_t dimensions = 0;
        std::size_t rows = 0, columns = 0;  ///< both 1 or more, for one or two dimensions
    };

    bool has(const std::string& dataset);
    /// Throws where it holds no numbers, nothing, or more than the file has room for.
    Dataset dataset(const std::string& name);

    /// Attributes; object: of a dataset, or empty: of the file. Each is one text or one number.
    bool has_attribute(const std::string& object, const std::string& name);
    std::string text(const std::string& object, const std::string& name);
    double number(const std::string& object, const std::string& name);
    std::uint64_t whole_number(const std::string& object, const std::string& name);

    /// Hands all rows of a table to the sink. row_name: "pattern", as it is called in errors.
    void read_rows(const std::string& name, const Dataset& set, const char* row_name,
                   RowSink& sink);
    /// Calls work(row, bytes) for all rows of a table of unsigned bytes.
    void read_bytes(
        const std::string& name, const Dataset& set,
        const std::function<void(std::size_t row, std::span<const std::uint8_t>)>& work);

    /// A list as it is, to the last bit: of double, float, std::uint64_t or signed char. Throws
    /// where its numbers have another size.
    template <class Number>
    std::vector<Number> numbers(const std::string& name);

    /// Throws unless the file's attribute `format` is `wanted`; `what` names what is wanted.
    void require_format(const char* wanted, const char* what);

    const std::string& path() const { return path_; }
    Error refused(const std::string& why) const { return Error(path_ + ": " + why); }

  private:
    std::string ask(const std::string& question);
    template <class Number>
    Number ask_number(const std::string& question);
    void read_blocks(const std::string& name, const Dataset& set, char type, std::size_t bytes,
                     const std::function<void(std::size_t row, const char*)>& work);

    std::string path_;
    ChildProcess child_;
};

}  // namespace steppe::hdf5
