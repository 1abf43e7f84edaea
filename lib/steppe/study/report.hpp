#pragma once

#include <string>
#include <vector>

#include "steppe/study/pictures.hpp"
#include "steppe/study/run_study.hpp"

namespace steppe {

/// Writes the report of a study into a folder: NAME.md, its pictures NAME-*.svg, NAME.html with the
/// pictures inside, and NAME.csv, a row a solution (internal; not installed). Throws Error where
/// they cannot be written or drawn.
void write_report(const Study& study, const StudyResults& results, const std::string& folder);

/// The report in Markdown.
std::string report_markdown(const Study& study, const StudyResults& results,
                            const std::vector<Picture>& pictures);

/// A row a solution: arm, set, seed, errors, test error, and every quantity.
std::string report_csv(const Study& study, const StudyResults& results);

}  // namespace steppe
