#pragma once

#include <span>
#include <vector>

#include "steppe/inference/row_pass.hpp"

namespace steppe {

/// Rows' parts of the free entropy as a function of the means of the weights (internal; not
/// installed): for each row the minimum over omega of
///
///     log P(gate satisfied | omega, V) + sum_k (omega_k - z_k)^2 / (2 V_k)
///
/// with z the means of the pre-activations (unit after unit, as in the pass) and V those of the
/// pass. It is minus the relative entropy between z ~ Normal(z_k, V_k) and the nearest distribution
/// with the same means that satisfies the gate: never above 0, whatever the iteration has reached;
/// at a fixed point of approximate message passing omega is that of the iteration. -infinity where
/// satisfied outputs cannot have these means. Leaves omega at the minimum.
std::vector<double> pinned_rows(RowPass& pass, std::span<const double> z);

}  // namespace steppe
