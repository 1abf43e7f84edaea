#include "steppe/search/scaled_rows.hpp"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "steppe/numeric/dense_algebra.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

constexpr std::size_t grain = 128;

/// Inputs that some pattern has.
std::vector<std::size_t> columns_of(const Patterns& patterns) {
    const std::size_t inputs = patterns.inputs();
    std::vector<char> used(inputs, patterns.real() ? 0 : 1);
    if (patterns.real()) {
        std::vector<float> row(inputs);
        for (std::size_t a = 0; a < patterns.patterns(); ++a) {
            patterns.visit([&](const auto& set) { set->copy_inputs(a, 0, std::span(row)); });
            for (std::size_t i = 0; i < inputs; ++i) used[i] |= row[i] != 0.0f;
        }
    }
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < inputs; ++i) {
        if (used[i]) columns.push_back(i);
    }
    if (columns.empty()) columns.push_back(0);
    return columns;
}

/// e such that 2^-e times the row has a norm of at least 0.5 and below 1.
int exponent_of(std::span<const double> row) {
    double largest = 0.0, square = 0.0;
    for (const double x : row) largest = std::max(largest, std::abs(x));
    int exponent = 0, more = 0;
    if (largest == 0.0) return 0;
    std::frexp(largest, &exponent);
    for (const double x : row) square += std::ldexp(x, -exponent) * std::ldexp(x, -exponent);
    std::frexp(std::sqrt(square), &more);
    return exponent + more;
}

}  // namespace

ScaledRows::ScaledRows(const Network& network, const Patterns& patterns)
    : inputs_(patterns.inputs()), columns_(columns_of(patterns)) {
    hold_blas_to_one_thread();
    const auto copy = [&](std::size_t a, std::span<double> out) {
        std::vector<double> inputs(inputs_);
        patterns.visit([&](const auto& set) { set->copy_inputs(a, 0, std::span(inputs)); });
        for (std::size_t c = 0; c < out.size(); ++c) out[c] = inputs[columns_[c]];
    };
    std::vector<double> pattern(columns());
    for (std::size_t a = 0; a < patterns.patterns(); ++a) {
        const bool turned = !patterns.turned().empty() && patterns.turned()[a] != 0;
        const bool ties = network.tie_is_positive(turned);
        copy(a, pattern);
        const bool zero = std::ranges::all_of(pattern, [](double x) { return x == 0.0; });
        if (zero && ties) continue;
        if (zero && !zero_row_) zero_row_ = rows_.size();
        rows_.push_back(a);
        takes_zero_.push_back(ties ? 1 : 0);
    }
    values_.resize(rows() * columns());
    std::vector<int> exponents(rows());
    parallel_for(rows(), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = begin; a < end; ++a) {
            const std::span<double> out = std::span(values_).subspan(a * columns(), columns());
            copy(rows_[a], out);
            exponents[a] = exponent_of(out);
            for (double& x : out) x = std::ldexp(x, -exponents[a]);
        }
    });
    int largest = std::numeric_limits<int>::min();
    for (const int e : exponents) largest = std::max(largest, e);
    if (!exponents.empty()) unit_ = std::ldexp(1.0, largest);
    for (const int e : exponents) wanted_.push_back(std::ldexp(1.0, largest - e));
}

void ScaledRows::multiply(std::span<const double> w, std::span<double> out) const {
    const auto width = static_cast<int>(columns());
    parallel_for(rows(), grain, [&](std::size_t begin, std::size_t end) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, static_cast<int>(end - begin), width, 1.0,
                    values_.data() + begin * columns(), width, w.data(), 1, 0.0, out.data() + begin,
                    1);
    });
}

ScaledRows::Sum ScaledRows::combine(std::span<const double> factors) const {
    std::vector<std::size_t> terms;
    for (std::size_t a = 0; a < rows(); ++a) {
        if (factors[a] != 0.0) terms.push_back(a);
    }
    Sum sum{std::vector<double>(columns()), 0.0, 0.0};
    parallel_for(columns(), grain, [&](std::size_t begin, std::size_t end) {
        std::vector<long double> exact(end - begin, 0.0L);
        for (const std::size_t a : terms) {
            const double* x = row(a).data() + begin;
            for (std::size_t i = 0; i < exact.size(); ++i) {
                exact[i] += static_cast<long double>(factors[a]) * static_cast<long double>(x[i]);
            }
        }
        for (std::size_t i = 0; i < exact.size(); ++i) {
            sum.values[begin + i] = static_cast<double>(exact[i]);
        }
    });
    double sizes = 0.0;
    for (const std::size_t a : terms) sizes += factors[a];
    // Each product and each addition rounds once, and rows have norms below 1.
    const auto epsilon = static_cast<double>(std::numeric_limits<long double>::epsilon());
    sum.error = static_cast<double>(terms.size() + 1) * epsilon * sizes;
    sum.norm = cblas_dnrm2(static_cast<int>(columns()), sum.values.data(), 1);
    // Of the norm's own rounding, and of that to double precision.
    sum.error +=
        static_cast<double>(columns() + 2) * std::numeric_limits<double>::epsilon() * sum.norm;
    return sum;
}

double ScaledRows::least(std::span<const double> products) const {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t a = 0; a < rows(); ++a) least = std::min(least, products[a] / wanted_[a]);
    return least;
}

double ScaledRows::stability(std::span<const double> all_inputs) const {
    std::vector<double> w, products(rows());
    for (const std::size_t c : columns_) w.push_back(all_inputs[c]);
    multiply(w, products);
    const auto count = static_cast<int>(inputs_);
    return least(products) / cblas_dnrm2(count, all_inputs.data(), 1);
}

std::vector<double> ScaledRows::all_inputs(std::span<const double> w) const {
    std::vector<double> all(inputs_, 0.0);
    for (std::size_t c = 0; c < columns(); ++c) all[columns_[c]] = w[c];
    return all;
}

}  // namespace steppe
