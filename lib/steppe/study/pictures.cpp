#include "steppe/study/pictures.hpp"

#include "steppe/error.hpp"
#include "steppe/figures/figures_of.hpp"

namespace steppe {

namespace {

struct Kind {
    const char* measure;
    const char* caption;
};

constexpr Kind kinds[] = {
    {"flatness",
     "Error added by noise on the weights, mean of all solutions; bars are standard errors over "
     "training sets."},
    {"local-entropy",
     "Local entropy, mean of all solutions, and what it is less than without "
     "patterns."},
    {"sharpness", "The largest loss within a ball, and the error there, mean of all solutions."},
    {"hessian", "Spectral density of the Hessian at the first solution of each."},
    {"test-error", "Test error against flatness, a point a solution."},
};

}  // namespace

std::vector<Picture> study_pictures(const Study& study, const StudyResults& results) {
    std::string text;
    for (const MeasureJson& row : results.rows) text += row.dump() + "\n";
    std::vector<Picture> pictures;
    for (const Kind& kind : kinds) {
        try {
            pictures.push_back(
                {kind.measure, kind.caption, figures_of({{study.name, text}}, kind.measure)});
        } catch (const Error&) {
            // The study has no such measure.
        }
    }
    return pictures;
}

}  // namespace steppe
