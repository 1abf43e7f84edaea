#include "settings.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "failure.hpp"
#include "steppe/options/option.hpp"
#include "steppe/options/solver.hpp"

namespace steppe::sequences {

namespace {

const Option& option_named(const std::string& name) {
    const Option* option = find_option(name);
    if (!option) throw std::runtime_error("there is no option '" + name + "'");
    return *option;
}

/// "list:..." stands for a file.
std::string value_of(const std::string& text) {
    return text.starts_with("list:") ? campaign::schedule_file(text) : text;
}

/// The first option that is something else, but for one.
std::string moved(const SolveOptions& before, const SolveOptions& after, const Option* but) {
    const auto old = texts_of(before), now = texts_of(after);
    for (std::size_t o = 0; o < old.size(); ++o) {
        const Option* option = all_options()[o];
        if (option != but && old[o] != now[o]) return std::string(option->name);
    }
    return "";
}

/// What is read back sets the same again.
void check_reading(const Option& option, const SolveOptions& options, const std::string& text) {
    const std::optional<std::string> said = option.get(options);
    if (!said && (text == "0" || text == "false" || text == "auto")) return;
    if (!said || !is_same_value(text, *said)) {
        throw Failed{"read-back", fmt::format("{} set to '{}' reads '{}'", option.name, text,
                                              said.value_or("nothing"))};
    }
    SolveOptions again = options;
    option.set(again, *said);
    if (option.get(again) == said) return;
    throw Failed{"read-back",
                 fmt::format("{} set to '{}' reads '{}', and that reads '{}'", option.name, text,
                             *said, option.get(again).value_or(""))};
}

/// The parts between colons; those that say what is so without them are left out.
std::vector<std::string> parts_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> parts;
    for (std::string part; std::getline(stream, part, ':');) parts.push_back(part);
    if (parts.back() == "linear") parts.pop_back();
    const auto number = [](const std::string& part) { return std::strtod(part.c_str(), nullptr); };
    if (parts.size() > 1 && number(parts[0]) == number(parts[1])) parts.resize(1);
    return parts;
}

}  // namespace

bool is_same_value(const std::string& set, const std::string& said, bool may_be_completed) {
    const std::vector<std::string> wanted = parts_of(set), there = parts_of(said);
    if (wanted.size() > there.size() || (wanted.size() < there.size() && !may_be_completed)) {
        return false;
    }
    for (std::size_t p = 0; p < wanted.size(); ++p) {
        if (wanted[p] == there[p]) continue;
        char *end = nullptr, *other = nullptr;
        const double x = std::strtod(wanted[p].c_str(), &end);
        const double y = std::strtod(there[p].c_str(), &other);
        if (*end != '\0' || *other != '\0' || x != y) return false;
    }
    return true;
}

std::vector<std::optional<std::string>> texts_of(const SolveOptions& options) {
    std::vector<std::optional<std::string>> texts;
    for (const Option* option : all_options()) texts.push_back(option->get(options));
    return texts;
}

Settings::Settings(const campaign::Problem& problem) {
    start_.network = problem.network;
    start_.threads = 1;
    options_ = start_;
}

void Settings::set(const std::string& name, const std::string& text) {
    const Option& option = option_named(name);
    const std::string value = value_of(text);
    SolveOptions changed = options_;
    const bool unreadable = !option.values.why_not(value).empty();
    if (!refusal([&] { option.set(changed, value); }).empty()) {
        const std::string what = moved(options_, changed, nullptr);
        if (what.empty()) return;
        throw Failed{"changed",
                     fmt::format("{} '{}' is refused and changes {}", name, value, what)};
    }
    if (unreadable) throw Failed{"accepted", fmt::format("{} '{}' is not refused", name, value)};
    check_reading(option, changed, value);
    // What replicas are depends on the solver.
    const std::string what = name == "solver" ? "" : moved(options_, changed, &option);
    if (!what.empty()) throw Failed{"changed", fmt::format("{} changes {}", name, what)};
    if (!option.values.out_of_range(value).empty()) {
        must_refuse(fmt::format("{} {}", name, value), [&] { changed.validate(); });
        return;
    }
    options_ = changed;
    std::erase_if(given_, [&](const auto& pair) { return pair.first == name; });
    given_.emplace_back(name, value);
}

void Settings::unset(const std::string& name) {
    std::erase_if(given_, [&](const auto& pair) { return pair.first == name; });
    const std::uint64_t seed = options_.seed;
    options_ = start_;
    options_.seed = seed;
    for (const auto& [other, value] : given_) option_named(other).set(options_, value);
}

void Settings::set_seed(std::uint64_t seed) {
    options_.seed = seed;
}

std::optional<SolveOptions> Settings::settled(std::size_t patterns) const {
    SolveOptions options = options_;
    if (!refusal([&] { settle(options, patterns); }).empty()) return std::nullopt;
    if (!refusal([&] { options.validate(); }).empty()) return std::nullopt;
    SolveOptions again = options;
    const std::string why = refusal([&] { settle(again, patterns); });
    if (!why.empty()) throw Failed{"settle", "what was settled is refused: " + why};
    const std::string what = moved(options, again, nullptr);
    if (!what.empty()) throw Failed{"settle", "settling twice changes " + what};
    return options;
}

}  // namespace steppe::sequences
