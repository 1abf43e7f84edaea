#include "sample_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>

#include "campaign/problem.hpp"
#include "steppe/error.hpp"
#include "steppe/options/solve_options.hpp"

namespace steppe::sequences {

namespace {

/// Whether reading takes it, and the range allows it.
bool is_allowed(const Option& option, const std::string& text) {
    try {
        SolveOptions options;
        options.network.inputs = 8;
        option.set(options, text.starts_with("list:") ? campaign::schedule_file(text) : text);
        if (!option.values.out_of_range(text).empty()) return false;
        options.validate();
        return true;
    } catch (const Error&) {
        return false;
    }
}

std::vector<std::string> candidates(const Values& values) {
    using Type = Values::Type;
    switch (values.type) {
        case Type::Flag:
            return {"true", "false"};
        case Type::Count: {
            std::vector<std::string> counts;
            for (const std::uint64_t more : {0u, 1u, 2u, 6u, 39u}) {
                counts.push_back(
                    fmt::format("{}", static_cast<std::uint64_t>(values.least) + more));
            }
            return counts;
        }
        case Type::Number:
            return {"0", "0.001", "0.3", "0.5", "0.9", "1", "2", "3", "10", "300"};
        case Type::Ramp:
            return {"0", "0.01", "0.5", "3", "0.1:2", "2:0.1", "0.5:30:geometric"};
        case Type::Words:
            return {};
        case Type::Text:
            return {"0",      "1",
                    "0.03",   "0.5:0",
                    "1:0.7",  "0.1:0.9:geometric",
                    "5 true", "true",
                    "a:b",    "list:0.5 2;inf 10"};
    }
    return {};
}

}  // namespace

namespace {

std::vector<std::string> find_good(const Option& option) {
    std::vector<std::string> good = option.values.words;
    for (const std::string& text : candidates(option.values)) {
        if (std::ranges::find(good, text) == good.end() && is_allowed(option, text)) {
            good.push_back(text);
        }
    }
    return good;
}

std::vector<std::string> find_bad(const Option& option) {
    std::vector<std::string> bad;
    for (const char* text : {"nonsense", "-1", "nan", "inf", "1e400", "1.5", "0", "1", "0x10", "1:",
                             "2:1:cubic", "-1:1", "0:inf:geometric", "1000000000000000000000"}) {
        if (option.values.type != Values::Type::Text && !is_allowed(option, text)) {
            bad.emplace_back(text);
        }
    }
    return bad;
}

}  // namespace

const std::vector<std::string>& good_values(const Option& option) {
    static std::map<const Option*, std::vector<std::string>> known;
    const auto found = known.find(&option);
    return found != known.end() ? found->second
                                : known.emplace(&option, find_good(option)).first->second;
}

const std::vector<std::string>& bad_values(const Option& option) {
    static std::map<const Option*, std::vector<std::string>> known;
    const auto found = known.find(&option);
    return found != known.end() ? found->second
                                : known.emplace(&option, find_bad(option)).first->second;
}

}  // namespace steppe::sequences
