#include "steppe/run/solution_file.hpp"

#include <H5Cpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "steppe/data/byte_source.hpp"
#include "steppe/data/content.hpp"
#include "steppe/data/file_format.hpp"
#include "steppe/data/hdf5.hpp"
#include "steppe/data/number_table.hpp"
#include "steppe/data/output.hpp"
#include "steppe/data/table_file.hpp"
#include "steppe/error.hpp"

namespace steppe {

namespace {

const char* const format_name = "steppe solution 1";

void write_network(H5::H5Object& object, const Network& network) {
    hdf5::write_string(object, "model", network.name());
    hdf5::write_string(object, "wiring", wiring_name(network.wiring));
    hdf5::write_number(object, "inputs", static_cast<double>(network.inputs));
    hdf5::write_number(object, "margin", network.margin);
    hdf5::write_string(object, "activation", activation_name(network.activation));
}

std::optional<Network> read_network(const H5::H5Object& object, const Weights& weights) {
    if (!object.attrExists("model")) return {};
    Network network;
    network.inputs = static_cast<std::size_t>(hdf5::read_number(object, "inputs"));
    network.hidden = weights.units();
    network.gate = hdf5::read_string(object, "model") == "parity" ? Gate::Parity : Gate::Majority;
    network.wiring = hdf5::read_string(object, "wiring") == "tree" ? Wiring::Tree : Wiring::Full;
    network.weights = weights.kind();
    network.margin = hdf5::read_number(object, "margin");
    // Files of earlier versions have sign units.
    if (object.attrExists("activation") && hdf5::read_string(object, "activation") == "relu") {
        network.activation = Activation::Relu;
    }
    network.validate();
    return network;
}

void write_hdf5(const Solution& solution, const std::string& path) {
    H5::H5File file(path, H5F_ACC_TRUNC);
    const Weights& weights = solution.weights;
    const std::array<hsize_t, 2> shape{weights.units(), weights.unit_inputs()};
    const H5::DataSpace space(2, shape.data());
    if (weights.kind() == WeightKind::Binary) {
        file.createDataSet("weights", H5::PredType::STD_I8LE, space)
            .write(weights.signs().data(), H5::PredType::NATIVE_SCHAR);
    } else {
        file.createDataSet("weights", H5::PredType::IEEE_F64LE, space)
            .write(weights.values().data(), H5::PredType::NATIVE_DOUBLE);
    }
    hdf5::write_string(file, "format", format_name);
    hdf5::write_string(file, "version", solution.version);
    hdf5::write_string(file, "request", solution.request);
    if (solution.network) write_network(file, *solution.network);
    if (solution.pattern_hash) {
        file.createAttribute("pattern_hash", H5::PredType::STD_U64LE, H5::DataSpace(H5S_SCALAR))
            .write(H5::PredType::NATIVE_UINT64, &*solution.pattern_hash);
    }
    file.close();
}

Weights read_weights(const H5::DataSet& set, const std::string& path) {
    const H5::DataSpace space = set.getSpace();
    std::array<hsize_t, 2> shape{};
    if (space.getSimpleExtentNdims() != 2) {
        throw Error(fmt::format(
            "{}: dataset `weights` must have two dimensions, hidden units and inputs", path));
    }
    space.getSimpleExtentDims(shape.data());
    try {
        if (set.getTypeClass() == H5T_FLOAT) {
            std::vector<double> values(shape[0] * shape[1]);
            set.read(values.data(), H5::PredType::NATIVE_DOUBLE);
            return Weights::from_values(shape[1], shape[0], std::move(values));
        }
        std::vector<signed char> signs(shape[0] * shape[1]);
        set.read(signs.data(), H5::PredType::NATIVE_SCHAR);
        return Weights::from_signs(shape[1], shape[0], signs);
    } catch (const Error& error) {
        throw Error(fmt::format("{}: {}", path, error.what()));
    }
}

Solution read_hdf5(const std::string& path) {
    try {
        const H5::H5File file(path, H5F_ACC_RDONLY);
        hdf5::require_format(file, path, format_name, "solution");
        Solution solution{.weights = read_weights(file.openDataSet("weights"), path)};
        solution.network = read_network(file, solution.weights);
        solution.version = hdf5::read_string(file, "version");
        solution.request = hdf5::read_string(file, "request");
        if (file.attrExists("pattern_hash")) {
            std::uint64_t hash = 0;
            file.openAttribute("pattern_hash").read(H5::PredType::NATIVE_UINT64, &hash);
            solution.pattern_hash = hash;
        }
        return solution;
    } catch (const H5::Exception& error) {
        throw Error(fmt::format("{}: the HDF5 file cannot be read as a solution: {}", path,
                                error.getDetailMsg()));
    }
}

}  // namespace

void write_solution(const Solution& solution, const std::string& path) {
    H5::Exception::dontPrint();
    const FileFormat format = file_format(path, "weights");
    if (format == FileFormat::Hdf5) {
        write_whole(path, [&](const std::string& temporary) {
            try {
                write_hdf5(solution, temporary);
            } catch (const H5::Exception& error) {
                throw Error(fmt::format("{}: the solution cannot be written: {}", path,
                                        error.getDetailMsg()));
            }
        });
        return;
    }
    const Weights& weights = solution.weights;
    const bool binary = weights.kind() == WeightKind::Binary;
    write_table({weights.units(), weights.unit_inputs(),
                 binary ? Table::Numbers::Signs : Table::Numbers::Double,
                 [&](std::size_t k, std::size_t i) { return weights.value(k, i); }},
                path, format);
}

Solution read_solution(const std::string& path) {
    H5::Exception::dontPrint();
    ByteSource source(path);
    if (content_of(source) == Content::Hdf5) {
        const NamedFile file(source, path);
        try {
            return read_hdf5(file.path());
        } catch (const Error& error) {
            throw Error(file.renamed(error.what()));
        }
    }
    NumberTable table = read_numbers(source, path, "weight");
    const bool binary = std::all_of(table.values.begin(), table.values.end(),
                                    [](double w) { return w == 1.0 || w == -1.0; });
    if (!binary) {
        return {.weights =
                    Weights::from_values(table.columns, table.rows, std::move(table.values))};
    }
    const std::vector<signed char> signs(table.values.begin(), table.values.end());
    return {.weights = Weights::from_signs(table.columns, table.rows, signs)};
}

}  // namespace steppe
