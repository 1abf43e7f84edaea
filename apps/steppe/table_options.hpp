#pragma once

#include <map>
#include <string>

#include "option.hpp"
#include "steppe/options/option.hpp"
#include "steppe/options/solve_options.hpp"

namespace steppe::cli {

/// The options of the library's table (options/option_table.cpp) as those of a command.
class TableOptions {
  public:
    /// Adds a row, and what its default is to its help.
    void add_to(Options& options, const steppe::Option& row);
    /// Adds all.
    void add_to(Options& options);

    /// Sets what was given; throws Error, naming the option, for text that cannot be read.
    void set(SolveOptions& options) const;

    /// The option of a row that was added, and its text, "" where it was not given.
    const Option* option(const std::string& name) const;
    std::string text(const std::string& name) const;

  private:
    struct Given {
        const Option* option = nullptr;
        std::string text = {};
    };
    std::map<std::string, Given> given_;
};

}  // namespace steppe::cli
