#include "steppe/data/hdf5.hpp"

#include <fmt/format.h>

#include "steppe/error.hpp"

namespace steppe::hdf5 {

void write_string(H5::H5Object& object, const char* name, const std::string& text) {
    const H5::StrType type(H5::PredType::C_S1, text.empty() ? 1 : text.size());
    object.createAttribute(name, type, H5::DataSpace(H5S_SCALAR)).write(type, text);
}

std::string read_string(const H5::H5Object& object, const char* name) {
    const H5::Attribute attribute = object.openAttribute(name);
    std::string text;
    attribute.read(attribute.getStrType(), text);
    // A fixed-length string of the file may end in zeros.
    return text.substr(0, text.find('\0'));
}

void write_number(H5::H5Object& object, const char* name, double value) {
    object.createAttribute(name, H5::PredType::IEEE_F64LE, H5::DataSpace(H5S_SCALAR))
        .write(H5::PredType::NATIVE_DOUBLE, &value);
}

double read_number(const H5::H5Object& object, const char* name) {
    double value = 0.0;
    object.openAttribute(name).read(H5::PredType::NATIVE_DOUBLE, &value);
    return value;
}

void require_format(const H5::H5File& file, const std::string& path, const char* wanted,
                    const char* what) {
    const std::string format = file.attrExists("format") ? read_string(file, "format") : "";
    if (format == wanted) return;
    throw Error(
        fmt::format("{}: this HDF5 file is no {}: its attribute `format` is '{}' where '{}' is "
                    "wanted",
                    path, what, format, wanted));
}

}  // namespace steppe::hdf5
