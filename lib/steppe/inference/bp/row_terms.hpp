#pragma once

#include <span>

namespace steppe {

/// What one row of one unit brings to the Bethe free entropy (internal; not installed): mean and
/// variance of z, and the sum of log Z_ai over its edges. In double, whatever the messages are
/// stored in: the sites' and the edges' parts are large where weights are decided, and cancel.
struct RowTerms {
    double omega = 0.0;
    double variance = 0.0;
    double edges = 0.0;
};

/// The same of +-1 weights: their total fields h (the prior's message and the sum of all messages,
/// not saturated), the row's messages u and its inputs xi; all of one size. log Z_ai is
/// log 2cosh h - log 2cosh(h - u).
RowTerms sign_row_terms(std::span<const double> total, std::span<const double> messages,
                        std::span<const double> inputs);

}  // namespace steppe
