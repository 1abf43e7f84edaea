#pragma once

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace steppe::test {

using Row = std::map<std::string, std::string>;

/// The rows of a table of tests/oracles, by the names of its columns; lines of "#" are left out.
inline std::vector<Row> table_rows(const std::string& name) {
    const std::string path = std::string(STEPPE_TEST_DATA) + "/oracles/" + name;
    std::ifstream file(path);
    if (!file) throw std::runtime_error("no file " + path);
    std::vector<std::string> columns;
    std::vector<Row> rows;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::vector<std::string> words;
        std::istringstream stream(line);
        for (std::string word; std::getline(stream, word, ',');) words.push_back(word);
        if (line.back() == ',') words.emplace_back();  // getline ends without the last, empty one
        if (columns.empty()) {
            columns = words;
            continue;
        }
        if (words.size() != columns.size()) throw std::runtime_error("a torn row in " + path);
        Row row;
        for (std::size_t i = 0; i < words.size(); ++i) row[columns[i]] = words[i];
        rows.push_back(row);
    }
    return rows;
}

}  // namespace steppe::test
