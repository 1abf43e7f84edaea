#include "steppe/run/messages/patience.hpp"

#include <algorithm>

#include "steppe/numeric/archive.hpp"

namespace steppe {

namespace {

/// So many times as many errors, and so many more (part of the patterns; at least so many, for a
/// few come and go in small problems).
constexpr std::size_t runaway_factor = 4, least_runaway = 20;
constexpr double runaway_share = 0.02;

/// While more patterns than this are wrong, errors are counted now and then alone.
constexpr std::size_t far_from_solved = 10;

}  // namespace

Patience::Patience(std::size_t patience, std::size_t patterns)
    : patience_(patience), patterns_(patterns), errors_(patterns), best_(patterns) {}

void Patience::begin() {
    errors_ = best_ = patterns_;
    since_best_ = 0;
}

void Patience::counted(std::size_t errors) {
    errors_ = errors;
    if (errors >= best_) return;
    best_ = errors;
    since_best_ = 0;
}

bool Patience::ran_away() const {
    const auto share = static_cast<std::size_t>(runaway_share * static_cast<double>(patterns_));
    return errors_ > runaway_factor * best_ && errors_ > best_ + std::max(share, least_runaway);
}

bool Patience::is_lost(double overlap) const {
    return overlap > settled_overlap && ran_away() && since_best_ >= patience_;
}

bool Patience::is_out(const Pace& pace) const {
    return since_best_ >= std::max(patience_, pace.strides() * 3 / 10);
}

bool CountPlan::is_due(std::size_t errors) {
    ++since_count_;
    return since_count_ >= (errors > far_from_solved ? interval_ : 1);
}

void Patience::state(Archive& archive) {
    archive("errors", errors_);
    archive("best", best_);
    archive("since best", since_best_);
}

void CountPlan::state(Archive& archive) {
    archive("since count", since_count_);
}

}  // namespace steppe
