#include "steppe/study/summaries.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

namespace steppe {

namespace {

/// The mean of each training set.
std::map<std::size_t, double> set_means(const Quantity& quantity, const Rows& rows) {
    std::map<std::size_t, std::pair<double, double>> sums;
    for (const MeasureJson* row : rows) {
        const std::optional<double> value = value_of(quantity, *row);
        if (!value) continue;
        auto& [sum, count] = sums[(*row)["set"].get<std::size_t>()];
        sum += *value;
        count += 1.0;
    }
    std::map<std::size_t, double> means;
    for (const auto& [set, sum] : sums) means[set] = sum.first / sum.second;
    return means;
}

}  // namespace

Rows rows_of(const StudyResults& results, const Arm& arm) {
    Rows rows;
    for (const MeasureJson& row : results.rows) {
        if (row["arm"] == arm.name && row["counts"].get<bool>()) rows.push_back(&row);
    }
    return rows;
}

std::vector<std::string> failures(const StudyResults& results) {
    std::vector<std::string> all;
    for (const std::vector<MeasureJson>* rows : {&results.tuning, &results.rows}) {
        for (const MeasureJson& row : *rows) {
            std::string name = fmt::format("{}, set {}, seed {}", row["arm"].get<std::string>(),
                                           row["set"].dump(), row["seed"].dump());
            if (rows == &results.tuning) name += ", rate " + row["rate"].get<std::string>();
            if (row.contains("error")) {
                all.push_back(name + ": " + row["error"].get<std::string>());
            }
            const MeasureJson failed = row.value("failed", MeasureJson::object());
            for (const auto& [measure, why] : failed.items()) {
                all.push_back(fmt::format("{}: no {}: {}", name, measure, why.get<std::string>()));
            }
        }
    }
    return all;
}

SetMean mean_of(const Quantity& quantity, const Rows& rows) {
    std::vector<double> means;
    for (const auto& [set, mean] : set_means(quantity, rows)) means.push_back(mean);
    return {estimate_of(means), means.size()};
}

SetMean difference_of(const Quantity& quantity, const Rows& rows, const Rows& less) {
    const std::map<std::size_t, double> a = set_means(quantity, rows),
                                        b = set_means(quantity, less);
    std::vector<double> differences;
    for (const auto& [set, mean] : a) {
        const auto other = b.find(set);
        if (other != b.end()) differences.push_back(mean - other->second);
    }
    return {estimate_of(differences), differences.size()};
}

double spread_of(const Quantity& quantity, const Rows& rows) {
    std::vector<double> values;
    for (const MeasureJson* row : rows) {
        if (const std::optional<double> value = value_of(quantity, *row)) values.push_back(*value);
    }
    // The error of a mean is the deviation over the root of the number of values.
    return estimate_of(values).error * std::sqrt(static_cast<double>(values.size()));
}

CorrelationPair correlation_with_test(const Quantity& quantity, const Rows& rows) {
    std::vector<double> values, errors;
    std::vector<std::size_t> sets;
    for (const MeasureJson* row : rows) {
        const std::optional<double> value = value_of(quantity, *row);
        if (!value || !row->contains("test_error")) continue;
        values.push_back(*value);
        errors.push_back((*row)["test_error"].get<double>());
        sets.push_back((*row)["set"].get<std::size_t>());
    }
    return {rank_correlation(values, errors), rank_correlation_within(values, errors, sets)};
}

}  // namespace steppe
