#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

/// What the sub-commands share. Each sub-command is one file that holds its options, their help and
/// its worked examples; the manual's reference is printed from the same place.
namespace steppe::cli {

struct Streams {
    std::ostream& out;
    std::ostream& err;
};

/// One sub-command.
struct Command {
    CLI::App* app = nullptr;
    std::vector<std::string> examples;           ///< whole command lines, for help and manual
    std::function<int(const Streams&)> execute;  ///< returns the exit status
};

Command add_solve(CLI::App& program);
Command add_generate(CLI::App& program);
Command add_check(CLI::App& program);
Command add_info(CLI::App& program);

/// The reference page of the manual, Markdown.
std::string reference_markdown(const std::vector<Command>& commands);

/// A validator for an option that takes one of some words; says which are allowed and which was
/// probably meant.
CLI::Validator one_of(const std::vector<std::string>& words);

/// Whole numbers from `least` up.
CLI::Validator at_least(long least);

/// An option that may only be given together with something else: throws Error where `option` was
/// given and `makes_sense` is false.
void refuse_unless(bool makes_sense, const CLI::Option* option, const std::string& why);

}  // namespace steppe::cli
