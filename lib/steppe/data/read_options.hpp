#pragma once

#include <cstddef>
#include <string>

/// What a file of patterns does not say about itself.
namespace steppe {

/// Arrays of a file that holds several by name (HDF5, .npz). Empty: the usual names (docs/files.md
/// lists them).
struct DatasetNames {
    std::string inputs;  ///< patterns
    std::string labels;  ///< their wanted outputs
};

/// What the numbers of a file are.
enum class InputValues {
    AsFound,       ///< bits where all are +-1, else real numbers; zeros and ones alone are refused
    ZeroOne,       ///< 0 stands for -1; anything but 0 and 1 is refused
    Numbers,       ///< real numbers, whatever they are
    Digits,        ///< text: each digit 0 or 1 of a word is an input, 0 stands for -1
    PackedLittle,  ///< eight inputs in a byte, the first in its lowest bit, 0 stands for -1
    PackedBig,     ///< the same, the first in its highest bit
};

struct ReadOptions {
    DatasetNames datasets;
    InputValues values = InputValues::AsFound;
    /// Inputs of packed bits; 0: eight for each byte.
    std::size_t packed_inputs = 0;
    /// The column of a table that holds the labels: `first`, `last`, a name of the table's header,
    /// or `none`: every column is an input. Empty: none, but a table that looks as if it had one is
    /// refused.
    std::string labels_column;
};

}  // namespace steppe
