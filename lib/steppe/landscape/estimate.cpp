#include "steppe/landscape/estimate.hpp"

#include <cmath>
#include <limits>

namespace steppe {

Estimate estimate_of(std::span<const double> values) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const double count = static_cast<double>(values.size());
    if (values.empty()) return {none, none};
    double sum = 0.0;
    for (const double value : values) sum += value;
    const double mean = sum / count;
    if (values.size() < 2) return {mean, none};
    double squares = 0.0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return {mean, std::sqrt(squares / (count * (count - 1.0)))};
}

}  // namespace steppe
