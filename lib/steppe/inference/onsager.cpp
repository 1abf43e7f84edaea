#include "steppe/inference/onsager.hpp"

namespace steppe {

namespace {

std::size_t offset_of(const LinearWiring& wiring) {
    return wiring.real ? 0 : wiring.first_input % PatternSet::word_bits;
}

std::variant<BitProducts, RealProducts> products_of(const LinearWiring& wiring, std::size_t sides) {
    if (wiring.real) {
        return RealProducts({wiring.real->values().subspan(wiring.first_input), wiring.rows(),
                             wiring.inputs, wiring.columns()},
                            sides);
    }
    const PatternSet& patterns = *wiring.patterns;
    return BitProducts(
        {patterns.words(), patterns.patterns(), patterns.words_per_pattern(),
         wiring.first_input / PatternSet::word_bits, offset_of(wiring) + wiring.inputs},
        sides);
}

}  // namespace

Onsager::Onsager(const RowGroup& group, std::vector<std::size_t> units)
    : wiring_(group.units[units.front()].wiring),
      units_(std::move(units)),
      offset_(offset_of(wiring_)),
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

}  // namespace steppe
