#pragma once

#include "steppe/theory/channel.hpp"
#include "steppe/theory/three_units.hpp"

namespace steppe::theory {

/// channel_averages() of a tree committee of three erf or tanh units (internal; not installed). The
/// units are exchangeable: they have one overlap.
///
/// The averages over the fields' means are sums over an even grid of the frame of ThreeUnits.
/// Without `fine`, at overlap 0.5 (0.7, 0.9), relative errors are about 1e-8 (5e-8, 1e-6) of the
/// energy, 2e-7 (6e-6, 1e-4) of the response and 1e-5 (7e-4, 3e-2) of the curvature: far below 0
/// log P has ridges, where two ways of giving the right answer are equally near.
ChannelAverages smooth_averages(const OddUnit& unit, const Model& model, const Order& order,
                                bool fine, bool with_curvature);

}  // namespace steppe::theory
