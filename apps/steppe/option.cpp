#include "option.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"

namespace steppe::cli {

const Option* Options::add(OptionSpec spec) {
    return &options_.emplace_back(std::move(spec));
}

const Option* Options::add(OptionSpec spec, std::string& value) {
    if (!value.empty()) spec.shown_default = value;
    spec.set = [&value](const std::string& word) { value = word; };
    return add(std::move(spec));
}

const Option* Options::add(OptionSpec spec, std::uint64_t& value) {
    spec.set = [&value](const std::string& word) { value = whole_number_of(word).value(); };
    return add(std::move(spec));
}

const Option* Options::add(OptionSpec spec, double& value) {
    spec.set = [&value](const std::string& word) { value = number_of(word).value(); };
    return add(std::move(spec));
}

const Option* Options::add(OptionSpec spec, bool& value) {
    spec.set = [&value](const std::string& word) { value = word == "true"; };
    return add(std::move(spec));
}

const Option* Options::add(OptionSpec spec, std::vector<std::string>& values) {
    if (!spec.repeated) spec.positional = spec.several = true;
    spec.set = [&values](const std::string& word) { values.push_back(word); };
    return add(std::move(spec));
}

void Options::give(const std::string& name, std::string value) {
    const auto option = std::ranges::find(options_, name, &Option::name);
    if (option == options_.end()) throw Error(fmt::format("there is no option --{}", name));
    const std::string why = option->values.check ? option->values.check(value) : "";
    if (!why.empty()) throw Error(fmt::format("{}: {}", option->written(), why));
    option->set(value);
    option->times = 1;
}

const Option* Options::find(const std::string& word) const {
    for (const Option& option : options_) {
        if (option.positional) continue;
        if (word == option.written()) return &option;
        if (option.letter != '\0' && word == std::string("-") + option.letter) return &option;
    }
    return nullptr;
}

std::vector<std::string> Options::groups() const {
    std::vector<std::string> groups;
    for (const Option& option : options_) {
        if (std::ranges::find(groups, option.group) == groups.end()) groups.push_back(option.group);
    }
    return groups;
}

void refuse_unless(bool makes_sense, const Option* option, const std::string& why) {
    if (!makes_sense && option->given()) throw Error(fmt::format("{} {}", option->written(), why));
}

}  // namespace steppe::cli
