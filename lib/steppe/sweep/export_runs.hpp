#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "steppe/store/result_store.hpp"

/// The runs of a results store as tables (internal; not installed). Both give their text piece by
/// piece, return the number of runs, and throw Error for a summary that cannot be read.
namespace steppe {

using TextSink = std::function<void(std::string_view)>;

/// The summaries as `steppe solve --json` prints them, one a line, in the order in which they were
/// put.
std::uint64_t export_json_lines(const ResultStore& store, const RowFilter& filter,
                                const TextSink& out);

/// A line of names, and a line a run: the keys of the summaries, nested ones joined by _, with _
/// for -
/// ("solver_damping", "request_max_iterations"; what moves along a run is "A:B:SHAPE"), those of
/// any run in the order in which they are first met; then labels, written, host and hash of the
/// row. What a run has not is empty.
std::uint64_t export_csv(const ResultStore& store, const RowFilter& filter, const TextSink& out);

}  // namespace steppe
