// What has to happen before the libraries that the program is linked to begin.
#include <sys/resource.h>
#include <unistd.h>

#include <cstring>

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

/// OpenBLAS starts a thread for every core when it is loaded, which takes more memory than a limit
/// (ulimit -v) may leave; it is told not to by its environment alone, and ends the program where a
/// thread cannot be started. So under a limit the program begins once more with the word set.
void begin_with_one_thread(int, char** arguments, char** environment) {
    constexpr std::size_t most = 4096;
    static char word[] = "OPENBLAS_NUM_THREADS=1";
    static char* changed[most + 2];
    struct rlimit limit {};
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
    std::size_t count = 0;
    for (char** variable = environment; *variable; ++variable) {
        if (std::strcmp(*variable, word) == 0) return;
        if (std::strncmp(*variable, word, sizeof word - 2) == 0) continue;
        if (count == most) return;
        changed[count++] = *variable;
    }
    changed[count] = word;
    static char path[4096];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    // Where this fails the program goes on as it is.
    if (length > 0) execve(path, arguments, changed);
}

}  // namespace

// Run by the dynamic loader before the functions that libraries begin with.
[[gnu::section(".preinit_array"),
  gnu::used]] static void (*const before_libraries)(int, char**, char**) = begin_with_one_thread;

#endif
