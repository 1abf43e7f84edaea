#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "steppe/options/conditions.hpp"
#include "steppe/schedule/ramp.hpp"

/// Every default, and where it holds. They stand in settings.cpp, those of single solvers beside
/// them (solvers/), and nowhere else; `steppe info --settings` prints them all.
namespace steppe {

/// One row of the table.
struct Default {
    std::string_view setting;  ///< name of the option, or of what no option sets
    Conditions when;
    /// As the option is written: "0.5", "0.1:300:geometric", "auto". "0.02/(1-D)": divided by the
    /// part that damping D leaves.
    std::string_view value;
};

/// All rows. Of the rows of a setting whose conditions hold the last one counts.
const std::vector<Default>& default_settings();

/// What a setting is where nobody says otherwise. Throws Error for a name without a row that holds.
/// damping: what "/(1-D)" takes for D.
std::string default_text(std::string_view setting, Conditions now = when::always,
                         double damping = 0.0);
/// The same, read.
double default_number(std::string_view setting, Conditions now = when::always);
std::size_t default_count(std::string_view setting, Conditions now = when::always);
/// "0.5", or a range: the one number that it stays at, or from one to another.
Ramp default_ramp(std::string_view setting, Conditions now = when::always);

/// "0.5 if not given; amp, one unit: 0.3"; of many rows the first, and where the others are.
std::string default_words(std::string_view setting);

/// The whole table in Markdown.
std::string settings_markdown();

}  // namespace steppe
