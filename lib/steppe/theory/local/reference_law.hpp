#pragma once

#include <vector>

#include "steppe/theory/local/reference.hpp"

/// Fields that patterns have on a reference (internal; not installed).
namespace steppe::theory {

/// Stability at which -s/2 + log(2cosh(gamma s))/(2 gamma) + (s - omega)^2/(2 response) is
/// smallest.
double proximal_stability(double gamma, double response, double omega);

/// The loss, its slope and its curvature by the stability s.
struct LossAt {
    double value = 0.0, slope = 0.0, curvature = 0.0;
};
LossAt cross_entropy_loss(double gamma, double s);

/// A pattern's field u on the reference, given that its mean over all references is omega.
struct FieldNode {
    double omega = 0.0;
    double excess = 0.0;       ///< u - omega
    double mean_excess = 0.0;  ///< its mean at this omega
    double weight = 0.0;       ///< all together 1
};

/// Of the field that a student sees, y = along omega + beside (u - omega) + a normal of standard
/// deviation width: at centre it turns. Nodes are dense there.
struct StudentView {
    double along = 0.0, beside = 0.0;
    double centre = 0.0, width = 1.0;
};

/// The law of (omega, u), as nodes: omega a normal of variance `overlap`, u one of mean omega and
/// variance `rest`, weighted by the reference's measure. (Perceptron: q~ and 1 - q~.)
std::vector<FieldNode> reference_fields(const Reference& reference, double overlap, double rest,
                                        const StudentView& view, bool fine);

/// At one omega: log of the mean of exp(-beta loss) over u, its derivatives by omega, the mean loss
/// and the part of u < 0.
struct LossAverages {
    double log_z = 0.0, g = 0.0, dg = 0.0, loss = 0.0, errors = 0.0;
};
LossAverages loss_averages(const Reference& reference, double omega, double rest, bool fine);

}  // namespace steppe::theory
