#include "steppe/run/messages/start_field.hpp"

#include "steppe/numeric/archive.hpp"
#include "steppe/numeric/random.hpp"

namespace steppe {

namespace {

/// A field that shrinks is dropped below this part of what it was, and errors count.
constexpr double gone = 1e-4;

/// Deviation of the random external field of a fresh try. 0.1 moves the solutions themselves.
constexpr double restart_field = 0.02;

}  // namespace

StartField::StartField(const SolveOptions& options)
    : network_(options.network),
      seed_(options.seed),
      deviation_(options.symmetry_field.value()),
      decay_(options.symmetry_decay.value_or(0.0)),
      shrinks_(options.symmetry_decay.has_value()) {}

std::vector<double> StartField::random_field(double deviation, double fresh,
                                             std::uint32_t attempt) const {
    std::vector<double> field;
    if (deviation == 0.0 && fresh == 0.0) return field;
    const Philox random(seed_, Stream::Symmetry);
    field.resize(network_.weight_count());
    for (std::size_t i = 0; i < field.size(); ++i) {
        field[i] = deviation * random.normal(i, 0);
        if (fresh != 0.0) field[i] += fresh * random.normal(i, attempt);
    }
    return field;
}

const std::vector<double>& StartField::kept(std::uint32_t attempt) {
    kept_ = random_field(shrinks_ ? 0.0 : deviation_,
                         attempt == 0 || shrinks_ ? 0.0 : restart_field, attempt);
    return kept_;
}

void StartField::begin(MessagePassing& solver, std::uint32_t attempt) {
    scale_ = 0.0;
    if (!shrinks_ || deviation_ == 0.0) return;
    const std::vector<double> all = random_field(0.0, deviation_, attempt);
    std::vector<std::vector<double>> fields;
    const auto inputs = static_cast<std::ptrdiff_t>(network_.unit_inputs());
    for (auto unit = all.begin(); unit != all.end(); unit += inputs) {
        fields.emplace_back(unit, unit + inputs);
    }
    solver.set_start_field(fields);
    scale_ = 1.0;
}

void StartField::before_iteration(MessagePassing& solver) const {
    if (pulls()) solver.set_start_scale(scale_);
}

void StartField::after_iteration(MessagePassing& solver) {
    if (!pulls()) return;
    scale_ *= decay_;
    if (scale_ < gone) end(solver);
}

void StartField::end(MessagePassing& solver) {
    scale_ = 0.0;
    solver.set_start_scale(0.0);
}

void StartField::resume(MessagePassing& solver, std::uint32_t attempt) {
    const double left = scale_;
    if (left > 0.0) begin(solver, attempt);
    scale_ = left;
}

void StartField::state(Archive& archive) {
    archive("scale", scale_);
}

}  // namespace steppe
