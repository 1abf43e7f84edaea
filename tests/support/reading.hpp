#pragma once

#include <string>
#include <vector>

#include "steppe/data/pattern_file.hpp"
#include "steppe/error.hpp"

/// What files of patterns hold, or why they are refused.
namespace steppe::test {

/// Inputs row after row, of either kind.
inline std::vector<double> inputs_of(const Patterns& patterns) {
    return patterns.visit([](const auto& set) {
        std::vector<double> row(set->inputs()), all;
        for (std::size_t a = 0; a < set->patterns(); ++a) {
            set->copy_inputs(a, 0, std::span<double>(row));
            all.insert(all.end(), row.begin(), row.end());
        }
        return all;
    });
}

inline std::vector<int> labels_of(const Patterns& patterns) {
    return {patterns.labels().begin(), patterns.labels().end()};
}

/// The message of the error, without the path before it; "accepted" where there is none.
inline std::string reading_refusal(const std::string& path, const ReadOptions& options = {},
                                   const std::string& labels_path = "") {
    try {
        read_any_patterns(path, labels_path, LabelUse::Keep, options);
    } catch (const Error& error) {
        std::string why = error.what();
        for (const std::string& p : {path, labels_path}) {
            if (!p.empty() && why.starts_with(p)) return why.substr(p.size());
        }
        return why;
    }
    return "accepted";
}

}  // namespace steppe::test
