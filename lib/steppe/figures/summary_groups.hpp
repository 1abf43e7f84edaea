#pragma once

#include <map>
#include <string>
#include <vector>

#include "steppe/figures/described_network.hpp"
#include "steppe/figures/drawing.hpp"

/// Summaries of `steppe solve --json`, sorted by what ran on what (internal; not installed).
namespace steppe {

/// Runs that differ in load and seed alone.
struct SummaryGroup {
    DescribedNetwork network;
    std::string network_words;
    std::string solver, schedule;  ///< as asked for: "auto", and empty, where nothing was
    double inputs = 0.0;
    /// Of those of several groups that differ: "binary perceptron, amp, N = 1001".
    std::string name;
    std::map<double, std::vector<const nlohmann::json*>> runs;  ///< by their load

    /// Whether messages are passed and nothing focuses them: it counts and averages, and does not
    /// look for one solution.
    bool counts() const;
    /// Such a run of its end: one that has converged.
    static bool converged(const nlohmann::json& run);
};

/// In the order of their first runs; nothing of what is no summary.
std::vector<SummaryGroup> summary_groups(const Content& content);

}  // namespace steppe
