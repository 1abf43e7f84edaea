#include "steppe/inference/bp/row_terms.hpp"

#include <algorithm>
#include <cmath>

#include "steppe/inference/bp/message_kernels.hpp"
#include "steppe/inference/bp/message_state.hpp"

namespace steppe {

namespace {

/// A field's tanh is 1 and its variance a normal number up to here.
constexpr double largest_field = 350.0;
/// Factors of 1/2 to 2 that one logarithm serves.
constexpr std::size_t factors = 512;

std::size_t padded(std::size_t count) {
    return (count + kernels::word_lanes - 1) / kernels::word_lanes * kernels::word_lanes;
}

}  // namespace

RowTerms sign_row_terms(std::span<const double> total, std::span<const double> messages,
                        std::span<const double> inputs) {
    const std::size_t n = total.size(), lanes = padded(n);
    AlignedArray<double> cavity(lanes), mean(lanes), variance(lanes), total_mean(lanes),
        total_variance(lanes);
    cavity.fill(0.0);
    for (std::size_t i = 0; i < n; ++i) {
        cavity.data()[i] = std::clamp(total[i], -largest_field, largest_field);
    }
    kernels::tanh_and_variance(lanes, cavity.data(), total_mean.data(), total_variance.data());
    for (std::size_t i = 0; i < n; ++i) {
        cavity.data()[i] = std::clamp(total[i] - messages[i], -largest_field, largest_field);
    }
    kernels::tanh_and_variance(lanes, cavity.data(), mean.data(), variance.data());
    RowTerms terms;
    // log 2cosh x = |x| + log(2/(1 + |tanh x|))
    double product = 1.0;
    for (std::size_t i = 0; i < n; ++i) {
        terms.omega += inputs[i] * mean.data()[i];
        terms.variance += inputs[i] * inputs[i] * variance.data()[i];
        terms.edges += std::abs(total[i]) - std::abs(total[i] - messages[i]);
        product *= (1.0 + std::abs(mean.data()[i])) / (1.0 + std::abs(total_mean.data()[i]));
        if (i % factors == factors - 1) {
            terms.edges += std::log(product);
            product = 1.0;
        }
    }
    terms.edges += std::log(product);
    return terms;
}

}  // namespace steppe
