#pragma once

#include <H5Cpp.h>

#include <string>

/// What the readers and writers of HDF5 files share (internal; not installed).
namespace steppe::hdf5 {

/// Attributes of one string of fixed length, or one number.
void write_string(H5::H5Object& object, const char* name, const std::string& text);
std::string read_string(const H5::H5Object& object, const char* name);
void write_number(H5::H5Object& object, const char* name, double value);
double read_number(const H5::H5Object& object, const char* name);

/// Throws Error unless the file's attribute `format` is `wanted`; `what` names what is wanted.
void require_format(const H5::H5File& file, const std::string& path, const char* wanted,
                    const char* what);

}  // namespace steppe::hdf5
