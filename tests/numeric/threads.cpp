#include "steppe/numeric/threads.hpp"

#include <doctest/doctest.h>
#include <sched.h>

#include <atomic>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/random.hpp"

using namespace steppe;

TEST_CASE("every piece is run once, whatever the shape and the number of threads") {
    for (const std::size_t threads : {1, 2, 3, 8}) {
        for (const std::size_t count : {0, 1, 7, 64, 1000}) {
            for (const std::size_t grain : {1, 7, 64, 2000}) {
                std::vector<std::atomic<int>> visits(count);
                Threads(threads).run([&] {
                    parallel_for(count, grain, [&](std::size_t begin, std::size_t end) {
                        CHECK(begin % grain == 0);
                        CHECK(end - begin <= grain);
                        for (std::size_t i = begin; i < end; ++i) ++visits[i];
                    });
                });
                for (const auto& v : visits) REQUIRE(v == 1);
            }
        }
    }
}

TEST_CASE("sums are the same to the last bit for any number of threads") {
    const Philox random(1, Stream::Init);
    const auto sum = [&](std::size_t threads) {
        double result = 0.0;
        Threads(threads).run([&] {
            result = parallel_sum(10'000, 64, [&](std::size_t begin, std::size_t end) {
                double s = 0.0;
                for (std::size_t i = begin; i < end; ++i) s += random.normal(i);
                return s;
            });
        });
        return result;
    };
    const double one = sum(1);
    CHECK(sum(2) == one);
    CHECK(sum(3) == one);
    CHECK(sum(8) == one);
}

TEST_CASE("as many threads as asked for take part, also more than there are cores") {
    constexpr std::size_t wanted = 4;
    std::atomic<std::size_t> inside{0};
    std::atomic<bool> met{false};
    Threads(wanted).run([&] {
        parallel_for(wanted, 1, [&](std::size_t, std::size_t) {
            if (++inside == wanted) met = true;
            // All must be inside at once; give up after a while, so that a failure ends.
            for (int wait = 0; wait < 2000 && !met; ++wait) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
        });
    });
    CHECK(met);
}

TEST_CASE("loops inside loops finish") {
    std::atomic<int> count{0};
    Threads(3).run([&] {
        parallel_for(10, 1, [&](std::size_t, std::size_t) {
            parallel_for(10, 1, [&](std::size_t, std::size_t) { ++count; });
        });
    });
    CHECK(count == 100);
}

TEST_CASE("an exception of the body reaches the caller, and the next loop runs") {
    for (const std::size_t threads : {1, 4}) {
        const Threads pool(threads);
        CHECK_THROWS_WITH(pool.run([] {
            parallel_for(100, 1, [](std::size_t begin, std::size_t) {
                if (begin == 42) throw std::runtime_error("piece 42");
            });
        }),
                          "piece 42");
        std::atomic<int> count{0};
        pool.run([&] { parallel_for(10, 1, [&](std::size_t, std::size_t) { ++count; }); });
        CHECK(count == 10);
    }
}

TEST_CASE("the count of threads") {
    cpu_set_t set;
    REQUIRE(sched_getaffinity(0, sizeof set, &set) == 0);
    CHECK(Threads().count() == static_cast<std::size_t>(CPU_COUNT(&set)));
    CHECK(Threads(5).count() == 5);
    CHECK_THROWS_WITH_AS(Threads(5000), "threads is 5000: it must be at most 1024", Error);
    Threads moved = Threads(2);
    moved = Threads(3);
    CHECK(moved.count() == 3);
}
