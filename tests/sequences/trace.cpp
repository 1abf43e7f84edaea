#include "trace.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace steppe::sequences {

std::string Call::rest(std::size_t first) const {
    std::string text;
    for (std::size_t w = first; w < words.size(); ++w) text += (w > first ? " " : "") + words[w];
    return text;
}

double Call::number(std::size_t word) const {
    return word < words.size() ? std::strtod(words[word].c_str(), nullptr) : 0.0;
}

std::size_t Call::count(std::size_t word) const {
    const double value = number(word);
    return value >= 0.0 && value < 1e9 ? static_cast<std::size_t>(value) : 0;
}

std::string to_text(const Trace& trace) {
    std::string text = campaign::to_text(trace.problem);
    for (const Call& call : trace.calls) {
        text += "call " + call.name + (call.words.empty() ? "" : " ") + call.rest(0) + "\n";
    }
    return text;
}

Trace read_trace(std::istream& text, const std::string& path) {
    Trace trace;
    std::stringstream problem;
    for (std::string line; std::getline(text, line);) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string word;
        words >> word;
        if (word != "call") {
            problem << line << "\n";
            continue;
        }
        Call call;
        if (!(words >> call.name)) throw std::runtime_error(path + ": a call without a name");
        while (words >> word) call.words.push_back(word);
        trace.calls.push_back(std::move(call));
    }
    trace.problem = campaign::read_problem(problem, path);
    if (trace.problem.patterns() == 0) throw std::runtime_error(path + ": there are no patterns");
    return trace;
}

Trace read_trace(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("no file " + path);
    return read_trace(file, path);
}

}  // namespace steppe::sequences
