#include "steppe/study/studies.hpp"

#include <fmt/format.h>

#include "steppe/error.hpp"

namespace steppe {

namespace {

struct Entry {
    const char* name;
    Study (*make)(const std::string& data);
};

/// In the order of the manual.
constexpr Entry entries[] = {
    {"random-tree-committee", [](const std::string&) { return studies::random_tree_committee(); }},
    {"random-binary-perceptron",
     [](const std::string&) { return studies::random_binary_perceptron(); }},
    {"fashion-mnist", studies::fashion_mnist},
    {"parity", [](const std::string&) { return studies::parity(); }},
    {"cross-entropy", [](const std::string&) { return studies::cross_entropy(); }},
};

}  // namespace

std::vector<std::string> study_names() {
    std::vector<std::string> names;
    for (const Entry& entry : entries) names.emplace_back(entry.name);
    return names;
}

Study study_named(const std::string& name, const std::string& data) {
    for (const Entry& entry : entries) {
        if (name != entry.name) continue;
        Study study = entry.make(data);
        study.name = name;
        return study;
    }
    throw Error(
        fmt::format("no study is called '{}'; there are {}", name, fmt::join(study_names(), ", ")));
}

}  // namespace steppe
