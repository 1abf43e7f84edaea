#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/landscape/flatness.hpp"
#include "steppe/landscape/hessian.hpp"
#include "steppe/landscape/local_entropy.hpp"
#include "steppe/landscape/observer.hpp"
#include "steppe/landscape/sharpness.hpp"
#include "steppe/model/network.hpp"
#include "steppe/model/weights.hpp"

/// Every measure of the landscape by name, and its answer in JSON: what the program prints, a study
/// keeps and a picture is drawn from (internal; not installed). docs/files.md has the keys.
namespace steppe {

using MeasureJson = nlohmann::ordered_json;

/// How measures are taken. What is left empty is chosen for the network.
struct MeasureOptions {
    std::uint64_t seed = 1;
    std::optional<Noise> noise;        ///< multiplicative, of +-1 weights flips
    std::vector<double> noise_sizes;   ///< twenty of them
    std::size_t perturbations = 1000;  ///< at each size
    std::vector<double> fields;        ///< along the weights, of the local entropy
    std::string solver = "auto";       ///< of local entropy and typical stabilities
    std::optional<Accuracy> accuracy;
    HessianOptions hessian = {};
    SharpnessOptions sharpness = {};  ///< radii: five of them
    std::size_t bins = 50;            ///< of histograms
    std::size_t path_points = 41;     ///< between two solutions
};

/// The options with everything chosen. Throws Error for what makes no sense beside the network.
MeasureOptions settled(MeasureOptions options, const Network& network);

/// What is measured, and on what.
struct Measured {
    const Network& network;
    const Weights& weights;
    const Patterns& patterns;  ///< labels folded in or beside
};

/// One measure of one solution.
struct Measure {
    std::string_view name;     ///< "flatness"
    std::string_view meaning;  ///< half a sentence
    bool cheap = false;        ///< taken where none is named
    /// Why this network has it not; "" where it has.
    std::string (*refuses)(const Network&) = nullptr;
    /// Fills in `answer` as it goes: what stands there when the observer ends it is right as far as
    /// it goes. Options are settled.
    void (*take)(const Measured&, const MeasureOptions&, const LandscapeObserver&,
                 MeasureJson& answer) = nullptr;
    /// The answer in a line, for people.
    std::string (*headline)(const MeasureJson& answer) = nullptr;
};

/// All there are, in the order in which they are taken.
std::span<const Measure> all_measures();

/// Throws Error that names those there are.
const Measure& measure_named(std::string_view name);

/// Between solutions, of two or more: the path of each to the next, units matched, and the matrix
/// and histogram of their overlaps.
inline constexpr std::string_view measures_between[] = {"barrier", "overlaps"};
MeasureJson barrier_json(const Network& network, const Weights& a, const Weights& b,
                         const Patterns& patterns, const MeasureOptions& options);
MeasureJson overlaps_json(const Network& network, std::span<const Weights> solutions,
                          const MeasureOptions& options);

/// Of the patterns alone, no weights needed; filled in as Measure::take does, with the reason and
/// no points where messages do not say. measures_of_patterns has its name.
inline constexpr std::string_view measures_of_patterns[] = {"typical-stabilities"};
void take_typical_stabilities(const Network& network, const Patterns& patterns,
                              const MeasureOptions& options, const LandscapeObserver& observer,
                              MeasureJson& answer);
std::string typical_stabilities_line(const MeasureJson& answer);

/// A number, or null where there is none: JSON has no NaN and no infinity.
MeasureJson json_number(double value);

/// A measure's answer in rows of numbers: a line "measure,quantity,at,value" for every number; `at`
/// is the first number of a point (the size of the noise, the field, the position), and empty for
/// numbers that stand alone. `before` stands at the beginning of each line.
std::string measure_csv(std::string_view name, const MeasureJson& answer,
                        const std::string& before);

}  // namespace steppe
