#pragma once

#include <string>
#include <vector>

#include "steppe/data/pattern_set.hpp"
#include "steppe/data/patterns.hpp"
#include "steppe/data/read_options.hpp"

namespace steppe {

/// Reads a file of patterns of +-1. labels_path: a second file of their labels, or empty for none.
/// A label that is given stays beside its pattern (see PatternSet::fold_labels). A path "-" is
/// standard input; pipes are read once. docs/files.md describes all formats; they are recognised by
/// content:
/// - text, plain or gzip: a pattern a line, numbers separated by spaces, commas or semicolons, `#`
///   begins a comment, a first line may name the columns;
/// - arrays of NumPy, .npy and .npz, of two dimensions.
/// Labels are +1 and -1, or 1 and 0 where 0 stands for -1: one a line, or all in one.
///
/// Throws Error with file, line and column for: a file that cannot be read or is cut short, an
/// empty file, an empty line between patterns, rows of unequal length, a word that is no number, a
/// number that is not +-1, a label that is none, a number of labels other than the number of
/// patterns.
PatternSet read_patterns(const std::string& path, const std::string& labels_path = "");

enum class LabelUse { Keep, Fold };

/// The same of a file whose inputs may be any finite numbers: a set of bits where all are +-1, else
/// of real numbers in single precision. Also of an HDF5 file. Files are read in pieces, without a
/// second copy in memory; one with labels of its own takes no labels_path. LabelUse::Fold folds the
/// labels in, in place.
///
/// Throws Error as well where a file could mean two things and `options` do not say which: inputs
/// that are all 0 or 1, unsigned bytes, a column that looks like labels, several arrays.
Patterns read_any_patterns(const std::string& path, const std::string& labels_path = "",
                           LabelUse labels = LabelUse::Keep, const ReadOptions& options = {});

/// Whether patterns written to this path are HDF5: it ends in .h5 or .hdf5. Throws Error for a name
/// that promises a format that is not written (data/file_format.hpp).
bool is_hdf5_path(const std::string& path);

/// Writes the patterns in the same format ("1" and "-1", or real inputs with nine digits, which is
/// all that single precision has; one space between), gzip when path ends in .gz; with commas where
/// it ends in .csv, tabs for .tsv, NumPy's format for .npy; labels, where the
/// set has them, to labels_path (an Error if it is empty then). HDF5 where is_hdf5_path(path), with
/// labels in the same file and `provenance`, a text that says where the patterns come from. The
/// file appears whole or not at all. Throws Error where it cannot be written.
void write_patterns(const Patterns& patterns, const std::string& path,
                    const std::string& labels_path = "", const std::string& provenance = "");

}  // namespace steppe
