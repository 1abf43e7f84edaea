#include "steppe/numeric/threads.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/memory.hpp"

#ifdef STEPPE_THREADS_TBB
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <mutex>
#include <optional>
#else
#include <exception>
#include <mutex>
#endif

namespace steppe {

namespace {

constexpr std::size_t most_threads = 1024;

std::size_t available_cores() {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return static_cast<std::size_t>(std::max(1, CPU_COUNT(&set)));
}

std::size_t checked_count(std::size_t count) {
    if (count > most_threads) {
        throw Error(fmt::format("threads is {}: it must be at most {}", count, most_threads));
    }
    return count == 0 ? available_cores() : count;
}

}  // namespace

#ifdef STEPPE_THREADS_TBB

namespace {

/// More threads than cores are really started when they are asked for (tests do). The limit is the
/// process's and only grows: of several, oneTBB takes the lowest, and complains of arenas above it.
std::size_t allow_threads(std::size_t count) {
    static std::mutex mutex;
    static std::optional<tbb::global_control> control;
    static std::size_t allowed = available_cores();
    const std::lock_guard lock(mutex);
    if (count > allowed) {
        allowed = count;
        control.reset();
        control.emplace(tbb::global_control::max_allowed_parallelism, count);
    }
    return count;
}

/// Address space of a thread: its stack of 4 MiB, and what belongs to it.
constexpr double thread_bytes = 5e6;

/// Arenas in which loops run that were given a number of threads.
std::atomic<int> arenas_in_use{0};

bool limited() {
    static const bool is = memory_is_limited();
    return is;
}

/// TBB starts threads when loops run, and ends the program where one cannot be started. Under a
/// limit on memory they are started here, while there is room.
void start_threads(tbb::task_arena& arena, std::size_t count) {
    const std::string shortage = memory_shortage(thread_bytes * static_cast<double>(count - 1));
    if (!shortage.empty()) {
        throw Error(
            fmt::format("{} threads need {}: raise it, or use fewer --threads", count, shortage));
    }
    std::atomic<std::size_t> there{0};
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    arena.execute([&] {
        tbb::parallel_for(
            std::size_t{0}, count,
            [&](std::size_t) {
                // Each piece keeps its thread, so that all are needed.
                for (++there; there < count && std::chrono::steady_clock::now() < end;) {
                    std::this_thread::yield();
                }
            },
            tbb::static_partitioner());
    });
}

}  // namespace

struct Threads::Impl {
    explicit Impl(std::size_t wanted)
        : count(allow_threads(checked_count(wanted))), arena(static_cast<int>(count)) {
        if (count > 1 && limited()) start_threads(arena, count);
    }

    std::size_t count;
    mutable tbb::task_arena arena;
};

void Threads::run(const std::function<void()>& work) const {
    struct InUse {
        InUse() { ++arenas_in_use; }
        ~InUse() { --arenas_in_use; }
    } const in_use;
    impl_->arena.execute(work);
}

void parallel_for(std::size_t count, std::size_t grain,
                  const std::function<void(std::size_t begin, std::size_t end)>& body) {
    const std::size_t pieces = (count + grain - 1) / grain;
    const auto piece = [&](std::size_t p) { body(p * grain, std::min(count, (p + 1) * grain)); };
    // Under a limit on memory no other threads are started than those that were asked for.
    const bool alone =
        tbb::this_task_arena::max_concurrency() == 1 || (limited() && arenas_in_use == 0);
    if (pieces <= 1 || alone) {
        for (std::size_t p = 0; p < pieces; ++p) piece(p);
        return;
    }
    tbb::parallel_for(std::size_t{0}, pieces, piece);
}

std::size_t threads_allowed() {
    return static_cast<std::size_t>(std::max(1, tbb::this_task_arena::max_concurrency()));
}

const char* thread_back_end() {
    return "tbb";
}

#else

namespace {

/// Threads that a loop started here may use; 1 inside a parallel loop, which is not cut again.
thread_local std::size_t allowed = 0;

class Allow {
  public:
    explicit Allow(std::size_t count) : before_(allowed) { allowed = count; }
    ~Allow() { allowed = before_; }
    Allow(const Allow&) = delete;
    Allow& operator=(const Allow&) = delete;

  private:
    std::size_t before_;
};

}  // namespace

struct Threads::Impl {
    explicit Impl(std::size_t wanted) : count(checked_count(wanted)) {}
    std::size_t count;
};

void Threads::run(const std::function<void()>& work) const {
    const Allow allow(impl_->count);
    work();
}

void parallel_for(std::size_t count, std::size_t grain,
                  const std::function<void(std::size_t begin, std::size_t end)>& body) {
    const std::size_t pieces = (count + grain - 1) / grain;
    const std::size_t threads = std::min(pieces, allowed == 0 ? available_cores() : allowed);
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex failure_mutex;
    const auto work = [&] {
        const Allow alone(1);
        for (std::size_t p = next++; p < pieces; p = next++) {
            try {
                body(p * grain, std::min(count, (p + 1) * grain));
            } catch (...) {
                const std::lock_guard lock(failure_mutex);
                if (!failure) failure = std::current_exception();
            }
        }
    };
    if (threads <= 1) {
        for (std::size_t p = 0; p < pieces; ++p) body(p * grain, std::min(count, (p + 1) * grain));
        return;
    }
    {
        std::vector<std::jthread> others;
        for (std::size_t t = 1; t < threads; ++t) others.emplace_back(work);
        work();
    }
    if (failure) std::rethrow_exception(failure);
}

std::size_t threads_allowed() {
    return allowed == 0 ? available_cores() : allowed;
}

const char* thread_back_end() {
    return "std";
}

#endif

Threads::Threads(std::size_t count) : impl_(std::make_unique<Impl>(count)) {}
Threads::~Threads() = default;
Threads::Threads(Threads&&) noexcept = default;
Threads& Threads::operator=(Threads&&) noexcept = default;

std::size_t Threads::count() const {
    return impl_->count;
}

double parallel_sum(std::size_t count, std::size_t grain,
                    const std::function<double(std::size_t begin, std::size_t end)>& body) {
    std::vector<double> parts((count + grain - 1) / grain);
    parallel_for(count, grain, [&](std::size_t begin, std::size_t end) {
        parts[begin / grain] = body(begin, end);
    });
    double sum = 0.0;
    for (const double part : parts) sum += part;
    return sum;
}

}  // namespace steppe
