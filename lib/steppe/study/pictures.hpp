#pragma once

#include <string>
#include <vector>

#include "steppe/figures/figure.hpp"
#include "steppe/study/run_study.hpp"

namespace steppe {

/// A picture of a report.
struct Picture {
    std::string name;     ///< of the measure: "flatness"
    std::string caption;  ///< a sentence
    Page page;
};

/// Those for which a study has results, as steppe plot draws them of its file (internal; not
/// installed).
std::vector<Picture> study_pictures(const Study& study, const StudyResults& results);

}  // namespace steppe
