#include "table_options.hpp"

#include <fmt/format.h>

#include "commands.hpp"
#include "library_values.hpp"
#include "steppe/options/settings.hpp"

namespace steppe::cli {

namespace {

/// What the row says, of whom, and what holds where it is not given.
std::string help_of(const steppe::Option& row) {
    std::string help(row.help);
    const std::string owners = owner_words(row);
    if (!owners.empty() && !owners.starts_with("message passing"))
        help += "; of --solver " + owners;
    if (!row.is_flag()) help += default_help(std::string(row.name), std::string(row.default_note));
    return help;
}

}  // namespace

void TableOptions::add_to(Options& options, const steppe::Option& row) {
    Given& given = given_[std::string(row.name)];
    OptionSpec spec{std::string(row.name), std::string(row.group), std::string(row.value),
                    help_of(row)};
    spec.values.words = row.values.words;
    spec.values.check = [&row](std::string& text) { return row.values.why_not(text); };
    spec.values.numbers = numbers_in(row.values);
    spec.set = [&given](const std::string& text) { given.text = text; };
    given.option = options.add(std::move(spec));
}

void TableOptions::add_to(Options& options) {
    for (const steppe::Option* row : all_options()) add_to(options, *row);
}

void TableOptions::set(SolveOptions& options) const {
    for (const steppe::Option* row : all_options()) {
        const auto found = given_.find(std::string(row->name));
        if (found == given_.end() || !found->second.option->given()) continue;
        row->set(options, found->second.text);
    }
}

const Option* TableOptions::option(const std::string& name) const {
    return given_.at(name).option;
}

std::string TableOptions::text(const std::string& name) const {
    return given_.at(name).text;
}

}  // namespace steppe::cli
