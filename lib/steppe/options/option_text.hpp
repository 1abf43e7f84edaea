#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "steppe/options/option.hpp"
#include "steppe/options/solve_options.hpp"

/// Values of options as text, and back (internal; not installed). What is read has been checked by
/// Values::why_not.
namespace steppe {

/// The words of an enumeration, in the order of its values.
template <class Kind>
inline constexpr std::array<const char*, 0> words_of{};
template <>
inline constexpr std::array words_of<Accuracy>{"exact", "gaussian", "relaxed"};
template <>
inline constexpr std::array words_of<Precision>{"single", "double"};
template <>
inline constexpr std::array words_of<ReinforcementForm>{"replicas", "fields"};
template <>
inline constexpr std::array words_of<LearningPreset>{"slow", "fast"};
template <>
inline constexpr std::array words_of<StopAt>{"network", "surrogate", "both"};

/// Values that are those words.
template <class Kind>
Values words() {
    return one_of({words_of<Kind>.begin(), words_of<Kind>.end()});
}

std::string text_of(double value);
std::string text_of(std::size_t value);
std::string text_of(const Ramp& value);  ///< "A", or "A:B[:geometric]"
void read_text(const std::string& text, double& value);
void read_text(const std::string& text, std::size_t& value);
void read_text(const std::string& text, Ramp& value);

template <class Kind>
requires std::is_enum_v<Kind> std::string text_of(Kind kind) {
    return words_of<Kind>.at(static_cast<std::size_t>(kind));
}

template <class Kind>
requires std::is_enum_v<Kind>
void read_text(const std::string& text, Kind& kind) {
    for (std::size_t w = 0; w < words_of<Kind>.size(); ++w) {
        if (text == words_of<Kind>[w]) kind = static_cast<Kind>(w);
    }
}

/// The place of a member that may be unset: stands_at([](auto& o) -> auto& { return o.damping; }).
template <class Member>
Place stands_at(Member) {
    return {[](SolveOptions& options, const std::string& text) {
                read_text(text, Member{}(options).emplace());
            },
            [](const SolveOptions& options) -> std::optional<std::string> {
                const auto& value = Member{}(options);
                if (!value) return std::nullopt;
                return text_of(*value);
            }};
}

/// Of a number that stands for "none" where it is 0.
template <class Member>
Place stands_at_or_none(Member) {
    return {
        [](SolveOptions& options, const std::string& text) { read_text(text, Member{}(options)); },
        [](const SolveOptions& options) -> std::optional<std::string> {
            const auto& value = Member{}(options);
            if (value == 0) return std::nullopt;
            return text_of(value);
        }};
}

/// A flag that is off unless it is given.
template <class Member>
Place flag_at(Member) {
    return {
        [](SolveOptions& options, const std::string& text) { Member{}(options) = text == "true"; },
        [](const SolveOptions& options) -> std::optional<std::string> {
            if (!Member{}(options)) return std::nullopt;
            return "true";
        }};
}

}  // namespace steppe
