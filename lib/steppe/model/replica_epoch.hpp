#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "steppe/model/learner.hpp"

namespace steppe {

/// Throw Error unless a mini-batch has a pattern, and unless there are replicas to couple.
void require_batch(std::size_t batch);
void require_replicas(std::size_t replicas);

/// The mean over replicas of their answers to so many patterns each; `spread` is not set (internal;
/// not installed).
EpochReport mean_report(std::span<const AnswerSums> replicas, std::size_t patterns);

/// Which patterns replicas see, and when (internal; not installed).
struct ReplicaEpoch {
    std::size_t replicas, patterns, batch;
    std::uint64_t seed;
    std::size_t epoch;  ///< of the run, from 0; each has orders of its own
};

/// One epoch of replicas: each sees every pattern once, in its own random order. After every
/// mini-batch, `learn(r, rows)` of all replicas, in parallel, they meet: `meet()`.
EpochReport replica_epoch(
    const ReplicaEpoch& shape,
    const std::function<AnswerSums(std::size_t replica, std::span<const std::size_t> rows)>& learn,
    const std::function<void()>& meet);

}  // namespace steppe
