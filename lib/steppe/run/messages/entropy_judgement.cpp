#include "steppe/run/messages/entropy_judgement.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace steppe {

namespace {

constexpr double rounding = 1e-6;

}  // namespace

JudgedEntropy judge_entropy(double value, const EntropyCase& of) {
    const auto none = [](std::string why) {
        return JudgedEntropy{std::numeric_limits<double>::quiet_NaN(), std::move(why)};
    };
    if (of.infinite_coupling) return none("gamma is infinite");
    if (of.lost_patterns > 0) return none("patterns are lost in rounding");
    if (!of.converged) return none("messages have not converged");
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

}  // namespace steppe
