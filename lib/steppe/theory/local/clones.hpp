#pragma once

#include "steppe/theory/local/clone_saddle.hpp"

/// The overlap-gap property of y clones: loads at which no y solutions have a mutual overlap q1.
namespace steppe::theory {

/// The largest load at which there are groups of y clones at this overlap: their entropy is 0.
/// `near` as for clone_entropy; `start` is the load from which the search sets out.
struct CloneLoad {
    Value load;
    CloneEntropy at;  ///< there
};
CloneLoad clone_load(const Model& model, double clones, double overlap, double start = 0.5,
                     const CloneOrder* near = nullptr);

/// Where the overlap gap opens: the smallest of these loads, over the overlap; entropy and slope
/// are both 0. Gamarnik and Sudan, Ann. Probab. 45, 2353 (2017), for groups of y solutions. 1 <
/// clones < infinity. Replica symmetric
/// between groups.
struct CloneThreshold {
    Value load;
    Value overlap;
    CloneOrder order;
};
CloneThreshold clone_threshold(const Model& model, double clones);

}  // namespace steppe::theory
