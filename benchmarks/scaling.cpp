// How much faster two threads are than one, and whether the figure can be trusted: turns of one and
// two threads alternate, medians are compared, and the share of time that other programs took of
// the cores is printed. The table is that of docs/measurements.md.
#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "steppe/inference/amp/approximate_message_passing.hpp"
#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/numeric/simd.hpp"
#include "steppe/numeric/threads.hpp"

namespace {

using namespace steppe;

/// Share of the time of all cores that was not idle, over the next half second in which this
/// program sleeps.
double busy_share() {
    const auto read = [] {
        std::ifstream file("/proc/stat");
        std::string cpu;
        double user = 0, nice = 0, system = 0, idle = 0, wait = 0;
        file >> cpu >> user >> nice >> system >> idle >> wait;
        return std::pair(user + nice + system, user + nice + system + idle + wait);
    };
    const auto before = read();
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const auto after = read();
    return (after.first - before.first) / std::max(1.0, after.second - before.second);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

FactorGraph graph_of(const Network& network, std::size_t patterns) {
    return build_graph(network,
                       std::make_shared<PatternSet>(random_patterns(network.inputs, patterns, 1)));
}

void compare(const char* name, const FactorGraph& graph, MessagePassing& solver) {
    const Threads one(1), two(2);
    const double pairs = static_cast<double>(graph.edge_count());
    // Turns of about a tenth of a second.
    const auto begin = std::chrono::steady_clock::now();
    one.run([&] { solver.step(); });
    const int steps = std::max(
        1,
        static_cast<int>(
            0.1 / std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()));
    std::vector<double> times[2];
    for (int turn = 0; turn < 24; ++turn) {
        const auto start = std::chrono::steady_clock::now();
        (turn % 2 == 0 ? one : two).run([&] {
            for (int i = 0; i < steps; ++i) solver.step();
        });
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (turn >= 4) times[turn % 2].push_back(seconds * 1e9 / (steps * pairs));
    }
    fmt::print("| {} | {:.3g} | {:.3g} | {:.2f} |\n", name, median(times[0]), median(times[1]),
               median(times[0]) / median(times[1]));
}

void compare_bp(const char* name, const Network& network, std::size_t patterns, Accuracy accuracy) {
    BeliefPropagationOptions options;
    options.damping = 0.5;
    options.accuracy = accuracy;
    const FactorGraph graph = graph_of(network, patterns);
    BeliefPropagation solver(graph, options);
    compare(name, graph, solver);
}

void compare_amp(const char* name, const Network& network, std::size_t patterns) {
    const FactorGraph graph = graph_of(network, patterns);
    ApproximateMessagePassing solver(graph, {.damping = 0.5});
    compare(name, graph, solver);
}

}  // namespace

int main() {
    const std::size_t cores = Threads().count();
    fmt::print("instruction set {}, {} cores, {}\n", simd_target_name(), cores, thread_back_end());
    const double before = busy_share();
    fmt::print("\n| | 1 thread, ns | 2 threads, ns | speed-up |\n|---|---|---|---|\n");
    compare_bp("`bp`, `relaxed`, 10001 x 5000", {10001, 1}, 5000, Accuracy::Relaxed);
    compare_bp("`bp`, `gaussian`, 10001 x 5000", {10001, 1}, 5000, Accuracy::Gaussian);
    compare_bp("`bp`, `relaxed`, 1001 x 661", {1001, 1}, 661, Accuracy::Relaxed);
    compare_bp("`bp`, `relaxed`, committee 5 x 321 x 802", {321, 5}, 802, Accuracy::Relaxed);
    compare_amp("`amp`, 10001 x 7500", {10001, 1}, 7500);
    compare_amp("`amp`, 30001 x 22500", {30001, 1}, 22500);
    compare_amp("`amp`, 1001 x 661", {1001, 1}, 661);
    compare_amp("`amp`, committee 5 x 321 x 802", {321, 5}, 802);
    const double after = busy_share();
    const bool idle = before < 0.05 && after < 0.05;
    fmt::print("\nother programs took {:.1f}% of the cores before and {:.1f}% after: {}\n",
               100 * before, 100 * after,
               cores < 2 ? "there is one core only, so the speed-up means nothing"
               : idle    ? "both cores were idle"
                         : "NOT idle, so the speed-up is too low");
    return 0;
}
