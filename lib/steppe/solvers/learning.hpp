#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "steppe/options/solver.hpp"

/// What the solvers that learn by epochs share (internal; not installed).
namespace steppe::solvers {

/// Settings of gradient learning, sgd and rsgd.
extern const std::span<const Default> gradient_settings;

/// Bytes of a learner's copies, each with a mini-batch as numbers, weights, steps and gradients.
double mini_batch_bytes(std::string_view solver, const Network& network, std::size_t patterns,
                        const SolveOptions& options);

/// Of solvers that learn units that answer by sign: why they do not take others.
std::string sign_units_alone(std::string_view solver, const Network& network);

}  // namespace steppe::solvers
