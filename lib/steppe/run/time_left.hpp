#pragma once

#include <cstddef>

namespace steppe {

/// How far a run is (internal; not installed).
struct RunPosition {
    double seconds = 0.0;                   ///< since the run began
    double try_start = 0.0;                 ///< seconds, when the present try began
    double share = 0.0;                     ///< of the present try that is done, from 0 to 1
    std::size_t attempt = 1, attempts = 1;  ///< this try, and the most there may be
    std::size_t iterations = 0;             ///< of all tries
    std::size_t max_iterations = 0;         ///< 0: no limit
    double time_limit = 0.0;                ///< seconds; 0: none
};

/// Seconds that a run may still take: the rest of its try at the pace so far, the tries that may
/// follow (each as long as those done took on average, the present one where it is the first), and
/// no more than the limits on iterations and time leave. Infinity where nothing is done yet and no
/// limit is set.
double seconds_left(const RunPosition& run);

}  // namespace steppe
