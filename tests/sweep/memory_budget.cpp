#include "steppe/sweep/memory_budget.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "steppe/data/pattern_set.hpp"

using namespace steppe;

TEST_CASE("threads never take more than there is, and all get their part") {
    MemoryBudget budget(10.0);
    std::atomic<int> taken{0}, most{0}, done{0};
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i) {
                const int bytes = 1 + (t + i) % 7;
                const MemoryBudget::Part part(budget, bytes);
                const int now = taken += bytes;
                for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
                }
                std::this_thread::sleep_for(std::chrono::microseconds(50));
                taken -= bytes;
                ++done;
            }
        });
    }
    threads.clear();
    CHECK(done == 400);
    CHECK(most <= 10);
    CHECK(most >= 7);
}

TEST_CASE("what is larger than the whole runs alone") {
    MemoryBudget budget(10.0);
    std::atomic<bool> large{false};
    auto small = std::make_unique<MemoryBudget::Part>(budget, 1.0);
    std::jthread other([&] {
        const MemoryBudget::Part part(budget, 100.0);
        large = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK_FALSE(large);
    small.reset();
    other.join();
    CHECK(large);
    const MemoryBudget::Part after(budget, 10.0);
}

TEST_CASE("belief propagation takes bytes for every pattern and weight, amp hardly any") {
    SolveOptions options;
    options.network.inputs = 2001;
    const Patterns patterns =
        std::make_shared<const PatternSet>(random_patterns(2001, 1000, 1).fold_labels());
    options.solver = "bp";
    const double bp = bytes_of_run(options, patterns);
    options.solver = "amp";
    const double amp = bytes_of_run(options, patterns);
    options.solver = "auto";
    CHECK(bp > 4.0 * 2001 * 1000);
    CHECK(amp < 0.2 * bp);
    CHECK(amp > 2001 * 1000 / 8);
    CHECK(bytes_of_run(options, patterns) == amp);
}
