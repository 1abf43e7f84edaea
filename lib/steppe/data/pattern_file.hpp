#pragma once

#include <string>
#include <vector>

#include "steppe/data/pattern_set.hpp"
#include "steppe/data/patterns.hpp"
#include "steppe/data/read_options.hpp"

namespace steppe {

/// Reads a text file of patterns, plain or gzip (recognised by content): a pattern a line, inputs
/// +1, 1 or -1 separated by spaces or tabs; empty lines at the end are ignored. labels_path: a
/// second file of one label (+1, 1 or -1) a line, or empty for none. A label that is given stays
/// beside its pattern (see PatternSet::fold_labels).
///
/// Throws Error with file, line and column for: a file that cannot be read or is cut short, an
/// empty file, an empty line between patterns, rows of unequal length, a word that is no number, a
/// number that is not +-1, a label that is not +-1, a number of labels other than the number of
/// patterns; a comma or semicolon between numbers is named as the wrong separator.
PatternSet read_patterns(const std::string& path, const std::string& labels_path = "");

enum class LabelUse { Keep, Fold };

/// The same of a file whose inputs may be any finite numbers: a set of bits where all are +-1, else
/// of real numbers in single precision. Also of an HDF5 file (recognised by content; layout in
/// docs/files.md), read in blocks, without a second copy in memory; one with labels of its own
/// takes no labels_path. LabelUse::Fold folds the labels in, in place.
Patterns read_any_patterns(const std::string& path, const std::string& labels_path = "",
                           LabelUse labels = LabelUse::Keep, const ReadOptions& options = {});

/// Lines of numbers, all of one length.
struct NumberTable {
    std::size_t rows = 0, columns = 0;
    std::vector<double> values;  ///< row after row
};

/// Reads a text file of finite numbers in the same way; `what` names one of them in messages.
NumberTable read_numbers(const std::string& path, const char* what);

/// Whether patterns written to this path are HDF5: it ends in .h5 or .hdf5.
bool is_hdf5_path(const std::string& path);

/// Writes the patterns in the same format ("1" and "-1", or real inputs with nine digits, which is
/// all that single precision has; one space between), gzip when path ends in .gz; labels, where the
/// set has them, to labels_path (an Error if it is empty then). HDF5 where is_hdf5_path(path), with
/// labels in the same file and `provenance`, a text that says where the patterns come from. The
/// file appears whole or not at all. Throws Error where it cannot be written.
void write_patterns(const Patterns& patterns, const std::string& path,
                    const std::string& labels_path = "", const std::string& provenance = "");

}  // namespace steppe
