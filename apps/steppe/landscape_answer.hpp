#pragma once

#include <string>

#include "steppe/landscape/measures.hpp"

/// The answer of `steppe landscape` as JSON (docs/files.md) in other forms.
namespace steppe::cli {

/// For people: a line a measure.
std::string answer_text(const MeasureJson& answer);

/// A table of all its numbers: solution, measure, quantity, at, value (measure_csv). What lies
/// between two solutions has the names of both: "a.txt to b.txt".
std::string answer_csv(const MeasureJson& answer);

}  // namespace steppe::cli
