#include "steppe/figures/summary_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace steppe {

namespace {

using Json = nlohmann::json;

bool is_summary(const Json& object) {
    return object.is_object() && part_of(object, "model").is_object() &&
           part_of(object, "solver").is_object() && part_of(object, "schedule").is_object() &&
           object.contains("status") && std::isfinite(number_in(object, "load"));
}

/// A temperature that moves is that of a focused run, whose entropies are not drawn.
double temperature_of(const Json& request) {
    const double constant = number_in(request, "temperature");
    return constant > 0.0 ? constant : 0.0;
}

/// By what was asked for: runs that find no solution may go on in other ways by themselves.
SummaryGroup group_of(const Json& run) {
    const Json& request = part_of(run, "request");
    SummaryGroup group;
    group.network.model = part_of(run, "model");
    group.network.labels = part_of(run, "teacher").is_object() ? "teacher" : "";
    group.network.temperature = temperature_of(request);
    group.inputs = number_in(group.network.model, "inputs");
    group.solver = text_in(request, "solver", "auto");
    group.schedule = text_in(request, "schedule", "");
    return group;
}

bool same(const SummaryGroup& a, const SummaryGroup& b) {
    return a.network.model == b.network.model && a.network.labels == b.network.labels &&
           a.network.temperature == b.network.temperature && a.solver == b.solver &&
           a.schedule == b.schedule;
}

/// Each by what they do not have in common.
void name_them(std::vector<SummaryGroup>& groups) {
    const auto words = [](const SummaryGroup& group) {
        return std::vector<std::string>{group.network_words, group.solver, group.schedule,
                                        fmt::format("N = {:g}", group.inputs)};
    };
    for (std::size_t part = 0; part < 4; ++part) {
        std::set<std::string> different;
        for (const SummaryGroup& group : groups) different.insert(words(group)[part]);
        if (different.size() < 2) continue;
        for (SummaryGroup& group : groups) {
            const std::string word = words(group)[part];
            if (word.empty()) continue;
            group.name += (group.name.empty() ? "" : ", ") + word;
        }
    }
}

}  // namespace

bool SummaryGroup::counts() const {
    return schedule == "none";
}

bool SummaryGroup::converged(const Json& run) {
    const auto found = run.find("converged");
    return found != run.end() && *found == true;
}

std::vector<SummaryGroup> summary_groups(const Content& content) {
    std::vector<SummaryGroup> groups;
    for (const Json& run : content.objects) {
        if (!is_summary(run)) continue;
        SummaryGroup one = group_of(run);
        auto at = std::ranges::find_if(groups,
                                       [&](const SummaryGroup& other) { return same(one, other); });
        if (at == groups.end()) {
            one.network_words = words_for(one.network);
            groups.push_back(std::move(one));
            at = groups.end() - 1;
        }
        at->runs[number_in(run, "load")].push_back(&run);
    }
    name_them(groups);
    return groups;
}

}  // namespace steppe
