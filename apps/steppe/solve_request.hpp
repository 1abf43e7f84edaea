#pragma once

#include <cstddef>

#include "problem.hpp"
#include "steppe/model/network.hpp"
#include "steppe/options/solve_options.hpp"
#include "table_options.hpp"

namespace steppe::cli {

/// A problem and how it is to be solved, by their options: what `solve` runs once and `sweep` in
/// every cell.
struct SolveRequest {
    ProblemOptions problem;
    TableOptions table;

    /// The options, before there are patterns: of patterns that are made, whether all makes sense
    /// and fits into memory. Throws Error where it does not.
    SolveOptions options() const;

    struct Run {
        SolveOptions options;
        ProblemOptions::Problem problem;
    };
    /// With the patterns, read or made, labels folded in, and the teacher. before: options().
    Run load(SolveOptions before) const;
};

}  // namespace steppe::cli
