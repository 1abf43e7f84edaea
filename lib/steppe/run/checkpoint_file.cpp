#include "steppe/run/checkpoint_file.hpp"

#include <H5Cpp.h>
#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <mutex>
#include <sstream>

#include "steppe/data/byte_source.hpp"
#include "steppe/data/content.hpp"
#include "steppe/data/fnv.hpp"
#include "steppe/data/hdf5.hpp"
#include "steppe/data/hdf5_reader.hpp"
#include "steppe/data/output.hpp"
#include "steppe/error.hpp"

namespace steppe {

namespace {

const char* const format_name = "steppe checkpoint 1";

/// The kinds of records, in the order of Record::values.
constexpr std::string_view kinds = "iufd";

std::size_t size_of(const Record& record) {
    return std::visit([](const auto& values) { return values.size(); }, record.values);
}

/// "part/name", an array in the file; one without numbers is in the list alone.
std::string place_of(const Checkpoint::Part& part, const Record& record) {
    return part.name + "/" + record.name;
}

/// All parts and records in order, a line each: kind, size, place.
std::string contents_of(const Checkpoint& checkpoint) {
    std::string text;
    for (const Checkpoint::Part& part : checkpoint.parts) {
        text += fmt::format("part 0 {}\n", part.name);
        for (const Record& record : part.records) {
            text += fmt::format("{} {} {}\n", kinds[record.values.index()], size_of(record),
                                record.name);
        }
    }
    return text;
}

void add(Fnv1a& sum, const std::string& text) {
    for (const char c : text) sum.add(static_cast<unsigned char>(c), 1);
    sum.add(text.size(), 8);
}

void add(Fnv1a& sum, const Record& record) {
    std::visit(
        [&](const auto& values) {
            for (const auto value : values) {
                using Number = std::decay_t<decltype(value)>;
                if constexpr (std::is_same_v<Number, double>) {
                    sum.add(std::bit_cast<std::uint64_t>(value), 8);
                } else if constexpr (std::is_same_v<Number, float>) {
                    sum.add(std::bit_cast<std::uint32_t>(value), 4);
                } else {
                    sum.add(static_cast<std::uint64_t>(value), sizeof(Number));
                }
            }
        },
        record.values);
}

/// Of everything in the file.
std::uint64_t checksum(const Checkpoint& checkpoint, const std::string& contents) {
    Fnv1a sum;
    const RunIdentity& identity = checkpoint.identity;
    for (const std::string& text : {checkpoint.version, identity.network, identity.solver,
                                    identity.request, checkpoint.messages_of, contents}) {
        add(sum, text);
    }
    sum.add(identity.patterns, 8);
    sum.add(identity.pattern_hash, 8);
    sum.add(std::bit_cast<std::uint64_t>(checkpoint.seconds), 8);
    for (const Checkpoint::Part& part : checkpoint.parts) {
        for (const Record& record : part.records) add(sum, record);
    }
    return sum.value();
}

void write_whole_number(H5::H5Object& object, const char* name, std::uint64_t value) {
    object.createAttribute(name, H5::PredType::STD_U64LE, H5::DataSpace(H5S_SCALAR))
        .write(H5::PredType::NATIVE_UINT64, &value);
}

template <class Number>
void write_list(H5::H5File& file, const std::string& place, const std::vector<Number>& values,
                const H5::PredType& stored, const H5::PredType& native) {
    if (values.empty()) return;
    const hsize_t size = values.size();
    file.createDataSet(place, stored, H5::DataSpace(1, &size)).write(values.data(), native);
}

void write_record(H5::H5File& file, const std::string& place, const Record& record) {
    using P = H5::PredType;
    switch (record.values.index()) {
        case 0:
            return write_list(file, place, std::get<0>(record.values), P::STD_I8LE,
                              P::NATIVE_SCHAR);
        case 1:
            return write_list(file, place, std::get<1>(record.values), P::STD_U64LE,
                              P::NATIVE_UINT64);
        case 2:
            return write_list(file, place, std::get<2>(record.values), P::IEEE_F32LE,
                              P::NATIVE_FLOAT);
        default:
            return write_list(file, place, std::get<3>(record.values), P::IEEE_F64LE,
                              P::NATIVE_DOUBLE);
    }
}

std::vector<signed char> bytes_of(const std::string& text) {
    return {text.begin(), text.end()};
}

std::string text_of_bytes(const std::vector<signed char>& bytes) {
    return {bytes.begin(), bytes.end()};
}

void write_hdf5(const Checkpoint& checkpoint, const std::string& path) {
    H5::H5File file(path, H5F_ACC_TRUNC);
    hdf5::write_string(file, "format", format_name);
    hdf5::write_string(file, "version", checkpoint.version);
    hdf5::write_string(file, "network", checkpoint.identity.network);
    hdf5::write_string(file, "solver", checkpoint.identity.solver);
    hdf5::write_string(file, "messages_of", checkpoint.messages_of);
    write_whole_number(file, "patterns", checkpoint.identity.patterns);
    write_whole_number(file, "pattern_hash", checkpoint.identity.pattern_hash);
    hdf5::write_number(file, "seconds", checkpoint.seconds);
    const std::string contents = contents_of(checkpoint);
    write_record(file, "request", {"request", bytes_of(checkpoint.identity.request)});
    write_record(file, "contents", {"contents", bytes_of(contents)});
    for (const Checkpoint::Part& part : checkpoint.parts) {
        file.createGroup(part.name);
        for (const Record& record : part.records) {
            write_record(file, place_of(part, record), record);
        }
    }
    write_whole_number(file, "checksum", checksum(checkpoint, contents));
    file.close();
}

Record read_record(hdf5::Reader& file, const std::string& place, char kind, std::size_t size) {
    Record record;
    const auto read = [&]<class Number>(Number) {
        std::vector<Number> values;
        if (size > 0) values = file.numbers<Number>(place);
        if (values.size() != size) throw file.refused("this checkpoint is damaged");
        record.values = std::move(values);
    };
    if (kind == 'i') read(static_cast<signed char>(0));
    if (kind == 'u') read(std::uint64_t{0});
    if (kind == 'f') read(0.0f);
    if (kind == 'd') read(0.0);
    return record;
}

void read_parts(hdf5::Reader& file, const std::string& contents, Checkpoint& checkpoint) {
    std::istringstream lines(contents);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t first = line.find(' '), second = line.find(' ', first + 1);
        if (first == std::string::npos || second == std::string::npos) {
            throw file.refused("this checkpoint is damaged");
        }
        const std::string kind = line.substr(0, first), name = line.substr(second + 1);
        if (kind == "part") {
            checkpoint.parts.push_back({name, {}});
            continue;
        }
        std::size_t size = 0;
        const auto parsed = std::from_chars(line.data() + first + 1, line.data() + second, size);
        if (parsed.ec != std::errc{} || kind.size() != 1 || checkpoint.parts.empty() ||
            kinds.find(kind) == std::string_view::npos) {
            throw file.refused("this checkpoint is damaged");
        }
        Checkpoint::Part& part = checkpoint.parts.back();
        part.records.push_back({name, {}});
        const std::string place = place_of(part, part.records.back());
        part.records.back() = read_record(file, place, kind.front(), size);
        part.records.back().name = name;
    }
}

Checkpoint read_hdf5(const std::string& path) {
    hdf5::Reader file(path, "a checkpoint");
    file.require_format(format_name, "checkpoint");
    Checkpoint checkpoint;
    checkpoint.version = file.text("", "version");
    RunIdentity& identity = checkpoint.identity;
    identity.network = file.text("", "network");
    identity.solver = file.text("", "solver");
    checkpoint.messages_of = file.text("", "messages_of");
    identity.patterns = static_cast<std::size_t>(file.whole_number("", "patterns"));
    identity.pattern_hash = file.whole_number("", "pattern_hash");
    checkpoint.seconds = file.number("", "seconds");
    if (file.has("request")) {
        identity.request = text_of_bytes(file.numbers<signed char>("request"));
    }
    std::string contents;
    if (file.has("contents")) contents = text_of_bytes(file.numbers<signed char>("contents"));
    read_parts(file, contents, checkpoint);
    if (file.whole_number("", "checksum") != checksum(checkpoint, contents)) {
        throw file.refused("this checkpoint is damaged: its checksum is another");
    }
    return checkpoint;
}

}  // namespace

const Records* Checkpoint::part(const std::string& name) const {
    for (const Part& part : parts) {
        if (part.name == name) return &part.records;
    }
    return nullptr;
}

void write_checkpoint(const Checkpoint& checkpoint, const std::string& path) {
    // The HDF5 library is one for all threads of a program that runs several solvers.
    static std::mutex one_at_a_time;
    const std::lock_guard lock(one_at_a_time);
    H5::Exception::dontPrint();
    write_whole(path, [&](const std::string& temporary) {
        try {
            write_hdf5(checkpoint, temporary);
        } catch (const H5::Exception& error) {
            throw Error(fmt::format("{}: the checkpoint cannot be written: {}", path,
                                    error.getDetailMsg()));
        }
    });
}

Checkpoint read_checkpoint(const std::string& path) {
    ByteSource source(path);
    if (content_of(source) != Content::Hdf5) {
        throw Error(fmt::format("{}: this is no checkpoint: it is no HDF5 file", path));
    }
    try {
        return read_hdf5(path);
    } catch (const Error& error) {
        const std::string why = error.what();
        throw Error(why.starts_with(path) ? why : path + ": " + why);
    }
}

}  // namespace steppe
