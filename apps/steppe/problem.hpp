#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "outputs.hpp"
#include "steppe/data/pattern_file.hpp"
#include "steppe/data/patterns.hpp"
#include "steppe/model/network.hpp"

namespace steppe::cli {

/// The options that name a problem, the same in every sub-command: which network, which patterns.
class ProblemOptions {
  public:
    enum class Files { Allowed, Refused };

    /// Adds the options to a sub-command, in the groups Network and Patterns. Files::Refused leaves
    /// out reading patterns from files.
    void add_to(Options& options, Files files);

    /// The network and its patterns, read or made.
    struct Problem {
        Network network;
        Patterns patterns;
        bool labelled;  ///< labels were given, folded in or not

        /// Names the patterns, the same whether labels are folded in or stand beside.
        std::uint64_t pattern_hash() const;
    };
    /// LabelUse::Fold folds the labels in, where the network's answer is odd.
    Problem load(LabelUse labels) const;

    /// Sizes without making patterns; patterns from a file are read.
    struct Sizes {
        Network network;
        std::size_t patterns;
    };
    Sizes sizes() const;

    std::uint64_t seed() const { return seed_; }
    bool has_teacher() const { return labels_ == "teacher"; }
    /// Whose the labels are: "random", "teacher", or null of patterns from a file.
    nlohmann::ordered_json labels_json() const;
    /// Takes this network (of a solution's file) where options say nothing.
    void assume(const Network& network);
    /// Refuses what belongs to networks and random patterns: for patterns that are neither.
    void refuse_network_and_random() const;
    /// What options say about files of patterns: that of --patterns, and --test, whose labels stand
    /// in the same column unless they have a file of their own.
    ReadOptions reading() const;
    /// The files that are read: --patterns and --labels-file.
    std::vector<std::string> files() const { return {file_, labels_file_}; }
    /// Whether --patterns names a file.
    bool from_file() const;
    /// The files that are read.
    void list_files(Outputs& files) const;
    /// Whether real weights are asked for by an option.
    bool asks_for_real_weights() const;

  private:
    Network network_without_inputs() const;
    Network network_of(std::size_t inputs) const;
    std::size_t pattern_count(const Network& network) const;
    void refuse_nonsense() const;
    void add_file_options(Options& options);

    std::string model_ = "perceptron";
    std::size_t hidden_ = 1;
    bool assumed_hidden_ = false;
    std::string wiring_ = "full", weights_ = "binary", activation_ = "tanh";
    double margin_ = 0.0;
    std::string file_;
    std::string labels_file_;
    ReadOptions reading_;
    std::string input_values_;
    std::size_t inputs_ = 1001;
    double load_ = 0.6;
    std::size_t count_ = 0;
    std::string labels_ = "random";
    std::uint64_t seed_ = 1;

    const Option* model_option_ = nullptr;
    const Option* hidden_option_ = nullptr;
    const Option* wiring_option_ = nullptr;
    const Option* weights_option_ = nullptr;
    const Option* margin_option_ = nullptr;
    const Option* activation_option_ = nullptr;
    const Option* file_option_ = nullptr;
    const Option* labels_file_option_ = nullptr;
    std::vector<const Option*> reading_options_;
    const Option* labels_column_option_ = nullptr;
    const Option* inputs_option_ = nullptr;
    const Option* load_option_ = nullptr;
    const Option* count_option_ = nullptr;
    const Option* labels_option_ = nullptr;
    const Option* seed_option_ = nullptr;
};

/// Refuses two files of one command that are both standard input, which is read once.
void require_one_standard_input(const std::vector<std::string>& files);

}  // namespace steppe::cli
