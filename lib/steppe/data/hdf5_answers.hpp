#pragma once

#include <cstdint>
#include <string>

#include "steppe/data/child_process.hpp"

/// What Reader and the child process that it asks say to each other (internal; not installed).
namespace steppe::hdf5 {

enum class Question : std::uint32_t { Has, HasAttribute, Text, Number, WholeNumber, Dataset, Rows };

/// The answer to Question::Dataset.
struct DatasetAnswer {
    std::uint32_t kind;  ///< Reader::Dataset::Kind
    std::uint32_t dimensions;
    std::uint64_t element_bytes;
    std::uint64_t shape[2];    ///< of two dimensions at most; of one the second is 1
    std::uint64_t most_bytes;  ///< that what is stored can hold
};

/// The part of Question::Rows that says which.
struct RowsQuestion {
    std::uint32_t dimensions;
    std::uint32_t type;  ///< 'i' signed, 'u' unsigned bytes, 'f' single, 'd' double precision
    std::uint64_t row, rows, column, columns;
};

/// Plain numbers and texts, one after another.
class Packed {
  public:
    Packed() = default;
    explicit Packed(std::string bytes) : bytes_(std::move(bytes)) {}

    template <class Number>
    Packed& put(const Number& number) {
        bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
        return *this;
    }
    Packed& put(const std::string& text) {
        put(std::uint64_t{text.size()});
        bytes_ += text;
        return *this;
    }
    /// Throw ChildProcess::Died where there is no such thing.
    template <class Number>
    Number take() {
        Number number;
        take_bytes(&number, sizeof number);
        return number;
    }
    std::string take_text();
    const std::string& bytes() const { return bytes_; }

  private:
    void take_bytes(void* out, std::uint64_t size);

    std::string bytes_;
    std::size_t at_ = 0;
};

/// Answers questions on one file with the HDF5 library, which is called nowhere else to read.
ChildProcess::Answer answers_on(const std::string& path, const char* what);

}  // namespace steppe::hdf5
