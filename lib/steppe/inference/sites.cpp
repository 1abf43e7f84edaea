#include "steppe/inference/sites.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "steppe/error.hpp"
#include "steppe/numeric/log_odds.hpp"

namespace steppe {

namespace {

double saturate(double field) {
    return std::clamp(field, -saturation_field, saturation_field);
}

}  // namespace

Sites::Sites(const WeightPlate& plate)
    : name_(plate.plate.name),
      prior_(plate.prior),
      data_(plate.plate.size, 0.0),
      own_(plate.plate.size, 0.0),
      answer_(plate.plate.size, 0.0) {
    prior_->message({{}, data_}, Coupling{}, {{}, own_});
}

double Sites::total(std::size_t i) const {
    return saturate(data_[i] + own_[i]);
}

void Sites::update_prior(const Coupling& coupling, double damping) {
    answer_ = own_;
    prior_->message({{}, data_}, coupling, {{}, answer_});
    for (std::size_t i = 0; i < own_.size(); ++i) {
        // Saturated, so that a coupling without bound leaves a field that the data can still turn.
        own_[i] = (1.0 - damping) * saturate(answer_[i]) + damping * own_[i];
    }
}

double Sites::log_partition(const Coupling& coupling) const {
    return prior_->log_partition({{}, data_}, {{}, own_}, coupling);
}

FocusingOverlaps Sites::focusing_overlaps(const Coupling& coupling) const {
    return prior_->overlaps({{}, data_}, coupling);
}

std::size_t Sites::first_not_finite() const {
    for (std::size_t i = 0; i < data_.size(); ++i) {
        if (!std::isfinite(data_[i]) || !std::isfinite(own_[i])) return i;
    }
    return data_.size();
}

Weights weights_of(const std::vector<Sites>& plates) {
    const std::size_t n = plates.front().size();
    Weights weights(n, plates.size());
    for (std::size_t p = 0; p < plates.size(); ++p) {
        const Sites& plate = plates[p];
        if (plate.size() != n) {
            throw Error(
                fmt::format("plate '{}' has {} weights and plate '{}' {}: read them with "
                            "fields() instead",
                            plates.front().name(), n, plate.name(), plate.size()));
        }
        const double* data = plate.data().data();
        const double* own = plate.own().data();
        for (std::size_t i = 0; i < n; i += PatternSet::word_bits) {
            std::array<unsigned char, PatternSet::word_bits> plus{};
            // In two loops, so that the compiler makes vectors of the first.
            if (i + PatternSet::word_bits <= n) {
                for (std::size_t b = 0; b < PatternSet::word_bits; ++b)
                    plus[b] = data[i + b] + own[i + b] >= 0.0;
            } else {
                for (std::size_t b = 0; i + b < n; ++b) plus[b] = data[i + b] + own[i + b] >= 0.0;
            }
            std::uint32_t bits = 0;
            for (std::size_t b = 0; b < PatternSet::word_bits; ++b)
                bits |= static_cast<std::uint32_t>(plus[b]) << b;
            weights.set_word(p, i / PatternSet::word_bits, static_cast<std::uint16_t>(bits));
        }
    }
    return weights;
}

std::vector<double> fields_of(const std::vector<Sites>& plates, std::size_t plate) {
    if (plate >= plates.size()) {
        throw Error(fmt::format("plate {} does not exist: the graph has {} plates of weights",
                                plate, plates.size()));
    }
    std::vector<double> fields(plates[plate].size());
    for (std::size_t i = 0; i < fields.size(); ++i) fields[i] = plates[plate].total(i);
    return fields;
}

std::vector<double> magnetizations_of(const std::vector<Sites>& plates, std::size_t plate) {
    std::vector<double> m = fields_of(plates, plate);
    for (double& x : m) x = std::tanh(x);
    return m;
}

FocusingOverlaps focusing_overlaps_of(const std::vector<Sites>& plates, const Coupling& coupling) {
    std::size_t weights = 0;
    for (const Sites& plate : plates) weights += plate.size();
    FocusingOverlaps mean;
    for (const Sites& plate : plates) {
        const FocusingOverlaps here = plate.focusing_overlaps(coupling);
        const double share = static_cast<double>(plate.size()) / static_cast<double>(weights);
        mean.center += share * here.center;
        mean.coupling += share * here.coupling;
    }
    return mean;
}

void require_finite(const std::vector<Sites>& plates, std::size_t iteration) {
    for (const Sites& plate : plates) {
        const std::size_t i = plate.first_not_finite();
        if (i < plate.size()) {
            throw Error(
                fmt::format("the field of weight {} of plate '{}' is not finite after "
                            "iteration {}; a channel, gate or prior returned a value that is "
                            "no number",
                            i, plate.name(), iteration));
        }
    }
}

}  // namespace steppe
