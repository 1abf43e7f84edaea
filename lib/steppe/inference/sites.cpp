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
    if (plate.plate.kind == VariableKind::RealWeight) {
        data_precision_.assign(size(), 0.0);
        own_precision_.assign(size(), 0.0);
        answer_precision_.assign(size(), 0.0);
    }
    prior_->message({data_precision_, data_}, Coupling{}, {own_precision_, own_});
}

double Sites::total_for_cavities(std::size_t i) const {
    return std::clamp(total(i), -2.0 * saturation_field, 2.0 * saturation_field);
}

double Sites::total_precision(std::size_t i) const {
    return data_precision_[i] + own_precision_[i];
}

double Sites::mean(std::size_t i) const {
    return is_real() ? total(i) / total_precision(i) : std::tanh(saturate(total(i)));
}

double Sites::variance(std::size_t i) const {
    return is_real() ? 1.0 / total_precision(i) : sech_squared(saturate(total(i)));
}

std::vector<double> Sites::means() const {
    std::vector<double> means(size());
    for (std::size_t i = 0; i < size(); ++i) means[i] = mean(i);
    return means;
}

std::vector<double> Sites::fields() const {
    std::vector<double> fields(size());
    for (std::size_t i = 0; i < size(); ++i) fields[i] = is_real() ? total(i) : saturate(total(i));
    return fields;
}

void Sites::put_signs(std::size_t unit, Weights& weights) const {
    constexpr std::size_t word = PatternSet::word_bits;
    const std::size_t n = size();
    const double* const data = data_.data();
    const double* const own = own_.data();
    for (std::size_t i = 0; i < n; i += word) {
        std::array<unsigned char, word> plus{};
        // In two loops, so that the compiler makes vectors of the first.
        if (i + word <= n) {
            for (std::size_t b = 0; b < word; ++b) plus[b] = data[i + b] + own[i + b] >= 0.0;
        } else {
            for (std::size_t b = 0; i + b < n; ++b) plus[b] = data[i + b] + own[i + b] >= 0.0;
        }
        std::uint32_t bits = 0;
        for (std::size_t b = 0; b < word; ++b) bits |= static_cast<std::uint32_t>(plus[b]) << b;
        weights.set_word(unit, i / word, static_cast<std::uint16_t>(bits));
    }
}

void Sites::update_prior(const Coupling& coupling, double damping) {
    answer_ = own_;
    answer_precision_ = own_precision_;
    std::span<const double> data = data_;
    const bool pulled = start_scale_ != 0.0 && !start_field_.empty();
    if (pulled) {
        for (std::size_t i = 0; i < size(); ++i) {
            pulled_[i] = data_[i] + start_scale_ * start_field_[i];
        }
        data = pulled_;
    }
    prior_->message({data_precision_, data}, coupling, {answer_precision_, answer_});
    for (std::size_t i = 0; pulled && i < size(); ++i) answer_[i] += start_scale_ * start_field_[i];
    const auto move = [damping](double& own, double answer) {
        own = (1.0 - damping) * answer + damping * own;
    };
    for (std::size_t i = 0; i < own_.size(); ++i) move(own_[i], answer_[i]);
    for (std::size_t i = 0; i < own_precision_.size(); ++i) {
        move(own_precision_[i], answer_precision_[i]);
    }
    if (damping > 0.0) prior_->normalise({data_precision_, data_}, {own_precision_, own_});
}

void Sites::set_start_field(std::vector<double> field) {
    start_field_ = std::move(field);
    pulled_.resize(start_field_.size());
}

double Sites::log_partition(const Coupling& coupling) const {
    return log_partition({data_precision_, data_}, coupling);
}

double Sites::log_partition(SiteFields data, const Coupling& coupling) const {
    return prior_->log_partition(data, {own_precision_, own_}, coupling);
}

FocusingOverlaps Sites::focusing_overlaps(const Coupling& coupling) const {
    return prior_->overlaps({data_precision_, data_}, coupling);
}

std::size_t Sites::first_not_finite() const {
    for (std::size_t i = 0; i < data_.size(); ++i) {
        if (!std::isfinite(data_[i]) || !std::isfinite(own_[i])) return i;
        if (is_real() && !(total_precision(i) > 0.0 && std::isfinite(total_precision(i)))) return i;
    }
    return data_.size();
}

void Sites::require_finite(std::size_t iteration) const {
    const std::size_t i = first_not_finite();
    if (i == size()) return;
    throw Error(
        fmt::format("the field of weight {} of plate '{}' is not finite after iteration {}; a "
                    "channel, gate or prior returned a value that is no number",
                    i, name_, iteration));
}

void Sites::save(std::size_t p, SolverState& state) const {
    state.arrays.push_back({fmt::format("data {}", p), data_});
    state.arrays.push_back({fmt::format("prior {}", p), own_});
    if (!is_real()) return;
    state.arrays.push_back({fmt::format("data precision {}", p), data_precision_});
    state.arrays.push_back({fmt::format("prior precision {}", p), own_precision_});
}

void Sites::restore(std::size_t p, const SolverState& state, bool change) {
    const auto take = [&](const char* what, std::vector<double>& values) {
        state.take<double>(fmt::format("{} {}", what, p), values, change);
    };
    take("data", data_);
    take("prior", own_);
    if (!is_real()) return;
    take("data precision", data_precision_);
    take("prior precision", own_precision_);
}

}  // namespace steppe
