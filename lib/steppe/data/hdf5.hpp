#pragma once

#include <H5Cpp.h>

#include <string>

/// What the writers of HDF5 files share (internal; not installed).
namespace steppe::hdf5 {

/// Attributes of one string of fixed length, or one number.
void write_string(H5::H5Object& object, const char* name, const std::string& text);
void write_number(H5::H5Object& object, const char* name, double value);

}  // namespace steppe::hdf5
