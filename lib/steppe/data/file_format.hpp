#pragma once

#include <string>

namespace steppe {

/// What the end of a name promises of a file that is written (case does not matter).
enum class FileFormat {
    Text,  ///< .txt, or a name that promises nothing; numbers separated by spaces
    Csv,   ///< .csv, by commas
    Tsv,   ///< .tsv, by tabs
    Npy,   ///< .npy
    Hdf5   ///< .h5, .hdf5
};

/// The format of a file of numbers; text, .csv and .tsv may be packed (.gz). Throws Error for a
/// name that promises something else (.json, .npz, .h5.gz, ...): `what` says what is written,
/// "weights".
FileFormat file_format(const std::string& path, const std::string& what);

/// Throws Error for a file of labels beside patterns whose name promises HDF5 or what file_format
/// refuses.
void require_labels_name(const std::string& path);

/// Throws Error for a log whose name promises anything but text or JSON.
void require_log_name(const std::string& path);

/// Throw Error for an answer in JSON, and for a table by commas, whose name promises something
/// else. Both may be packed (.gz).
void require_json_name(const std::string& path);
void require_csv_name(const std::string& path);

}  // namespace steppe
