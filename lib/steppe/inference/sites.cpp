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

void Sites::save(std::size_t p, SolverState& state) const {
    state.arrays.push_back({fmt::format("data {}", p), data_});
    state.arrays.push_back({fmt::format("prior {}", p), own_});
    if (!is_real()) return;
    state.arrays.push_back({fmt::format("data precision {}", p), data_precision_});
    state.arrays.push_back({fmt::format("prior precision {}", p), own_precision_});
}

void Sites::restore(std::size_t p, const SolverState& state, bool change) {
    const auto take = [&](const char* what, std::vector<double>& values) {
        const auto& found = state.find<double>(fmt::format("{} {}", what, p), values.size());
        if (change) values = found;
    };
    take("data", data_);
    take("prior", own_);
    if (!is_real()) return;
    take("data precision", data_precision_);
    take("prior precision", own_precision_);
}

namespace {

Weights normalised_means(const std::vector<Sites>& plates) {
    std::vector<double> means;
    for (const Sites& plate : plates) {
        for (std::size_t i = 0; i < plate.size(); ++i) means.push_back(plate.mean(i));
    }
    Weights weights = Weights::from_values(plates.front().size(), plates.size(), std::move(means));
    weights.normalise();
    return weights;
}

}  // namespace

void require_start_field(const std::vector<std::vector<double>>& fields,
                         const std::vector<std::size_t>& sizes) {
    const auto size = [](const std::vector<double>& field) { return field.size(); };
    if (!fields.empty() && !std::ranges::equal(fields, sizes, {}, size)) {
        throw Error("the start field has not one number for every weight of every plate");
    }
}

void require_plate(std::size_t plate, std::size_t plates) {
    if (plate < plates) return;
    throw Error(
        fmt::format("plate {} does not exist: the graph has {} plates of weights", plate, plates));
}

void set_start_field_of(std::vector<Sites>& plates,
                        const std::vector<std::vector<double>>& fields) {
    std::vector<std::size_t> sizes;
    sizes.reserve(plates.size());
    for (const Sites& plate : plates) sizes.push_back(plate.size());
    require_start_field(fields, sizes);
    for (std::size_t p = 0; p < plates.size(); ++p) {
        plates[p].set_start_field(fields.empty() ? std::vector<double>() : fields[p]);
    }
}

Weights weights_of(const std::vector<Sites>& plates) {
    const std::size_t n = plates.front().size();
    for (const Sites& plate : plates) {
        if (plate.size() != n || plate.is_real() != plates.front().is_real()) {
            throw Error(
                fmt::format("plate '{}' has {} {} weights and plate '{}' {} {}: read them with "
                            "fields() instead",
                            plates.front().name(), n, plates.front().is_real() ? "real" : "+-1",
                            plate.name(), plate.size(), plate.is_real() ? "real" : "+-1"));
        }
    }
    if (plates.front().is_real()) return normalised_means(plates);
    Weights weights(n, plates.size());
    for (std::size_t p = 0; p < plates.size(); ++p) {
        const Sites& plate = plates[p];
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
    require_plate(plate, plates.size());
    std::vector<double> fields(plates[plate].size());
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const double field = plates[plate].total(i);
        fields[i] = plates[plate].is_real() ? field : saturate(field);
    }
    return fields;
}

std::vector<double> magnetizations_of(const std::vector<Sites>& plates, std::size_t plate) {
    std::vector<double> m = fields_of(plates, plate);
    for (std::size_t i = 0; i < m.size(); ++i) m[i] = plates[plate].mean(i);
    return m;
}

double overlap_of(double squares, std::size_t weights) {
    const double overlap = squares / static_cast<double>(weights);
    return overlap > 1.0 ? 1.0 : overlap;
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
