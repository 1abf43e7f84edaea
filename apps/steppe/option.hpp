#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "values.hpp"

/// Options as data. parser.cpp alone makes a parser of them; help, manual, completion and checks
/// read them as they are.
namespace steppe::cli {

/// One option of a command.
struct OptionSpec {
    std::string name = {};           ///< without its dashes
    std::string group = {};          ///< the heading that it stands under
    std::string value_name = {};     ///< "FILE"; a flag has none
    std::string help = {};           ///< what it means
    Values values = {};              ///< what it may be
    std::string shown_default = {};  ///< what help shows in brackets
    /// Takes the value, as `values` left it; of a flag "true" (a configuration file may say
    /// "false").
    std::function<void(const std::string&)> set = {};
    bool required = false;
    bool positional = false;  ///< a word of its own, without a name before it
    char letter = '\0';       ///< its short name, where it has one
    /// Of a positional option: one word or more, `set` called for each in order.
    bool several = false;
    /// Of one with a name: may be given several times, `set` called for each in order.
    bool repeated = false;
};

/// An option, and how often it was given. Who holds a pointer to one asks for the latter.
struct Option : OptionSpec {
    explicit Option(OptionSpec spec) : OptionSpec(std::move(spec)) {}
    Option(const Option&) = delete;
    Option& operator=(const Option&) = delete;

    std::size_t times = 0;
    bool given() const { return times > 0; }
    bool takes_value() const { return !value_name.empty(); }
    /// As people write it: "--out"; a positional one by its name.
    std::string written() const { return positional ? name : "--" + name; }
    /// The value as help shows it: "FILE", or "FILE..." where there may be several.
    std::string shown_value() const { return value_name + (several ? "..." : ""); }
};

/// The options of a command, in the order in which help shows them. Their addresses stay.
class Options {
  public:
    const Option* add(OptionSpec spec);
    /// Options that set a variable. A text that is not empty is the default that help shows; the
    /// `values` of a number leave numbers only.
    const Option* add(OptionSpec spec, std::string& value);
    const Option* add(OptionSpec spec, std::uint64_t& value);
    const Option* add(OptionSpec spec, double& value);
    const Option* add(OptionSpec spec, bool& value);
    /// What is added to `values`: the words of a positional option, or those of one that is given
    /// several times where the spec says `repeated`.
    const Option* add(OptionSpec spec, std::vector<std::string>& values);

    /// Gives an option a value, as a command line does. Throws Error for a value that it cannot
    /// have, and for a name without its option.
    void give(const std::string& name, std::string value);

    /// The option of a word such as "--out" or "-h", or null.
    const Option* find(const std::string& word) const;
    std::vector<std::string> groups() const;

    auto begin() { return options_.begin(); }
    auto end() { return options_.end(); }
    auto begin() const { return options_.begin(); }
    auto end() const { return options_.end(); }

  private:
    std::deque<Option> options_;
};

/// An option that may only be given together with something else: throws Error where `option` was
/// given and `makes_sense` is false.
void refuse_unless(bool makes_sense, const Option* option, const std::string& why);

}  // namespace steppe::cli
