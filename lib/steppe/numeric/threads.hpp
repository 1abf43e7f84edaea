#pragma once

#include <cstddef>
#include <functional>
#include <memory>

/// The one wrapper round threads; all parallel work of the library goes through it. The back end
/// (oneTBB, or plain std::thread, which the thread sanitizer understands) is chosen when the
/// library is built. Results never depend on the number of threads: ranges are cut into pieces
/// whose shape depends on (count, grain) alone, and sums are added in the order of the pieces.
namespace steppe {

/// A limit on the threads that the parallel loops called inside run() use.
class Threads {
  public:
    /// count >= 1, or 0 for one per available core (the process's CPU affinity is respected).
    /// Throws Error above 1024.
    explicit Threads(std::size_t count = 0);
    ~Threads();
    Threads(Threads&&) noexcept;
    Threads& operator=(Threads&&) noexcept;

    std::size_t count() const;

    /// Calls work() so that parallel loops inside it use at most count() threads. Exceptions pass
    /// through. Not to be called from inside itself.
    void run(const std::function<void()>& work) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Calls body(begin, end) for the pieces [0, grain), [grain, 2 grain), ... of [0, count), in
/// parallel and in any order; grain >= 1. A loop outside Threads::run uses all cores. An exception
/// of body is rethrown to the caller.
void parallel_for(std::size_t count, std::size_t grain,
                  const std::function<void(std::size_t begin, std::size_t end)>& body);

/// The sum of body(begin, end) over the same pieces, added in the order of the pieces.
double parallel_sum(std::size_t count, std::size_t grain,
                    const std::function<double(std::size_t begin, std::size_t end)>& body);

/// How many threads a loop that is started here may use.
std::size_t threads_allowed();

/// Name of the back end: "tbb" or "std".
const char* thread_back_end();

}  // namespace steppe
