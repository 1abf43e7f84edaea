// Whole runs on correlated patterns: images made here, and Fashion-MNIST where it is installed.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "steppe/data/images.hpp"
#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/run/solve.hpp"
#include "support/images.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

/// Blurred blobs of two shapes on 12 x 12 pixels, each with its own brightness and noise.
Images blobs(std::size_t count) {
    Images images{12, 12, {}, {}};
    const Philox random(5, Stream::Test);
    for (std::size_t i = 0; i < count; ++i) {
        const bool tall = i % 2 == 0;
        const double bright = 100.0 + 60.0 * random.uniform(i, 0);
        const double x0 = 5.5 + random.normal(i, 1), y0 = 5.5 + random.normal(i, 2);
        for (std::size_t p = 0; p < 144; ++p) {
            const std::size_t column = p % 12, row = p / 12;
            const double x = static_cast<double>(column) - x0, y = static_cast<double>(row) - y0;
            const double shape = tall ? x * x + 0.3 * y * y : 0.3 * x * x + y * y;
            const double value = bright * std::exp(-0.15 * shape) +
                                 12.0 * random.normal(i, 10 + static_cast<std::uint32_t>(p));
            images.pixels.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
        }
        images.classes.push_back(tall ? 3 : 4);
    }
    return images;
}

constexpr ImageChoice choice{.positive = 3, .negative = 4};

Patterns patterns_of(const Images& images, bool standardised) {
    const std::vector<std::size_t> chosen = choose_images(images, choice);
    if (standardised) {
        return std::make_shared<const RealPatterns>(
            standardised_images(images, chosen, choice, pixel_scale(images, chosen)));
    }
    return std::make_shared<const PatternSet>(binarised_images(images, chosen, choice));
}

SolveOptions options_for(std::size_t inputs, std::size_t hidden, const std::string& solver) {
    SolveOptions options;
    options.network = {inputs, hidden, Wiring::Full, Gate::Majority, WeightKind::Spherical};
    options.solver = solver;
    return options;
}

}  // namespace

TEST_CASE("correlated images are stored by ep, by bp, and by the one that is chosen") {
    const Images images = blobs(100);
    for (const bool standardised : {false, true}) {
        const Patterns patterns = patterns_of(images, standardised);
        for (const std::size_t hidden : {1, 5}) {
            for (const std::string solver : {"auto", "ep", "bp"}) {
                CAPTURE(standardised);
                CAPTURE(hidden);
                CAPTURE(solver);
                const SolveResult result = solve(options_for(144, hidden, solver), patterns);
                CHECK(result.summary.errors == 0);
                CHECK(result.summary.status == SolveStatus::Solved);
                const bool several = hidden > 1;
                CHECK(std::isfinite(result.summary.unit_overlap) == several);
                if (several) CHECK(result.summary.unit_overlap < 1.0);
                if (solver == "auto") {
                    CHECK(result.summary.solver == "ep");
                    CHECK(result.summary.choice.starts_with("the patterns are correlated"));
                }
                const std::size_t errors = patterns.visit([&](const auto& set) {
                    return count_errors(options_for(144, hidden, solver).network, result.weights,
                                        *set);
                });
                CHECK(errors == 0);
            }
        }
    }
}

TEST_CASE("+-1 weights store correlated images as well, with their own settings") {
    const Images images = blobs(60);
    for (const bool standardised : {false, true}) {
        for (const std::string solver : {"auto", "bp"}) {
            SolveOptions options = options_for(144, 5, solver);
            options.network.weights = WeightKind::Binary;
            const SolveSummary summary = solve(options, patterns_of(images, standardised)).summary;
            CHECK(summary.errors == 0);
            CHECK(summary.options.schedule.kind == ScheduleKind::Scoping);
            if (solver == "auto") {
                CHECK(summary.solver == "ep");
                CHECK(summary.damping == 0.9);
                CHECK(summary.options.symmetry_field == 0.03);
                CHECK(!summary.options.symmetry_decay.has_value());
            } else {
                CHECK(summary.damping == 0.95);
                CHECK(summary.options.block == std::size_t{50});
            }
        }
    }
}

TEST_CASE("ep keeps its solution to the end of the schedule, whatever the number of threads") {
    const Patterns patterns = patterns_of(blobs(60), false);
    SolveOptions options = options_for(144, 3, "ep");
    options.continue_after_solution = true;
    options.threads = 1;
    const SolveResult one = solve(options, patterns);
    CHECK(one.summary.errors == 0);
    CHECK(one.summary.tries == 1);
    CHECK(one.summary.steps_done == 20);
    options.threads = 3;
    CHECK(solve(options, patterns).weights == one.weights);
}

TEST_CASE("contradictory labels are reported as unsolved, duplicates and one pattern are stored") {
    const PatternSet few = random_patterns(30, 8, 2);
    std::vector<signed char> signs = few.signs();
    const std::vector<signed char> once = signs;
    std::vector<signed char> labels(8, 1);
    SUBCASE("contradictory") {
        signs.insert(signs.end(), once.begin(), once.end());
        labels.insert(labels.end(), 8, static_cast<signed char>(-1));
    }
    SUBCASE("duplicated") {
        signs.insert(signs.end(), once.begin(), once.end());
        labels.insert(labels.end(), 8, 1);
    }
    SUBCASE("one") {
        signs.resize(30);
        labels.resize(1);
    }
    const bool contradictory = labels.back() == -1;
    const auto patterns = std::make_shared<const PatternSet>(
        PatternSet::from_signs(30, labels.size(), signs, labels));
    for (const std::string solver : {"ep", "bp", "auto"}) {
        for (const std::size_t hidden : {1, 3}) {
            SolveOptions options = options_for(30, hidden, solver);
            options.time_limit = 5.0;
            const SolveSummary summary = solve(options, patterns).summary;
            CAPTURE(solver);
            CAPTURE(summary.message);
            CHECK((summary.status == SolveStatus::Solved) == !contradictory);
            CHECK(summary.errors == (contradictory ? 8 : 0));
        }
    }
}

TEST_CASE("Fashion-MNIST: dress against coat") {
    const std::string images_path = fashion_folder + "train-images-idx3-ubyte.gz";
    if (!std::filesystem::exists(images_path)) {
        MESSAGE("skipped: dataset-fashion-mnist is not installed");
        return;
    }
    const Images images = read_images(images_path, fashion_folder + "train-labels-idx1-ubyte.gz");
    ImageChoice some = choice;
    some.take = 200;
    const auto patterns = std::make_shared<const PatternSet>(
        binarised_images(images, choose_images(images, some), some));
    for (const std::string solver : {"ep", "bp"}) {
        const SolveSummary summary = solve(options_for(784, 9, solver), patterns).summary;
        CHECK(summary.errors == 0);
        CHECK(summary.tries == 1);
    }
}

TEST_CASE("expectation propagation: observer and clock end a run while the solver is being made") {
    // The first look at the observer comes while the products of the patterns are made.
    SolveOptions options;
    options.network = {400, 1};
    options.network.weights = WeightKind::Spherical;
    options.solver = "ep";
    const auto patterns = std::make_shared<PatternSet>(random_patterns(400, 500, 1));
    options.time_limit = 1e-9;
    const SolveResult late = solve(options, patterns);
    CHECK(late.summary.status == SolveStatus::TimeLimit);
    CHECK(late.summary.iterations == 0);
    CHECK(late.summary.message.find(
              "The time limit of 1e-09 s was reached before the first iteration; random weights "
              "have ") == 0);
    CHECK(late.summary.errors > 0);
    CHECK(count_errors(options.network, late.weights, *patterns) == late.summary.errors);
    CHECK(std::isnan(late.summary.overlap));
    CHECK(late.summary.text().find("no iteration was done") != std::string::npos);

    options.time_limit = 0.0;
    options.network.weights = WeightKind::Binary;
    for (const bool at_once : {true, false}) {
        std::size_t calls = 0;
        const SolveResult stopped = solve(options, patterns, [&](const SolveProgress& progress) {
            ++calls;
            return !at_once && progress.iteration == 0;
        });
        CHECK(stopped.summary.status == SolveStatus::Interrupted);
        CHECK(stopped.summary.iterations <= 1);
        CHECK(count_errors(options.network, stopped.weights, *patterns) == stopped.summary.errors);
    }
}
