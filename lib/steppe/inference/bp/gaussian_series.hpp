#pragma once

#include "steppe/graph/channel.hpp"
#include "steppe/inference/bp/message_kernels.hpp"

namespace steppe {

/// Prepares one row of accuracy `gaussian` for the kernel that expands the channel's response round
/// the row's own point (internal; not installed). omega, variance and v as in ChannelInput. False
/// where it does not apply: the channel is no threshold, or the row's variance is so small that one
/// weight moves it too far; log_probability is asked for every weight then. `bound` is set to a
/// bound on the row's messages.
template <class Real>
bool gaussian_series(const Channel& channel, std::uint32_t pattern, double omega, double variance,
                     double v, kernels::GaussianRow<Real>& row, double& bound);

}  // namespace steppe
