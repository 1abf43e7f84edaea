#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "player.hpp"

/// Sequences are played in forked processes, which share a board with the one that forks: when one
/// crashes or hangs, the board has the sequence that it played. The process that forks never calls
/// a solver, so that it has no threads.
namespace steppe::sequences {

using Clock = std::chrono::steady_clock;

inline constexpr std::size_t most_solvers = 64, most_options = 256;

/// What a child tells; in memory that both see.
struct Board {
    std::atomic<std::uint64_t> index{0};  ///< of the sequence that is played
    std::atomic<std::int64_t> since{0};   ///< when it began
    std::atomic<std::uint32_t> call{0};
    std::array<char, 64> kind{};
    std::array<char, 4096> what{};
    std::array<char, 1 << 22> trace{};

    std::atomic<std::uint64_t> sequences{0}, calls{0}, runs{0};
    /// Runs of a solver in which an option was set.
    std::array<std::array<std::atomic<std::uint32_t>, most_options>, most_solvers> ran{};
};

/// A board of its own for each child.
Board& new_board();

/// Plays one sequence in this process, and puts on the board what became of it; false: it failed.
bool play_on(Board& board, const Trace& trace);

/// A process that does the work and ends; quiet: what it writes to standard error is lost.
pid_t fork_child(const std::function<void()>& work, bool quiet);

/// Whether the process has ended; kills one that has been at one sequence for too long. A process
/// that did not end well has its failure put on the board.
bool has_ended(pid_t child, Board& board);

/// What the board says; kind is empty where nothing failed.
Outcome outcome_of(const Board& board);

/// The same sequence in a child of its own.
Outcome play_apart(const Trace& trace);

}  // namespace steppe::sequences
