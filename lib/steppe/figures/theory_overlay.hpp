#pragma once

#include <string>
#include <vector>

#include "steppe/figures/drawing.hpp"

namespace steppe {

/// Theory of what a file has measured, computed here, for the panels that the file has (internal;
/// not installed): of answers of landscape, logs, and summaries of solve, whose network theory
/// knows. `notes` gets a sentence for each thing that is not drawn, and why.
std::vector<Drawing> theory_overlay(const Content& content, std::vector<std::string>& notes);

}  // namespace steppe
