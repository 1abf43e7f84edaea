#pragma once

#include "steppe/theory/channel.hpp"
#include "steppe/theory/three_units.hpp"

namespace steppe::theory {

/// channel_averages() of a tree committee of three erf or tanh units (internal; not installed). The
/// units are exchangeable: they have one overlap.
///
/// The averages over the fields' means are sums over an even grid of the frame of ThreeUnits. At
/// overlap 0.5 (0.7, 0.9) energy and response without `fine` are right to 1e-8 (3e-6, 5e-5) of
/// them, curvature to 2e-5 (1e-3, 1e-2): log P has ridges, far below 0, where two ways of giving
/// the right answer are equally near.
ChannelAverages smooth_averages(const OddUnit& unit, const Model& model, const Order& order,
                                bool fine, bool with_curvature);

}  // namespace steppe::theory
