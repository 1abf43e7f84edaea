// Errors along the path between two solutions of a perceptron with real weights at margin -0.5:
// typical ones against theory, and what focusing finds. Prints a table of docs/landscape.md.
//
//     build/benchmarks/barriers [PAIRS [INPUTS]]
#include <fmt/format.h>

#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "steppe/landscape/diffusion.hpp"
#include "steppe/landscape/estimate.hpp"
#include "steppe/landscape/paths.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/run/solve.hpp"

namespace {

using namespace steppe;

/// Replica-symmetric overlap and error rates half-way and at a quarter, of many inputs
/// (tests/oracles/README.md).
struct Theory {
    double load, overlap, half, quarter;
};
constexpr Theory theories[] = {{1.0, 0.25952, 0.010029, 0.007059},
                               {2.0, 0.50765, 0.008394, 0.006073}};

Network network_of(std::size_t inputs) {
    Network network;
    network.inputs = inputs;
    network.weights = WeightKind::Spherical;
    network.margin = -0.5;
    return network;
}

Weights typical(const Network& network, const Patterns& patterns, std::uint64_t seed) {
    DiffusionOptions options;
    options.seed = seed;
    return typical_solution(network, patterns, options).weights;
}

/// The end of focusing, from a start of its own.
Weights focused(const Network& network, const Patterns& patterns, std::uint64_t seed) {
    SolveOptions options;
    options.network = network;
    options.solver = "amp";
    options.seed = seed;
    options.symmetry_field = 1.0;
    options.symmetry_decay = 0.9;
    options.continue_after_solution = true;
    options.threads = 1;
    return solve(options, patterns).weights;
}

/// What a kind of pair has in common.
struct Pairs {
    std::vector<double> overlap, half, quarter, height;

    void add(const Network& network, const Patterns& patterns, const Weights& a, const Weights& b) {
        const auto path = error_along(network, a, b, patterns, Path::Straight, 21);
        overlap.push_back(match_units(network, a, b).overlap);
        half.push_back(path[10].error_rate);
        quarter.push_back(0.5 * (path[5].error_rate + path[15].error_rate));
        height.push_back(barrier_of(path).error_rate);
    }
};

std::string text(const std::vector<double>& values, int digits) {
    const Estimate estimate = estimate_of(values);
    return fmt::format("{:.{}f} +- {:.{}f}", estimate.mean, digits, estimate.error, digits);
}

void print(const std::string& load, const std::string& between, const Pairs& pairs,
           const Theory* theory) {
    const auto expected = [&](double value, int digits) {
        return theory ? fmt::format("{:.{}f}", value, digits) : std::string();
    };
    std::cout << fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", load, between,
                             pairs.overlap.size(), theory ? expected(theory->overlap, 4) : "",
                             text(pairs.overlap, 4), theory ? expected(theory->half, 5) : "",
                             text(pairs.half, 5), theory ? expected(theory->quarter, 5) : "",
                             text(pairs.quarter, 5), text(pairs.height, 5));
    std::cout.flush();
}

void measure(const Theory& theory, std::size_t pairs, std::size_t inputs) {
    const Network network = network_of(inputs);
    const auto patterns = static_cast<std::size_t>(theory.load * static_cast<double>(inputs - 1));
    struct Four {
        Patterns set;
        std::vector<Weights> weights;  ///< two typical ones, two ends of focusing
    };
    std::vector<std::unique_ptr<Four>> found(pairs);
    parallel_for(pairs, 1, [&](std::size_t p, std::size_t) {
        const std::uint64_t seed = p + 1;
        Patterns set = std::make_shared<const PatternSet>(random_patterns(inputs, patterns, seed));
        Threads(1).run([&] {
            std::vector<Weights> weights{
                typical(network, set, 2 * seed), typical(network, set, 2 * seed + 1),
                focused(network, set, 2 * seed), focused(network, set, 2 * seed + 1)};
            found[p] = std::make_unique<Four>(Four{set, std::move(weights)});
        });
    });
    Pairs both_typical, both_focused, one_of_each;
    for (const auto& four : found) {
        const std::vector<Weights>& w = four->weights;
        both_typical.add(network, four->set, w[0], w[1]);
        both_focused.add(network, four->set, w[2], w[3]);
        one_of_each.add(network, four->set, w[2], w[0]);
    }
    print(fmt::format("{:g}", theory.load), "two typical ones", both_typical, &theory);
    print("", "two ends of focusing", both_focused, nullptr);
    print("", "the end of focusing, a typical one", one_of_each, nullptr);
}

}  // namespace

int main(int count, char** arguments) {
    const std::size_t pairs = count > 1 ? std::stoull(arguments[1]) : 100;
    const std::size_t inputs = count > 2 ? std::stoull(arguments[2]) : 2001;
    std::cout << "| load | between | pairs | overlap: theory | measured | error half-way: theory | "
                 "measured | a quarter of the way: theory | measured | largest |\n"
                 "|---|---|---|---|---|---|---|---|---|---|\n";
    for (const Theory& theory : theories) measure(theory, pairs, inputs);
    return 0;
}
