#include "steppe/inference/onsager.hpp"

namespace steppe {

namespace {

BitMatrix matrix_of(const LinearWiring& wiring, std::size_t offset) {
    const PatternSet& patterns = *wiring.patterns;
    return {patterns.words(), patterns.patterns(), patterns.words_per_pattern(),
            wiring.first_input / PatternSet::word_bits, offset + wiring.inputs};
}

}  // namespace

Onsager::Onsager(const RowGroup& group, std::vector<std::size_t> units)
    : patterns_(group.units[units.front()].wiring.patterns),
      units_(std::move(units)),
      offset_(group.units[units_.front()].wiring.first_input % PatternSet::word_bits),
      inputs_(group.units[units_.front()].wiring.inputs),
      rows_(group.rows),
      products_(matrix_of(group.units[units_.front()].wiring, offset_), units_.size()),
      magnetizations_(units_.size() * products_.padded_columns(), 0.0f),
      sums_(units_.size() * products_.padded_rows(), 0.0f),
      responses_(units_.size() * products_.padded_rows(), 0.0f),
      back_(units_.size() * products_.padded_columns(), 0.0f) {}

std::span<float> Onsager::magnetizations(std::size_t s) {
    return std::span(magnetizations_).subspan(s * products_.padded_columns() + offset_, inputs_);
}
std::span<const float> Onsager::magnetizations(std::size_t s) const {
    return std::span(magnetizations_).subspan(s * products_.padded_columns() + offset_, inputs_);
}
std::span<const float> Onsager::sums(std::size_t s) const {
    return std::span(sums_).subspan(s * products_.padded_rows(), rows_);
}
std::span<float> Onsager::responses(std::size_t s) {
    return std::span(responses_).subspan(s * products_.padded_rows(), rows_);
}
std::span<const float> Onsager::responses(std::size_t s) const {
    return std::span(responses_).subspan(s * products_.padded_rows(), rows_);
}
std::span<const float> Onsager::back(std::size_t s) const {
    return std::span(back_).subspan(s * products_.padded_columns() + offset_, inputs_);
}

void Onsager::multiply() {
    products_.multiply(magnetizations_, sums_);
}

void Onsager::multiply_transposed() {
    products_.multiply_transposed(responses_, back_);
}

std::size_t Onsager::memory_bytes() const {
    return sizeof(float) *
               (magnetizations_.size() + sums_.size() + responses_.size() + back_.size()) +
           BitProducts::memory_bytes(rows_, offset_ + inputs_, units_.size());
}

}  // namespace steppe
