#include "steppe/numeric/blas.hpp"

#include <cblas.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <mutex>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/memory.hpp"
#include "steppe/numeric/threads.hpp"

// What OpenBLAS's own functions begin and end with; weak, as it is no part of its interface.
extern "C" {
[[gnu::weak]] void* blas_memory_alloc(int position);
[[gnu::weak]] void blas_memory_free(void* space);
}

namespace steppe {

namespace {

/// Address space of one work space, measured: OpenBLAS 0.3.21 on x86-64 takes 128 MiB a thread.
constexpr std::size_t space_bytes = std::size_t{1} << 27;

bool there_is_room(std::size_t bytes) {
    void* space =
        ::mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space == MAP_FAILED) return false;
    ::munmap(space, bytes);
    return true;
}

void take_work_space() {
    static std::mutex mutex;
    static std::size_t taken = 0;
    const std::lock_guard lock(mutex);
    const std::size_t threads = threads_allowed();
    if (taken >= threads) return;
    // A page of each is OpenBLAS's own.
    const std::size_t more = (threads - taken) * (space_bytes + (std::size_t{1} << 16));
    if (!there_is_room(more)) {
        throw Error(fmt::format(
            "OpenBLAS's work space on {} thread{} needs {} of address space, and the limit on "
            "memory (ulimit -v) leaves {}: raise it{}",
            threads, threads == 1 ? "" : "s", bytes_text(static_cast<double>(more)),
            bytes_text(memory_room().bytes), threads == 1 ? "" : ", or use fewer --threads"));
    }
    if (!blas_memory_alloc || !blas_memory_free) return;
    // A space that is given back stays OpenBLAS's.
    std::vector<void*> spaces;
    for (std::size_t t = 0; t < threads; ++t) spaces.push_back(blas_memory_alloc(0));
    for (void* space : spaces) blas_memory_free(space);
    taken = threads;
}

}  // namespace

void hold_blas_to_one_thread() {
    static std::once_flag once;
    std::call_once(once, [] { openblas_set_num_threads(1); });
    if (memory_is_limited()) take_work_space();
}

std::string blas_name() {
    return fmt::format("OpenBLAS, {}", openblas_get_corename());
}

}  // namespace steppe
