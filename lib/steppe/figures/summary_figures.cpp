#include <cmath>
#include <functional>
#include <optional>
#include <utility>

#include "steppe/figures/places.hpp"
#include "steppe/figures/summary_groups.hpp"
#include "steppe/landscape/estimate.hpp"

// The summaries of `steppe solve --json`, one a line, against the load.
namespace steppe {

namespace {

using Json = nlohmann::json;
using Runs = std::vector<const Json*>;

/// A mean over the runs of each load, with its standard error: NaN, no bar, of one run.
Series means(const SummaryGroup& group, const std::string& name,
             const std::function<double(const Json&)>& number) {
    Series out{name, Style::Points, {}, {}, {}};
    for (const auto& [load, runs] : group.runs) {
        std::vector<double> values;
        for (const Json* run : runs) {
            const double value = number(*run);
            if (std::isfinite(value)) values.push_back(value);
        }
        if (values.empty()) continue;
        const Estimate estimate = estimate_of(values);
        out.x.push_back(load);
        out.y.push_back(estimate.mean);
        out.error.push_back(estimate.error);
    }
    return out;
}

/// Nothing where the run did not count to its end.
Series counted(const SummaryGroup& group, const char* key) {
    return means(group, group.name, [&](const Json& run) {
        return SummaryGroup::converged(run) ? number_in(run, key) : std::nan("");
    });
}

/// Whether a run ended with a solution; nothing where it was not left to look for one.
std::optional<bool> solved(const Json& run) {
    const std::string status = text_in(run, "status", "");
    if (status == "interrupted" || status.empty()) return {};
    return status == "solved";
}

Series solved_part(const SummaryGroup& group) {
    Series out{group.name, Style::LineAndPoints, {}, {}, {}};
    for (const auto& [load, runs] : group.runs) {
        double count = 0.0, good = 0.0;
        for (const Json* run : runs) {
            const std::optional<bool> ended = solved(*run);
            count += ended ? 1.0 : 0.0;
            good += ended.value_or(false) ? 1.0 : 0.0;
        }
        if (count == 0.0) continue;
        // Where none or all are solved the error is not 0: as if one more had been and one had not.
        const double part = (good + 1.0) / (count + 2.0);
        out.x.push_back(load);
        out.y.push_back(good / count);
        out.error.push_back(std::sqrt(part * (1.0 - part) / count));
    }
    return out;
}

Drawing drawing_of(const places::Place& place) {
    return {place.measure, "", place.figure()};
}

std::vector<Drawing> drawings(const Content& content) {
    const std::vector<SummaryGroup> groups = summary_groups(content);
    if (groups.empty()) return {};
    Drawing entropy = drawing_of(places::entropy), overlap = drawing_of(places::overlap),
            errors = drawing_of(places::errors), part = drawing_of(places::solved);
    part.figure.y.from = 0.0;
    part.figure.y.to = 1.0;
    constexpr std::pair<const char*, const char*> kinds[] = {
        {"gibbs_error", "Gibbs"}, {"bayes_error", "Bayes"}, {"clipped_error", "clipped"}};
    for (const SummaryGroup& group : groups) {
        if (group.counts()) {
            entropy.figure.series.push_back(counted(group, "free_entropy"));
            overlap.figure.series.push_back(counted(group, "overlap"));
        } else {
            part.figure.series.push_back(solved_part(group));
        }
        for (const auto& [key, name] : kinds) {
            const std::string both = group.name.empty() ? name : group.name + ", " + name;
            const auto error = [key = key, &group](const Json& run) {
                const bool there = !group.counts() || SummaryGroup::converged(run);
                return there ? number_in(part_of(run, "teacher"), key) : std::nan("");
            };
            errors.figure.series.push_back(means(group, both, error));
        }
    }
    return {entropy, overlap, errors, part};
}

}  // namespace

Recogniser summary_recogniser() {
    return {"steppe solve --json", {"entropy", "overlap", "generalisation", "solved"}, drawings};
}

}  // namespace steppe
