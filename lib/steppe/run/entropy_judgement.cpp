#include "steppe/run/entropy_judgement.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "steppe/data/repeated_patterns.hpp"

namespace steppe {

namespace {

constexpr double rounding = 1e-6;

}  // namespace

JudgedEntropy judge_entropy(double value, const EntropyCase& of) {
    const auto none = [](std::string why) {
        return JudgedEntropy{std::numeric_limits<double>::quiet_NaN(), std::move(why)};
    };
    if (of.infinite_coupling) return none("gamma is infinite");
    if (!of.converged) return none("messages have not converged");
    if (!of.contradiction.empty()) {
        return none(of.contradiction + ": there is no solution to count");
    }
    if (!std::isfinite(value)) {
        return none("the means of the weights leave a pattern no room");
    }
    const bool binary = of.weights == WeightKind::Binary;
    const double most = binary ? std::log(2.0) : 0.0;
    if (!of.focused && value > most + rounding) {
        return none(
            fmt::format("the approximation fails here: it gives {:.4g}, and no free entropy is "
                        "above {}",
                        value, binary ? "ln 2" : "0"));
    }
    return {value, ""};
}

std::string contradiction(const Network& network, const Patterns& patterns) {
    if (network.margin < 0.0) return "";
    const RepeatedPatterns repeated = find_repeated(patterns);
    const std::span<const signed char> labels = patterns.labels();
    for (std::size_t a = 0; a < repeated.first.size(); ++a) {
        const std::size_t b = repeated.first[a];
        const bool turned = repeated.sign[a] < 0;
        const bool other_label = !labels.empty() && labels[a] != labels[b];
        // Where labels are folded in all wanted outputs are +1, and the opposite pattern wants -1.
        if (network.folds_labels() ? turned != other_label : !turned && other_label) {
            return fmt::format("patterns {} and {} are one pattern with both labels", b + 1, a + 1);
        }
    }
    return "";
}

}  // namespace steppe
