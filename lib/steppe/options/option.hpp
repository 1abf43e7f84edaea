#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "steppe/options/values.hpp"

/// Every option of a run, described once: from the table come the command line's options, help,
/// checks and refusals, keys of configuration files, the request in JSON and in files of solutions,
/// and the manual's table (`steppe info --options`).
namespace steppe {

struct ScheduleOptions;
struct SolveOptions;
struct Solver;

/// Where an option stands in SolveOptions, by text.
struct Place {
    void (*set)(SolveOptions&, const std::string& text) = nullptr;
    /// Nothing where the option is not set.
    std::optional<std::string> (*get)(const SolveOptions&) = nullptr;
};

struct Option {
    std::string_view name;   ///< "running-margin"
    std::string_view group;  ///< under which help lists it
    std::string_view value;  ///< name of its value in help; empty for flags
    Values values;
    std::string_view help;  ///< half a sentence; defaults are added from the table of settings
    /// None: the value stands in SolveOptions::others, as an option that one solver alone reads.
    Place place = {};
    /// Schedules that have it, of message passing; empty: all, and runs without one.
    std::vector<std::string_view> schedules = {};
    /// Why this network has it not ("belongs to ..."); "" where it has.
    std::string (*why_absent)(const SolveOptions&) = nullptr;
    /// Why its value makes no sense beside the others; "" where it does. patterns: how many there
    /// are.
    std::string (*why_wrong)(const SolveOptions&, std::size_t patterns) = nullptr;
    std::string_view default_note = "";  ///< about its defaults, for help
    /// What holds where it is not given is no value that could be given.
    bool stays_open = false;
    bool of_every_run = false;  ///< whatever the solver

    /// Throws Error, naming the option, for text that cannot be read.
    void set(SolveOptions& options, const std::string& text) const;
    /// As set() takes it; nothing where the option is not set.
    std::optional<std::string> get(const SolveOptions& options) const;
    bool is_flag() const { return values.type == Values::Type::Flag; }
};

/// Options that several solvers may have, and those of every run. A row is known by its name.
const std::vector<Option>& common_options();

/// All, those that one solver alone has included, in the order of help.
const std::vector<const Option*>& all_options();

/// Null for an unknown name.
const Option* find_option(std::string_view name);

/// Whether a solver has it; those of every run all have.
bool has_option(const Solver& solver, const Option& option);

/// Whether a schedule (not auto) has it; all have those that name none.
bool schedule_has(const ScheduleOptions& schedule, const Option& option);

/// Solvers that have it; empty where it belongs to every run.
std::vector<const Solver*> owners_of(const Option& option);

/// "message passing", "bp", "sgd or rsgd"; empty where it belongs to every run.
std::string owner_words(const Option& option);

/// An option that one solver alone has, or one schedule, asks for it where `auto` is. Then throws
/// Error for an option that is set though solver, schedule or network do not have it.
void settle(SolveOptions& options, std::size_t patterns);

/// The whole table in Markdown.
std::string options_markdown();

}  // namespace steppe
