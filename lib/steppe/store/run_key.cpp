#include "steppe/store/run_key.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "steppe/data/fnv.hpp"
#include "steppe/data/repeated_patterns.hpp"
#include "steppe/error.hpp"
#include "steppe/model/folded.hpp"
#include "steppe/model/network_json.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/options/option.hpp"
#include "steppe/run/solver_choice.hpp"

// Versions of results:
//   1  the first that was kept in stores

namespace steppe {

namespace {

using Json = nlohmann::ordered_json;

/// h times the FNV prime of 128 bits, 2^88 + 0x13b, in halves.
struct Fnv128 {
    std::uint64_t high = 0x6c62272e07bb0142u, low = 0x62b821756295c58du;

    void add(unsigned char byte) {
        low ^= byte;
        constexpr std::uint64_t small = 0x13b;
        // low * small needs up to 73 bits.
        const std::uint64_t bottom = (low & 0xffffffffu) * small;
        const std::uint64_t top = (low >> 32) * small + (bottom >> 32);
        high = high * small + (top >> 32) + (low << 24);
        low = (top << 32) | (bottom & 0xffffffffu);
    }
};

std::string hex(std::uint64_t value) {
    return fmt::format("{:016x}", value);
}

/// Of patterns with labels folded in: which were turned decides what a sum of exactly 0 means.
std::string pattern_name(const Patterns& patterns) {
    Fnv1a hash;
    hash.add(patterns.hash(), 8);
    for (const unsigned char turned : patterns.turned()) hash.add(turned, 1);
    return hex(hash.value());
}

std::string weights_name(const Weights& weights) {
    Fnv1a hash;
    hash.add(weights.unit_inputs(), 8);
    hash.add(weights.units(), 8);
    for (const double value : weights.values()) hash.add(std::bit_cast<std::uint64_t>(value), 8);
    return hex(hash.value());
}

/// The couplings, not the file's name, which may hold others tomorrow.
std::string schedule_name(const ScheduleOptions& schedule) {
    const FocusingSchedule list =
        schedule.couplings ? *schedule.couplings : FocusingSchedule::from_file(schedule.file);
    std::string text = "file";
    for (std::size_t s = 0; s < list.steps(); ++s) {
        text += fmt::format(" {}:{}", list.at(s).gamma, list.at(s).replicas);
    }
    return text;
}

/// As Option::get, numbers in one way of writing.
std::string value_text(const Option& option, const SolveOptions& options, std::string text) {
    if (option.name == "schedule" && options.schedule.kind == ScheduleKind::File) {
        return schedule_name(options.schedule);
    }
    const auto type = option.values.type;
    if (type == Values::Type::Number || type == Values::Type::Count) {
        if (const auto whole = whole_number_of(text)) return fmt::format("{}", *whole);
        // -0 and 0 are one number.
        if (const auto value = number_of(text)) return fmt::format("{}", *value + 0.0);
    }
    return text;
}

/// Options that are set, by name; results do not depend on the number of threads.
Json options_json(const SolveOptions& options) {
    Json json = Json::object();
    for (const Option* option : all_options()) {
        const std::optional<std::string> text = option->get(options);
        if (!text || option->name == "threads") continue;
        json[std::string(option->name)] = value_text(*option, options, *text);
    }
    return json;
}

/// With the defaults of the solver that will run, which a later version may have changed.
SolveOptions as_it_runs(const SolveOptions& options, const Patterns& patterns) {
    const std::string solver =
        options.solver != "auto" ? options.solver : distinct(patterns).visit([&](const auto& set) {
            return choose_solver(options.network, *set).solver;
        });
    return options.resolved(options.conditions(solver, are_correlated(patterns)));
}

}  // namespace

RunKey::RunKey(std::string text) : text_(std::move(text)) {
    Fnv128 hash;
    for (const char c : text_) hash.add(static_cast<unsigned char>(c));
    hash_ = hex(hash.high) + hex(hash.low);
}

RunKey run_key(const SolveOptions& asked, const Patterns& patterns, const std::string& labels,
               const Patterns* test) {
    asked.validate();
    if (patterns.empty()) throw Error("run_key: the pattern set is a null pointer");
    SolveOptions options = asked;
    options.network.margin += 0.0;  // -0 is 0
    settle(options, patterns.patterns());
    const Patterns given = folded(options.network, patterns);
    Json json{{"results_version", results_version},
              {"model", network_json(options.network)},
              {"patterns",
               {{"count", given.patterns()}, {"labels", labels}, {"hash", pattern_name(given)}}},
              {"test", nullptr},
              {"teacher", nullptr},
              {"seed", options.seed},
              {"request", options_json(options)},
              {"options", options_json(as_it_runs(options, given))}};
    if (test) json["test"] = pattern_name(folded(options.network, *test));
    if (options.teacher) json["teacher"] = weights_name(*options.teacher);
    try {
        return RunKey(json.dump());
    } catch (const Json::type_error&) {
        // Replaced bytes would give two runs one key.
        throw Error(
            fmt::format("the labels' or an option's text holds bytes that are no UTF-8, "
                        "which the key of a run cannot have"));
    }
}

}  // namespace steppe
