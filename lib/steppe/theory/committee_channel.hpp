#pragma once

#include "steppe/theory/channel.hpp"

namespace steppe::theory {

/// channel_averages() of a tree of a few units, K from 2 to 9: an average over as many fields
/// (internal; not installed).
ChannelAverages committee_averages(const Model& model, const Order& order, bool fine,
                                   bool with_curvature);

}  // namespace steppe::theory
