#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "campaign/problem.hpp"
#include "steppe/options/solve_options.hpp"

namespace steppe::sequences {

/// The options of the calls to come, set through the table of options. Setting checks what the
/// table promises.
class Settings {
  public:
    explicit Settings(const campaign::Problem& problem);

    /// A value that the table refuses must change nothing; one that it takes must be there when
    /// asked, move no other option, and be refused by validate() where it is out of range: then the
    /// setting is as before.
    void set(const std::string& name, const std::string& text);
    void unset(const std::string& name);
    void set_seed(std::uint64_t seed);

    const SolveOptions& options() const { return options_; }
    /// What was set, in that order.
    const std::vector<std::pair<std::string, std::string>>& given() const { return given_; }

    /// The options as the program passes them on; nothing where the library refuses them.
    std::optional<SolveOptions> settled(std::size_t patterns) const;

  private:
    SolveOptions start_, options_;
    std::vector<std::pair<std::string, std::string>> given_;
};

/// Whether two texts of a value say the same: "1.50" and "1.5", "2:3" and "2:3:linear".
/// may_be_completed: what was left open may be there, "0.5" as "0.5:0.7".
bool is_same_value(const std::string& set, const std::string& said, bool may_be_completed = false);

/// Every option as text, in the order of all_options().
std::vector<std::optional<std::string>> texts_of(const SolveOptions& options);

}  // namespace steppe::sequences
