#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "steppe/theory/value.hpp"

namespace steppe::cli {

/// One point of an answer of `steppe theory`: names and values in the order of columns.
using TheoryPoint = nlohmann::ordered_json;
using TheoryPoints = std::vector<TheoryPoint>;

/// What a point is asked for, under its name, and its error under `error`; null where there is
/// none.
void put_answer(TheoryPoint& point, const std::string& name,
                const std::optional<theory::Value>& value);
/// Any other number, its error under NAME_error.
void put(TheoryPoint& point, const std::string& name, const std::optional<theory::Value>& value);

struct TheoryRequest;

/// The quantities that are local: of solutions near something, or near each other.
TheoryPoints local_entropy_points(const TheoryRequest& request);
TheoryPoints clone_points(const TheoryRequest& request);

}  // namespace steppe::cli
