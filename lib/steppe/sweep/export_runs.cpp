#include "steppe/sweep/export_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "steppe/error.hpp"

namespace steppe {

namespace {

using Json = nlohmann::ordered_json;

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

std::string value_text(const Json& value) {
    if (value.is_null()) return "";
    return value.is_string() ? value.get<std::string>() : value.dump();
}

bool moves(const Json& value) {
    return value.is_object() && value.size() == 3 && value.contains("from") &&
           value.contains("to") && value.contains("shape");
}

/// fn(name, text) of every key.
template <class Fn>
void flatten(const Json& object, const std::string& prefix, const Fn& fn) {
    for (const auto& [key, value] : object.items()) {
        if (moves(value)) {
            fn(prefix + key, fmt::format("{}:{}:{}", value_text(value["from"]),
                                         value_text(value["to"]), value_text(value["shape"])));
        } else if (value.is_object()) {
            flatten(value, prefix + key + "_", fn);
        } else {
            fn(prefix + key, value_text(value));
        }
    }
}

Json read(const std::string& text, const ResultRow& row) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_object()) return json;
    throw Error(fmt::format("run {} of the store holds no JSON object", row.key.hash()));
}

/// fn(name, text) of every column of a row.
template <class Fn>
void columns_of(const ResultRow& row, const Fn& fn) {
    flatten(read(row.summary, row), "", [&](std::string name, const std::string& text) {
        // Options that were asked for have the names of the command line.
        std::ranges::replace(name, '-', '_');
        fn(name, text);
    });
}

const std::vector<std::string> columns_of_rows{"labels", "written", "host", "hash"};

}  // namespace

std::uint64_t export_json_lines(const ResultStore& store, const RowFilter& filter,
                                const TextSink& out) {
    std::uint64_t runs = 0;
    store.for_each(filter, [&](const ResultRow& row) {
        out(row.summary + "\n");
        ++runs;
    });
    return runs;
}

std::uint64_t export_csv(const ResultStore& store, const RowFilter& filter, const TextSink& out) {
    std::vector<std::string> names;
    std::set<std::string> known;
    std::uint64_t runs = 0;
    store.for_each(filter, [&](const ResultRow& row) {
        columns_of(row, [&](const std::string& name, const std::string&) {
            if (known.insert(name).second) names.push_back(name);
        });
        ++runs;
    });
    std::string line;
    for (const std::string& name : names) line += csv_field(name) + ",";
    out(fmt::format("{}{}\n", line, fmt::join(columns_of_rows, ",")));
    std::uint64_t written = 0;
    store.for_each(filter, [&](const ResultRow& row) {
        // Those that were put since may have other keys.
        if (written == runs) return;
        ++written;
        std::map<std::string, std::string> texts;
        columns_of(row,
                   [&](const std::string& name, const std::string& text) { texts[name] = text; });
        line.clear();
        for (const std::string& name : names) line += csv_field(texts[name]) + ",";
        const Json labels =
            read(row.key.text(), row).value("/patterns/labels"_json_pointer, Json());
        out(fmt::format("{}{},{},{},{}\n", line, csv_field(value_text(labels)), row.written,
                        csv_field(row.host), row.key.hash()));
    });
    return runs;
}

}  // namespace steppe
