#pragma once

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "steppe/data/pattern_file.hpp"
#include "steppe/model/network.hpp"

/// The files of tests/oracles: numbers that others worked out.
namespace steppe::test {

struct Oracle {
    std::map<std::string, std::string> header;  ///< key=value words of the first lines
    std::vector<double> magnetizations;         ///< unit by unit
    std::shared_ptr<const PatternSet> patterns;
    Network network;

    double number(const std::string& key) const { return std::stod(header.at(key)); }
};

/// name: "enumeration/p_n15_m1.enumeration.csv"; its patterns stand beside it.
inline Oracle read_oracle(const std::string& name) {
    const std::string path = std::string(STEPPE_TEST_DATA) + "/oracles/" + name;
    std::ifstream file(path);
    if (!file) throw std::runtime_error("no file " + path);
    Oracle oracle;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("# ")) {
            // The distances are a list; everything else is key=value.
            const std::size_t list = line.find("distance_from_reference=");
            std::istringstream words(line.substr(2));
            if (list != std::string::npos || line.starts_with("# reference_solution=")) {
                const std::size_t equals = line.find('=');
                oracle.header[line.substr(2, equals - 2)] = line.substr(equals + 1);
                continue;
            }
            for (std::string word; words >> word;) {
                const std::size_t equals = word.find('=');
                oracle.header[word.substr(0, equals)] = word.substr(equals + 1);
            }
        } else if (line[0] >= '0' && line[0] <= '9') {
            oracle.magnetizations.push_back(std::stod(line.substr(line.rfind(',') + 1)));
        }
    }
    const std::size_t end = path.find_first_of("_.", path.find("_m", path.rfind('/')) + 2);
    oracle.patterns =
        std::make_shared<PatternSet>(read_patterns(path.substr(0, end) + ".patterns.txt"));
    oracle.network = {static_cast<std::size_t>(oracle.number("inputs")),
                      static_cast<std::size_t>(oracle.number("hidden"))};
    if (oracle.magnetizations.size() != oracle.network.weight_count()) {
        throw std::runtime_error("magnetizations are missing in " + path);
    }
    return oracle;
}

inline std::vector<double> numbers(const std::string& text) {
    std::istringstream words(text);
    std::vector<double> found;
    for (double x; words >> x;) found.push_back(x);
    return found;
}

}  // namespace steppe::test
