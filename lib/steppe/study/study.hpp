#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/landscape/measures.hpp"
#include "steppe/model/network.hpp"

/// A study as data: which solutions are found and measured, and what is asked of them. Each stands
/// in a file of its own, and in the list of studies.cpp (internal; not installed).
namespace steppe {

/// What solutions are found for, and tested on.
struct StudyProblem {
    Patterns patterns;               ///< labels folded in or beside
    std::optional<Patterns> test{};  ///< not learned
};

/// One way to solutions.
struct Arm {
    std::string name;  ///< "fBP, end of the schedule"
    Network network;
    /// Options of `steppe solve`, by name. Empty where `find` is set.
    std::vector<std::pair<std::string, std::string>> options = {};
    /// At which weights the run ends: "first zero error", "end of the schedule".
    std::string taken = "first zero error";
    /// Rates that are tried on other training sets before; the best of them is taken for the study.
    /// Empty: none.
    std::vector<std::string> rates = {};
    /// The arm whose rate is taken; empty: its own.
    std::string rate_of = "";
    /// Finds weights without solve(); throws Interrupted where its observer ends it.
    std::function<Weights(const StudyProblem&, const Network&, std::uint64_t seed,
                          const LandscapeObserver&)>
        find = {};
};

/// A number that is compared between solutions.
struct Quantity {
    std::string label;    ///< "error added by noise 0.3"
    std::string measure;  ///< "flatness"
    std::string key;      ///< "added_error"
    /// Of a measure that has points: that number of a point, and where it is read, linear between
    /// two points. Empty: the key stands alone.
    std::string along = "";
    double at = 0.0;
};

/// What is said of two arms, and held against the numbers.
struct Claim {
    std::string sentence;  ///< "fBP is flatter than LAL"
    std::size_t quantity;  ///< whose value
    std::string lower;     ///< is lower for the solutions of this arm
    std::string higher;    ///< than for those of this one
};

struct Study {
    std::string name;      ///< "random-tree-committee"
    std::string title;     ///< a heading
    std::string question;  ///< a paragraph
    /// The problem of training set number `set`, from 1.
    std::function<StudyProblem(std::uint64_t set)> problem;
    std::vector<Arm> arms;
    std::vector<std::string> measures;  ///< in the order in which they are taken
    MeasureOptions how;
    std::vector<Quantity> quantities;
    std::vector<Claim> claims;
    /// Arms without which the correlations are told once more: differences between good and poor
    /// solvers make some by themselves.
    std::vector<std::string> poor = {};
    /// Whether weights that leave patterns wrong are compared as well.
    bool unsolved_count = false;
    std::size_t sets = 8, seeds = 5;  ///< training sets, and runs on each
};

/// "committee of 3 units, tree, 999 inputs, binary weights".
std::string network_text(const Network& network);

/// One of the study's arms.
const Arm& arm_named(const Study& study, const std::string& name);

/// Of a row of results; nothing where its measure has no such value.
std::optional<double> value_of(const Quantity& quantity, const MeasureJson& row);

}  // namespace steppe
