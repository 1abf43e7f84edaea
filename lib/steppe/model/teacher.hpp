#pragma once

#include <cstdint>

#include "steppe/data/pattern_set.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// Random weights of a teacher of the network's kind. Binary: weight i of unit k is +1 where bit 0
/// of Philox(seed, Stream::Teacher).bits(i, k) is 1. Spherical: Philox(...).normal(i, k), each unit
/// scaled to its norm.
Weights random_teacher(const Network& network, std::uint64_t seed);

/// The same patterns, labelled by what the network answers with the teacher's weights and margin 0.
/// Labels stay beside the patterns (PatternSet::fold_labels folds them in). Throws Error when
/// shapes disagree.
PatternSet teacher_labels(const Network& network, const Weights& teacher,
                          const PatternSet& patterns);

}  // namespace steppe
