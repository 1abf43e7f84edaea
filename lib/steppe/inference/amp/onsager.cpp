#include "steppe/inference/amp/onsager.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

std::variant<BitProducts, RealProducts> products_of(const LinearWiring& wiring, std::size_t sides) {
    if (wiring.real) {
        return RealProducts({wiring.real->values().subspan(wiring.first_input), wiring.rows(),
                             wiring.inputs, wiring.columns()},
                            sides);
    }
    const PatternSet& patterns = *wiring.patterns;
    return BitProducts(
        {patterns.words(), patterns.patterns(), patterns.words_per_pattern(),
         wiring.first_input / PatternSet::word_bits, wiring.offset() + wiring.inputs},
        sides);
}

}  // namespace

Onsager::Onsager(const RowGroup& group, std::vector<std::size_t> units)
    : wiring_(group.units[units.front()].wiring),
      units_(std::move(units)),
      offset_(wiring_.offset()),
      inputs_(wiring_.inputs),
      rows_(group.rows),
      products_(products_of(wiring_, units_.size())),
      column_stride_(inputs_),
      row_stride_(rows_) {
    if (const auto* bits = std::get_if<BitProducts>(&products_)) {
        column_stride_ = bits->padded_columns();
        row_stride_ = bits->padded_rows();
    }
    const std::size_t columns = units_.size() * column_stride_, rows = units_.size() * row_stride_;
    magnetizations_.assign(columns, 0.0f);
    back_.assign(columns, 0.0f);
    sums_.assign(rows, 0.0f);
    responses_.assign(rows, 0.0f);
    if (real_inputs()) {
        weight_variances_.assign(columns, 0.0f);
        back_slopes_.assign(columns, 0.0f);
        variances_.assign(rows, 0.0f);
        slopes_.assign(rows, 0.0f);
    }
}

void Onsager::multiply() {
    if (auto* bits = std::get_if<BitProducts>(&products_)) {
        bits->multiply(magnetizations_, sums_);
    } else {
        const RealProducts& products = std::get<RealProducts>(products_);
        products.multiply(magnetizations_, sums_);
        products.multiply_squares(weight_variances_, variances_);
    }
}

void Onsager::multiply_transposed() {
    if (auto* bits = std::get_if<BitProducts>(&products_)) {
        bits->multiply_transposed(responses_, back_);
    } else {
        const RealProducts& products = std::get<RealProducts>(products_);
        products.multiply_transposed(responses_, back_);
        products.multiply_squares_transposed(slopes_, back_slopes_);
    }
}

namespace {

/// The sums of all sign patterns of four numbers, for each four of a unit's inputs.
class SignTables {
  public:
    SignTables(std::span<const double> x, std::size_t offset)
        : tables_((offset + x.size() + 3) / 4) {
        for (std::size_t t = 0; t < tables_.size(); ++t) {
            for (std::size_t bits = 0; bits < 16; ++bits) {
                double sum = 0.0;
                for (std::size_t b = 0; b < 4; ++b) {
                    const std::size_t lane = 4 * t + b;
                    if (lane < offset || lane - offset >= x.size()) continue;
                    sum += bits >> b & 1 ? x[lane - offset] : -x[lane - offset];
                }
                tables_[t][bits] = sum;
            }
        }
    }
    /// Of word w of a row.
    double operator()(std::size_t w, std::uint16_t word) const {
        double sum = 0.0;
        for (std::size_t t = 4 * w; t < std::min(4 * w + 4, tables_.size()); ++t, word >>= 4) {
            sum += tables_[t][word & 15];
        }
        return sum;
    }

  private:
    std::vector<std::array<double, 16>> tables_;
};

void sums_over_bits(const LinearWiring& wiring, std::span<const double> x, std::span<double> out) {
    constexpr std::size_t group = PatternSet::group_patterns, word_bits = PatternSet::word_bits;
    const std::size_t offset = wiring.offset();
    const std::size_t words = (offset + wiring.inputs + word_bits - 1) / word_bits;
    const SignTables tables(x, offset);
    parallel_for(out.size(), group, [&](std::size_t begin, std::size_t end) {
        const std::uint16_t* bits = wiring.bits(begin);
        for (std::size_t w = 0; w < words; ++w) {
            for (std::size_t a = begin; a < end; ++a) {
                out[a] += tables(w, bits[w * group + a - begin]);
            }
        }
    });
}

}  // namespace

SumsOfRows Onsager::sums_in_double(std::span<const double> means,
                                   std::span<const double> variances) const {
    SumsOfRows sums{std::vector<double>(rows_, 0.0), std::vector<double>(rows_, 0.0)};
    if (!real_inputs()) {
        sums_over_bits(wiring_, means, sums.means);
        double variance = 0.0;
        for (const double v : variances) variance += v;
        std::ranges::fill(sums.variances, variance);
        return sums;
    }
    parallel_for(rows_, 8, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = begin; a < end; ++a) {
            for (std::size_t i = 0; i < inputs_; ++i) {
                const double xi = wiring_.input(a, i);
                sums.means[a] += xi * means[i];
                sums.variances[a] += xi * xi * variances[i];
            }
        }
    });
    return sums;
}

}  // namespace steppe
