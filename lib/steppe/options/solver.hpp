#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/model/network.hpp"
#include "steppe/options/option.hpp"
#include "steppe/options/settings.hpp"

/// What a solver says of itself. Each is one file of solvers/, and a line in its list.
namespace steppe {

class FactorGraph;
class Learner;
class MessagePassing;

/// What `auto` looks at.
struct ProblemTraits {
    const Network& network;
    std::size_t patterns = 0;
    double correlation = 0.0;  ///< pattern_correlation()
    bool correlated = false;   ///< are_correlated()
};

struct Solver {
    std::string_view name;     ///< "amp"
    std::string_view title;    ///< "approximate message passing"
    std::string_view purpose;  ///< what it is for, in a few words; "" where the title says it
    /// Common options that it has, by name, and those that it alone has.
    std::vector<std::string_view> options;
    std::vector<Option> own_options = {};
    /// Its rows of the table of settings, after those of all solvers: its own, then lists that it
    /// shares. Conditions do not name it.
    std::vector<std::span<const Default>> settings = {};

    /// Why it does not take this network, or inputs other than +-1, and what does; "" where it
    /// does, or where making it says so.
    std::string (*refuses)(const Network&, bool real_inputs) = nullptr;
    /// Why `auto` takes it, half a sentence; nothing where it does not. The last one of the list
    /// that suits is taken.
    std::optional<std::string> (*suits)(const ProblemTraits&) = nullptr;

    /// Bytes that it holds besides the patterns, of options that need not be resolved.
    double (*memory)(const Network&, std::size_t patterns, const SolveOptions&) = nullptr;
    std::string_view memory_of = "";  ///< what they hold: "messages"
    /// What needs less: "amp"; with words that depend on options.
    std::string (*saves_memory)(const SolveOptions&) = nullptr;

    /// How it is made of resolved options: passes messages on the problem's graph, or learns by
    /// epochs. poll, where it is not empty, is to be called several times a second by a solver that
    /// takes long to make; what it throws ends the run. A solver has one of them (adatron neither:
    /// run/largest_stability.hpp).
    std::unique_ptr<MessagePassing> (*make_messages)(const FactorGraph&, const SolveOptions&,
                                                     const std::function<void()>& poll) = nullptr;
    std::unique_ptr<Learner> (*make_learner)(const SolveOptions&, const Patterns&) = nullptr;

    // Of message passing, for the run around it.

    /// Before every iteration with focusing.
    void (*prepare)(MessagePassing&, const SolveOptions&) = nullptr;
    /// While many patterns are wrong errors are counted every so many iterations.
    std::size_t count_interval = 1;
    /// Its fields may run away, and settle with more damping.
    bool calms = false;
    /// What correlations patterns have makes no difference to it.
    bool takes_correlations = false;
    /// Making it costs as much as many iterations: fresh tries start it again instead.
    bool dear_to_make = false;
    std::string_view steadier = "";  ///< the solver to take where fields run away nevertheless

    bool passes_messages() const { return make_messages != nullptr; }
    bool learns() const { return make_learner != nullptr; }
};

/// All there are: those of solvers/list.inc.
const std::vector<const Solver*>& all_solvers();

/// All, with what they are for and the options that they have, as a table in Markdown.
std::string solvers_markdown();

/// Null for "auto" and unknown names.
const Solver* find_solver(std::string_view name);
/// The same; throws Error that names those there are.
const Solver& solver_named(std::string_view name);

}  // namespace steppe
