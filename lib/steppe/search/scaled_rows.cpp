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
    std::frexp(largest, &exponent);
    for (const double x : row) square += std::ldexp(x, -exponent) * std::ldexp(x, -exponent);
    std::frexp(std::sqrt(square), &more);
    return exponent + more;
}

}  // namespace

ScaledRows::ScaledRows(const Patterns& patterns)
    : rows_(patterns.patterns()), inputs_(patterns.inputs()), columns_(columns_of(patterns)) {
    hold_blas_to_one_thread();
    values_.resize(rows_ * columns());
    wanted_.resize(rows_);
    std::vector<int> exponents(rows_);
    constexpr int none = std::numeric_limits<int>::min();
    parallel_for(rows_, grain, [&](std::size_t begin, std::size_t end) {
        std::vector<double> inputs(inputs_);
        for (std::size_t a = begin; a < end; ++a) {
            patterns.visit([&](const auto& set) { set->copy_inputs(a, 0, std::span(inputs)); });
            const std::span<double> out = std::span(values_).subspan(a * columns(), columns());
            for (std::size_t c = 0; c < out.size(); ++c) out[c] = inputs[columns_[c]];
            const bool zero = std::ranges::all_of(out, [](double x) { return x == 0.0; });
            exponents[a] = zero ? none : exponent_of(out);
            for (double& x : out) x = zero ? 0.0 : std::ldexp(x, -exponents[a]);
        }
    });
    const int largest = *std::ranges::max_element(exponents);
    unit_ = largest == none ? 1.0 : std::ldexp(1.0, largest);
    for (std::size_t a = 0; a < rows_; ++a) {
        if (exponents[a] == none && !zero_row_) zero_row_ = a;
        wanted_[a] = exponents[a] == none ? 1.0 : std::ldexp(1.0, largest - exponents[a]);
    }
}

void ScaledRows::multiply(std::span<const double> w, std::span<double> out) const {
    const auto width = static_cast<int>(columns());
    parallel_for(rows_, grain, [&](std::size_t begin, std::size_t end) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, static_cast<int>(end - begin), width, 1.0,
                    values_.data() + begin * columns(), width, w.data(), 1, 0.0, out.data() + begin,
                    1);
    });
}

ScaledRows::Sum ScaledRows::combine(std::span<const double> factors) const {
    std::vector<std::size_t> terms;
    for (std::size_t a = 0; a < rows_; ++a) {
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
    for (std::size_t a = 0; a < rows_; ++a) least = std::min(least, products[a] / wanted_[a]);
    return least;
}

std::vector<double> ScaledRows::all_inputs(std::span<const double> w) const {
    std::vector<double> all(inputs_, 0.0);
    for (std::size_t c = 0; c < columns(); ++c) all[columns_[c]] = w[c];
    return all;
}

}  // namespace steppe
