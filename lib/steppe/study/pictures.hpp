#pragma once

#include <string>
#include <vector>

#include "steppe/figures/figure.hpp"
#include "steppe/study/run_study.hpp"

namespace steppe {

/// A picture of a report.
struct Picture {
    std::string name;     ///< "flatness"
    std::string caption;  ///< a sentence
    Page page;
};

/// Those for which a study has results: mean curves of each arm (flatness, local entropy,
/// sharpness), the spectrum of its first solution, and the test error against the size of noise
/// (internal; not installed).
std::vector<Picture> study_pictures(const Study& study, const StudyResults& results);

}  // namespace steppe
