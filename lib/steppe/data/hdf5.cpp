#include "steppe/data/hdf5.hpp"

namespace steppe::hdf5 {

void write_string(H5::H5Object& object, const char* name, const std::string& text) {
    const H5::StrType type(H5::PredType::C_S1, text.empty() ? 1 : text.size());
    object.createAttribute(name, type, H5::DataSpace(H5S_SCALAR)).write(type, text);
}

void write_number(H5::H5Object& object, const char* name, double value) {
    object.createAttribute(name, H5::PredType::IEEE_F64LE, H5::DataSpace(H5S_SCALAR))
        .write(H5::PredType::NATIVE_DOUBLE, &value);
}

}  // namespace steppe::hdf5
