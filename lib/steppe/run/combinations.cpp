#include "steppe/run/combinations.hpp"

#include <fmt/format.h>

#include "steppe/error.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/options/solver.hpp"

namespace steppe {

namespace {

constexpr std::size_t example_patterns = 12;
constexpr std::uint64_t example_seed = 1;

std::string network_words(const Network& network) {
    return fmt::format("{}{}, {}", network.name(),
                       network.hidden == 1 ? "" : ", " + wiring_name(network.wiring),
                       weight_kind_name(network.weights));
}

std::string solver_words(const Combination& c) {
    return c.accuracy ? c.solver + " " + accuracy_name(*c.accuracy) : c.solver;
}

/// Every solver that passes messages, at each accuracy that it has.
void add_solvers(const Network& network, InputKind inputs, std::vector<Combination>& all) {
    const Option* accuracy = find_option("accuracy");
    for (const Solver* solver : all_solvers()) {
        if (!solver->passes_messages()) continue;
        Combination c{network, inputs, std::string(solver->name)};
        if (!has_option(*solver, *accuracy)) {
            all.push_back(c);
            continue;
        }
        for (const std::string& word : accuracy->values.words) {
            SolveOptions options;
            accuracy->set(options, word);
            c.accuracy = options.accuracy;
            all.push_back(c);
        }
    }
}

}  // namespace

FactorGraph make_example_graph(const Combination& c) {
    // Small fields, so that symmetric problems decide as well.
    const Philox random(example_seed, Stream::Symmetry);
    std::vector<double> field(c.network.weight_count());
    for (std::size_t j = 0; j < field.size(); ++j) field[j] = 0.1 * random.normal(j);
    PatternSet signs = random_patterns(c.network.inputs, example_patterns, example_seed);
    if (!c.network.folds_labels()) {
        signs = std::move(signs).with_labels(random_labels(example_patterns, example_seed));
    }
    if (c.inputs == InputKind::Signs) {
        return build_graph(c.network, std::make_shared<const PatternSet>(std::move(signs)), field);
    }
    const Philox numbers(example_seed, Stream::Patterns);
    std::vector<float> values(example_patterns * c.network.inputs);
    for (std::size_t j = 0; j < values.size(); ++j) {
        values[j] = static_cast<float>(numbers.normal(j));
    }
    return build_graph(c.network,
                       std::make_shared<const RealPatterns>(RealPatterns::from_values(
                           c.network.inputs, example_patterns, std::move(values),
                           {signs.labels().begin(), signs.labels().end()})),
                       field);
}

std::vector<Combination> all_combinations() {
    std::vector<Combination> all;
    const Network shapes[] = {
        {60, 1, Wiring::Full, Gate::Majority}, {60, 3, Wiring::Full, Gate::Majority},
        {60, 3, Wiring::Tree, Gate::Majority}, {60, 3, Wiring::Full, Gate::Parity},
        {60, 3, Wiring::Tree, Gate::Parity},   {60, 2, Wiring::Full, Gate::Parity},
        {60, 2, Wiring::Tree, Gate::Parity},
    };
    for (Network network : shapes) {
        for (const WeightKind weights : {WeightKind::Binary, WeightKind::Spherical}) {
            network.weights = weights;
            for (const InputKind inputs : {InputKind::Signs, InputKind::Numbers}) {
                add_solvers(network, inputs, all);
            }
        }
    }
    return all;
}

std::unique_ptr<MessagePassing> make_example(const Combination& c) {
    SolveOptions options;
    options.network = c.network;
    options.accuracy = c.accuracy;
    const SolveOptions how = options.resolved(options.conditions(c.solver, false));
    return solver_named(c.solver).make_messages(make_example_graph(c), how, {});
}

std::string combinations_markdown() {
    const std::vector<Combination> all = all_combinations();
    std::string out, notes;
    std::vector<std::string> sentences;
    for (std::size_t j = 0; j < all.size();) {
        if (j == 0) {
            out = "| network, weights | inputs |";
            std::string rule = "|---|---|";
            for (std::size_t s = 0; all[s].inputs == InputKind::Signs; ++s) {
                out += fmt::format(" {} |", solver_words(all[s]));
                rule += "---|";
            }
            out += "\n" + rule + "\n";
        }
        const Combination& row = all[j];
        const bool even = row.network.gate == Gate::Parity && row.network.hidden % 2 == 0;
        out += fmt::format("| {}{} | {} |", network_words(row.network), even ? " (even K)" : "",
                           row.inputs == InputKind::Signs ? "+-1" : "real");
        for (const InputKind inputs = row.inputs; j < all.size() && all[j].inputs == inputs &&
                                                  all[j].network.weights == row.network.weights;
             ++j) {
            try {
                make_example(all[j]);
                out += " yes |";
            } catch (const Error& error) {
                const std::string why = error.what();
                std::size_t s = 0;
                while (s < sentences.size() && sentences[s] != why) ++s;
                if (s == sentences.size()) {
                    sentences.push_back(why);
                    notes += fmt::format("\n({}) {}\n", s + 1, why);
                }
                out += fmt::format(" no ({}) |", s + 1);
            }
        }
        out += "\n";
    }
    return out + notes;
}

}  // namespace steppe
