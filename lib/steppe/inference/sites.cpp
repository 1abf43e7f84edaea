#include "steppe/inference/sites.hpp"

#include <algorithm>
#include <cmath>

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

}  // namespace steppe
