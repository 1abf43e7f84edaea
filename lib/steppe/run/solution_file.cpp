#include "steppe/run/solution_file.hpp"

#include <H5Cpp.h>
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "steppe/data/file.hpp"
#include "steppe/data/pattern_file.hpp"
#include "steppe/error.hpp"

namespace steppe {

namespace {

const char* const format_name = "steppe solution 1";

bool is_hdf5_name(const std::string& path) {
    return path.ends_with(".h5") || path.ends_with(".hdf5");
}

bool has_hdf5_content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::array<char, 8> start{};
    file.read(start.data(), start.size());
    return file && std::string(start.data(), start.size()) == "\x89HDF\r\n\x1a\n";
}

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

void write_hdf5(const Solution& solution, const std::string& path) {
    H5::H5File file(path, H5F_ACC_TRUNC);
    const std::array<hsize_t, 2> shape{solution.hidden, solution.inputs};
    H5::DataSet weights =
        file.createDataSet("weights", H5::PredType::STD_I8LE, H5::DataSpace(2, shape.data()));
    weights.write(solution.weights.data(), H5::PredType::NATIVE_SCHAR);
    write_string(file, "format", format_name);
    write_string(file, "version", solution.version);
    write_string(file, "request", solution.request);
    if (solution.pattern_hash) {
        file.createAttribute("pattern_hash", H5::PredType::STD_U64LE, H5::DataSpace(H5S_SCALAR))
            .write(H5::PredType::NATIVE_UINT64, &*solution.pattern_hash);
    }
    file.close();
}

Solution read_hdf5(const std::string& path) {
    Solution solution;
    try {
        const H5::H5File file(path, H5F_ACC_RDONLY);
        const std::string format = file.attrExists("format") ? read_string(file, "format") : "";
        if (format != format_name) {
            throw Error(
                fmt::format("{}: this HDF5 file is no solution: its attribute `format` is "
                            "'{}' where '{}' is wanted",
                            path, format, format_name));
        }
        const H5::DataSet weights = file.openDataSet("weights");
        const H5::DataSpace space = weights.getSpace();
        std::array<hsize_t, 2> shape{};
        if (space.getSimpleExtentNdims() != 2) {
            throw Error(
                fmt::format("{}: dataset `weights` must have two dimensions, hidden units and "
                            "inputs",
                            path));
        }
        space.getSimpleExtentDims(shape.data());
        solution.hidden = shape[0];
        solution.inputs = shape[1];
        solution.weights.resize(shape[0] * shape[1]);
        weights.read(solution.weights.data(), H5::PredType::NATIVE_SCHAR);
        solution.version = read_string(file, "version");
        solution.request = read_string(file, "request");
        if (file.attrExists("pattern_hash")) {
            std::uint64_t hash = 0;
            file.openAttribute("pattern_hash").read(H5::PredType::NATIVE_UINT64, &hash);
            solution.pattern_hash = hash;
        }
    } catch (const H5::Exception& error) {
        throw Error(fmt::format("{}: the HDF5 file cannot be read as a solution: {}", path,
                                error.getDetailMsg()));
    }
    for (std::size_t i = 0; i < solution.weights.size(); ++i) {
        if (solution.weights[i] != 1 && solution.weights[i] != -1) {
            throw Error(fmt::format(
                "{}: weight {} of hidden unit {} is {}; weights must be +1 or -1", path,
                i % solution.inputs, i / solution.inputs, static_cast<int>(solution.weights[i])));
        }
    }
    return solution;
}

}  // namespace

void write_solution(const Solution& solution, const std::string& path) {
    if (solution.weights.size() != solution.inputs * solution.hidden) {
        throw Error(fmt::format("a solution of {} units with {} inputs needs {} weights, not {}",
                                solution.hidden, solution.inputs, solution.hidden * solution.inputs,
                                solution.weights.size()));
    }
    H5::Exception::dontPrint();
    if (is_hdf5_name(path)) {
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
    std::string text;
    for (std::size_t k = 0; k < solution.hidden; ++k) {
        for (std::size_t i = 0; i < solution.inputs; ++i) {
            if (i > 0) text += ' ';
            text += solution.weights[k * solution.inputs + i] > 0 ? "1" : "-1";
        }
        text += '\n';
    }
    write_text(path, text);
}

Solution read_solution(const std::string& path) {
    H5::Exception::dontPrint();
    if (has_hdf5_content(path)) return read_hdf5(path);
    // A unit a line is the same text as a pattern a line.
    const PatternSet lines = read_patterns(path);
    Solution solution;
    solution.inputs = lines.inputs();
    solution.hidden = lines.patterns();
    for (std::size_t k = 0; k < solution.hidden; ++k) {
        for (std::size_t i = 0; i < solution.inputs; ++i) {
            solution.weights.push_back(static_cast<signed char>(lines.sign(k, i)));
        }
    }
    return solution;
}

void require_writable(const std::string& path) {
    const std::filesystem::path target(path);
    std::error_code ignored;
    if (std::filesystem::is_directory(target, ignored)) {
        throw Error(fmt::format("'{}' cannot be written: it is a folder; name a file", path));
    }
    // Whether a new file can appear beside it is what matters: files are renamed into place.
    const std::string probe = path + ".steppe-probe";
    {
        std::ofstream file(probe);
        if (!file) {
            const std::string folder =
                target.has_parent_path() ? target.parent_path().string() : ".";
            throw Error(fmt::format("'{}' cannot be written: no file can be made in folder '{}'",
                                    path, folder));
        }
    }
    std::filesystem::remove(probe, ignored);
}

}  // namespace steppe
