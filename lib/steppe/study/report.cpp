#include "steppe/study/report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "steppe/data/output.hpp"
#include "steppe/figures/gnuplot.hpp"
#include "steppe/run/solve.hpp"
#include "steppe/study/html.hpp"
#include "steppe/study/summaries.hpp"

namespace steppe {

namespace {

/// Digits after the point with which a number has so many.
int decimals_of(double value, int digits) {
    return std::max(0, digits - 1 - static_cast<int>(std::floor(std::log10(std::abs(value)))));
}

constexpr int most_decimals = 6;

/// Three digits, without an exponent where that is short.
std::string number_text(double value) {
    if (!std::isfinite(value)) return "";
    if (value == 0.0) return "0";
    const int decimals = decimals_of(value, 3);
    if (decimals > most_decimals || std::abs(value) >= 1e5) return fmt::format("{:.2e}", value);
    return fmt::format("{:.{}f}", value, decimals);
}

/// The error with two digits, the mean as far as it goes.
std::string estimate_text(const Estimate& estimate) {
    const auto& [mean, error] = estimate;
    if (!std::isfinite(error)) return number_text(mean);
    const int decimals = error > 0.0 ? decimals_of(error, 2) : most_decimals + 1;
    if (decimals > most_decimals || std::abs(mean) >= 1e5) {
        return fmt::format("{} +- {}", number_text(mean), number_text(error));
    }
    return fmt::format("{:.{}f} +- {:.{}f}", mean, decimals, error, decimals);
}

std::string row_text(const std::vector<std::string>& fields) {
    std::string text = "|";
    for (const std::string& field : fields)
        text += fmt::format(" {}{}|", field, field.empty() ? "" : " ");
    text += '\n';
    return text;
}

std::string table_text(const std::vector<std::string>& heads,
                       const std::vector<std::vector<std::string>>& rows) {
    std::string text = fmt::format("\n{}|", row_text(heads));
    for (std::size_t i = 0; i < heads.size(); ++i) text += "---|";
    text += "\n";
    for (const auto& row : rows) text += row_text(row);
    return text + "\n";
}

std::string options_text(const Arm& arm, const std::string& rate) {
    if (arm.find) return "diffusion with AMP, in the library `typical_solution`";
    std::string text;
    for (const auto& [name, value] : arm.options) {
        text += fmt::format("{}--{}", text.empty() ? "" : " ", name);
        if (value != "true") text += " " + value;
    }
    if (!rate.empty()) text += " --rate " + rate;
    return fmt::format("`{}`", text);
}

double median(std::vector<double> values) {
    if (values.empty()) return std::nan("");
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

bool one_network(const Study& study) {
    return std::ranges::all_of(study.arms, [&](const Arm& arm) {
        return network_text(arm.network) == network_text(study.arms.front().network);
    });
}

/// Runs of an earlier version may be among them.
std::string versions_of(const StudyResults& results) {
    std::set<std::string> versions;
    for (const MeasureJson& row : results.rows) versions.insert(row.value("version", version()));
    return fmt::format("{}", fmt::join(versions, ", "));
}

std::string runs_section(const Study& study, const StudyResults& results) {
    const bool several = !one_network(study);
    std::vector<std::string> heads{"solutions"};
    if (several) heads.emplace_back("network");
    for (const char* head :
         {"options of `steppe solve`", "taken at", "stored", "core seconds, median"}) {
        heads.emplace_back(head);
    }
    std::vector<std::vector<std::string>> rows;
    for (std::size_t a = 0; a < study.arms.size(); ++a) {
        const Arm& arm = study.arms[a];
        std::size_t runs = 0, solved = 0;
        std::vector<double> seconds;
        for (const MeasureJson& row : results.rows) {
            if (row["arm"] != arm.name) continue;
            ++runs;
            if (row["solved"].get<bool>()) ++solved;
            if (row.contains("seconds")) seconds.push_back(row["seconds"].get<double>());
        }
        std::vector<std::string> fields{arm.name};
        if (several) fields.push_back(network_text(arm.network));
        fields.push_back(options_text(arm, results.rates[a]));
        fields.push_back(arm.taken);
        fields.push_back(fmt::format("{} of {}", solved, runs));
        fields.push_back(number_text(median(seconds)));
        rows.push_back(std::move(fields));
    }
    const StudyProblem first = study.problem(1);
    std::string text = "## What ran\n\n";
    if (!several) text += fmt::format("A {}; ", network_text(study.arms.front().network));
    text += fmt::format("{} patterns, load {:.3g}", first.patterns.patterns(),
                        static_cast<double>(first.patterns.patterns()) /
                            static_cast<double>(study.arms.front().network.weight_count()));
    if (first.test) text += fmt::format(", {} test patterns", first.test->patterns());
    text += fmt::format("; training sets: {}, seeds on each: {}. Steppe {}.\n", results.sets,
                        results.seeds, versions_of(results));
    return text + table_text(heads, rows);
}

std::string tuning_section(const Study& study, const StudyResults& results) {
    std::vector<std::vector<std::string>> rows;
    for (std::size_t a = 0; a < study.arms.size(); ++a) {
        const Arm& arm = study.arms[a];
        for (const std::string& rate : arm.rates) {
            std::size_t runs = 0, solved = 0;
            std::vector<double> epochs;
            for (const MeasureJson& row : results.tuning) {
                if (row["arm"] != arm.name || row["rate"] != rate) continue;
                ++runs;
                if (row["solved"].get<bool>()) ++solved;
                if (row.contains("iterations")) epochs.push_back(row["iterations"].get<double>());
            }
            rows.push_back({arm.name, rate, fmt::format("{} of {}", solved, runs),
                            number_text(median(epochs)), rate == results.rates[a] ? "taken" : ""});
        }
    }
    if (rows.empty()) return "";
    return "## Rates\n\nRates were chosen by one rule on training sets that the study does not "
           "use: "
           "the one that stores most of them, and of those the one that needs the fewest "
           "epochs.\n" +
           table_text({"solutions", "rate", "stored", "epochs, median", ""}, rows);
}

std::vector<std::string> heads_of_arms(const Study& study) {
    std::vector<std::string> heads{""};
    for (const Arm& arm : study.arms) heads.push_back(arm.name);
    return heads;
}

/// A row a quantity, a field an arm; a quantity that no arm has is left out. field(quantity, rows
/// of an arm) is "" where the arm has it not.
template <class Field>
std::vector<std::vector<std::string>> quantity_rows(const Study& study, const StudyResults& results,
                                                    const Field& field) {
    std::vector<std::vector<std::string>> rows;
    for (const Quantity& quantity : study.quantities) {
        std::vector<std::string> fields{quantity.label};
        bool any = false;
        for (const Arm& arm : study.arms) {
            fields.push_back(field(quantity, rows_of(results, arm)));
            any = any || !fields.back().empty();
        }
        if (any) rows.push_back(std::move(fields));
    }
    return rows;
}

std::string values_section(const Study& study, const StudyResults& results) {
    const auto rows = quantity_rows(study, results, [&](const Quantity& quantity, const Rows& of) {
        const SetMean mean = mean_of(quantity, of);
        const std::string text = estimate_text(mean.estimate);
        if (mean.sets == 0 || mean.sets == results.sets) return text;
        // What other sets have would be another number.
        return fmt::format("{} (sets: {})", text, mean.sets);
    });
    return fmt::format(
               "## What was measured\n\nMeans over {}, with standard errors over the "
               "training sets; in brackets how many of them have the number, where not all do.\n",
               study.unsolved_count ? "all weights that were found"
                                    : "the solutions that store every pattern") +
           table_text(heads_of_arms(study), rows);
}

/// Three standard errors decide. Of fewer sets than these the errors themselves are too uncertain
/// for that: of two, chance alone is beyond three of them in one case of five.
constexpr std::size_t least_sets = 4;

std::string verdict(const SetMean& difference) {
    const auto& [mean, error] = difference.estimate;
    if (difference.sets < least_sets) return "too few training sets to tell";
    if (mean < -3.0 * error) return "**holds**";
    if (mean > 3.0 * error) return "**does not hold: it is the other way**";
    return "**cannot be told**";
}

/// Its name, and how many of its runs count where not all do.
std::string arm_text(const StudyResults& results, const Arm& arm, const Rows& rows) {
    const auto runs = std::ranges::count_if(
        results.rows, [&](const MeasureJson& row) { return row["arm"] == arm.name; });
    if (static_cast<std::size_t>(runs) == rows.size()) return arm.name;
    return fmt::format("{} ({} of {} runs)", arm.name, rows.size(), runs);
}

std::string claims_section(const Study& study, const StudyResults& results) {
    if (study.claims.empty()) return "";
    std::string text =
        "## What it says\n\nDifferences are paired by training set; a claim holds where one is "
        "larger than three standard errors, of " +
        std::to_string(least_sets) + " sets or more.\n\n";
    for (const Claim& claim : study.claims) {
        const Quantity& quantity = study.quantities.at(claim.quantity);
        const Arm &low = arm_named(study, claim.lower), &high = arm_named(study, claim.higher);
        const Rows lower = rows_of(results, low), higher = rows_of(results, high);
        const SetMean difference = difference_of(quantity, lower, higher);
        if (difference.sets == 0) {
            text += fmt::format(
                "- {}: not measured, there is no training set on which both have "
                "this number.\n",
                claim.sentence);
            continue;
        }
        text += fmt::format(
            "- {}: {}. {}: {} {}, {} {}; difference {} (sets: {}).\n", claim.sentence,
            verdict(difference), quantity.label, arm_text(results, low, lower),
            number_text(mean_of(quantity, lower).estimate.mean), arm_text(results, high, higher),
            number_text(mean_of(quantity, higher).estimate.mean),
            estimate_text(difference.estimate), difference.sets);
    }
    return text + "\n";
}

std::string spreads_section(const Study& study, const StudyResults& results) {
    const auto rows = quantity_rows(study, results, [](const Quantity& quantity, const Rows& of) {
        return number_text(spread_of(quantity, of));
    });
    if (rows.empty()) return "";
    return "Spreads: standard deviations of single solutions, of all training sets.\n" +
           table_text(heads_of_arms(study), rows);
}

std::string correlation_text(const Correlation& c) {
    if (!std::isfinite(c.value)) return "";
    return fmt::format("{:.2f} ({:.2f} to {:.2f})", c.value, c.least, c.most);
}

std::string correlation_section(const Study& study, const StudyResults& results) {
    Rows all, good;
    for (const Arm& arm : study.arms) {
        const bool poor = std::ranges::find(study.poor, arm.name) != study.poor.end();
        for (const MeasureJson* row : rows_of(results, arm)) {
            all.push_back(row);
            if (!poor) good.push_back(row);
        }
    }
    std::vector<std::vector<std::string>> rows;
    for (const Quantity& quantity : study.quantities) {
        if (quantity.key == "test_error") continue;
        const CorrelationPair pair = correlation_with_test(quantity, all);
        if (!std::isfinite(pair.over_all.value)) continue;
        rows.push_back({quantity.label, std::to_string(pair.over_all.count),
                        correlation_text(pair.over_all), correlation_text(pair.within)});
        if (study.poor.empty()) continue;
        rows.back().push_back(correlation_text(correlation_with_test(quantity, good).within));
    }
    if (rows.empty()) return "";
    std::vector<std::string> heads{"measure", "solutions", "over all", "within training sets"};
    if (!study.poor.empty()) {
        heads.push_back(fmt::format("within, without {}", fmt::join(study.poor, " and ")));
    }
    return "## What goes with the test error\n\nSpearman's rank correlation of each measure with "
           "the test error (95 % interval), over all solutions, and within training sets, where "
           "ranks are taken in each set. The intervals take solutions as independent; those of one "
           "training set, or of one algorithm, are not quite, so that true intervals are wider.\n" +
           table_text(heads, rows);
}

std::string failures_section(const StudyResults& results) {
    constexpr std::size_t most = 20;
    const std::vector<std::string> all = failures(results);
    if (all.empty()) return "";
    std::string text =
        "## What failed\n\nThe same command tries runs that failed again. A run that failed counts "
        "as one that stored nothing.\n\n";
    for (std::size_t i = 0; i < std::min(all.size(), most); ++i) text += "- " + all[i] + "\n";
    if (all.size() > most) text += fmt::format("- and {} more\n", all.size() - most);
    return text + "\n";
}

std::string pictures_section(const std::vector<Picture>& pictures, const std::string& study) {
    if (pictures.empty()) return "";
    std::string text = "## Pictures\n\n";
    for (const Picture& picture : pictures) {
        text += fmt::format("![{}]({}-{}.svg)\n\n", picture.caption, study, picture.name);
        text += picture.caption + "\n\n";
    }
    return text;
}

}  // namespace

std::string report_markdown(const Study& study, const StudyResults& results,
                            const std::vector<Picture>& pictures) {
    return fmt::format("# {}\n\n{}\n\n```sh\nsteppe study {} --sets {} --seeds {}\n```\n\n",
                       study.title, study.question, study.name, results.sets, results.seeds) +
           claims_section(study, results) + values_section(study, results) +
           spreads_section(study, results) + correlation_section(study, results) +
           pictures_section(pictures, study.name) + failures_section(results) +
           runs_section(study, results) + tuning_section(study, results);
}

std::string report_csv(const Study& study, const StudyResults& results) {
    const auto quoted = [](const std::string& text) { return fmt::format("\"{}\"", text); };
    std::string csv = "arm,set,seed,errors,test_error";
    for (const Quantity& quantity : study.quantities)
        csv += fmt::format(",{}", quoted(quantity.label));
    csv += "\n";
    for (const MeasureJson& row : results.rows) {
        csv += fmt::format("{},{},{},{}", quoted(row["arm"].get<std::string>()), row["set"].dump(),
                           row["seed"].dump(), row.contains("errors") ? row["errors"].dump() : "");
        const auto add = [&](const Quantity& quantity) {
            const std::optional<double> value = value_of(quantity, row);
            csv += value ? fmt::format(",{}", *value) : ",";
        };
        add({"", "", "test_error"});
        for (const Quantity& quantity : study.quantities) add(quantity);
        csv += "\n";
    }
    return csv;
}

void write_report(const Study& study, const StudyResults& results, const std::string& folder) {
    const std::string base = folder + "/" + study.name;
    write_text(base + ".csv", report_csv(study, results));
    const std::vector<Picture> pictures = study_pictures(study, results);
    const std::string markdown = report_markdown(study, results, pictures);
    write_text(base + ".md", markdown);
    for (const Picture& picture : pictures) {
        draw(picture.page, fmt::format("{}-{}.svg", base, picture.name));
    }
    write_text(base + ".html", html_page(study.title, markdown, folder));
}

}  // namespace steppe
