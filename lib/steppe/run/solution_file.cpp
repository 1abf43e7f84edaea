#include "steppe/run/solution_file.hpp"

#include <H5Cpp.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

#include "steppe/data/byte_source.hpp"
#include "steppe/data/content.hpp"
#include "steppe/data/file_format.hpp"
#include "steppe/data/hdf5.hpp"
#include "steppe/data/hdf5_reader.hpp"
#include "steppe/data/number_table.hpp"
#include "steppe/data/output.hpp"
#include "steppe/data/table_file.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/memory.hpp"

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

/// An attribute that is one of some words.
std::string read_word(hdf5::Reader& file, const char* name,
                      std::initializer_list<const char*> words) {
    std::string word = file.text("", name);
    if (std::ranges::find(words, word) != words.end()) return word;
    throw file.refused(fmt::format("attribute `{}` is '{}' where one of {} is wanted", name, word,
                                   fmt::join(words, ", ")));
}

std::size_t read_inputs(hdf5::Reader& file) {
    const double inputs = file.number("", "inputs");
    if (inputs >= 1.0 && inputs <= 1e12 && inputs == std::floor(inputs)) {
        return static_cast<std::size_t>(inputs);
    }
    throw file.refused(
        fmt::format("attribute `inputs` is {}: a whole number, 1 or more, is wanted", inputs));
}

std::optional<Network> read_network(hdf5::Reader& file, const Weights& weights) {
    if (!file.has_attribute("", "model")) return {};
    Network network;
    network.inputs = read_inputs(file);
    network.hidden = weights.units();
    const std::string model = read_word(file, "model", {"perceptron", "committee", "parity"});
    network.gate = model == "parity" ? Gate::Parity : Gate::Majority;
    network.wiring =
        read_word(file, "wiring", {"full", "tree"}) == "tree" ? Wiring::Tree : Wiring::Full;
    network.weights = weights.kind();
    network.margin = file.number("", "margin");
    // Files of earlier versions have sign units.
    if (file.has_attribute("", "activation") &&
        read_word(file, "activation", {"sign", "relu"}) == "relu") {
        network.activation = Activation::Relu;
    }
    network.validate();
    if (network.unit_inputs() != weights.unit_inputs()) {
        throw file.refused(
            fmt::format("dataset `weights` has {} weights a unit, and a unit of {} inputs has {}",
                        weights.unit_inputs(), network.inputs, network.unit_inputs()));
    }
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

/// Numbers as they are, whole or real.
class WeightRows final : public RowSink {
  public:
    const char* what() const override { return "weight"; }
    void expect(std::size_t rows, std::size_t columns) override { values.reserve(rows * columns); }
    void add(std::span<const signed char> signs, const RowPlace&) override {
        values.insert(values.end(), signs.begin(), signs.end());
    }
    void add(std::span<const double> row, const RowPlace&) override {
        values.insert(values.end(), row.begin(), row.end());
    }
    std::vector<double> values;
};

Weights weights_of(const hdf5::Reader::Dataset& set, std::vector<double> values) {
    if (set.kind == hdf5::Reader::Dataset::Kind::Real) {
        return Weights::from_values(set.columns, set.rows, std::move(values));
    }
    std::vector<signed char> signs(values.size());
    // What is none becomes one that is refused.
    std::ranges::transform(values, signs.begin(), [](double w) {
        return static_cast<signed char>(std::clamp(w, -128.0, 127.0));
    });
    return Weights::from_signs(set.columns, set.rows, signs);
}

Weights read_weights(hdf5::Reader& file) {
    if (!file.has("weights")) {
        throw file.refused(
            "the HDF5 file cannot be read as a solution: it has no dataset `weights`");
    }
    const hdf5::Reader::Dataset set = file.dataset("weights");
    if (set.dimensions != 2) {
        throw file.refused("dataset `weights` must have two dimensions, hidden units and inputs");
    }
    require_memory(8.0 * static_cast<double>(set.rows) * static_cast<double>(set.columns),
                   fmt::format("{}: the weights of its {} units of {} inputs", file.path(),
                               set.rows, set.columns));
    WeightRows rows;
    file.read_rows("weights", set, "unit", rows);
    return weights_of(set, std::move(rows.values));
}

Solution read_hdf5(const std::string& path) {
    try {
        hdf5::Reader file(path, "a solution");
        file.require_format(format_name, "solution");
        Solution solution{.weights = read_weights(file)};
        solution.network = read_network(file, solution.weights);
        solution.version = file.text("", "version");
        solution.request = file.text("", "request");
        if (file.has_attribute("", "pattern_hash")) {
            solution.pattern_hash = file.whole_number("", "pattern_hash");
        }
        return solution;
    } catch (const Error& error) {
        const std::string why = error.what();
        throw Error(why.starts_with(path) ? why : path + ": " + why);
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
