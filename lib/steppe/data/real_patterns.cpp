#include "steppe/data/real_patterns.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "steppe/data/fnv.hpp"
#include "steppe/data/turned.hpp"
#include "steppe/error.hpp"

namespace steppe {

RealPatterns RealPatterns::from_values(std::size_t inputs, std::size_t patterns,
                                       std::vector<float> values, std::vector<signed char> labels) {
    if (inputs == 0 || patterns == 0) {
        throw Error(fmt::format("{} patterns of {} inputs: there must be at least one of each",
                                patterns, inputs));
    }
    if (values.size() / patterns != inputs || values.size() % patterns != 0) {
        throw Error(fmt::format("{} values for {} patterns of {} inputs: there must be {}",
                                values.size(), patterns, inputs, patterns * inputs));
    }
    RealPatterns set;
    set.inputs_ = inputs;
    set.patterns_ = patterns;
    set.values_ = std::move(values);
    for (std::size_t a = 0; a < patterns; ++a) {
        for (std::size_t i = 0; i < inputs; ++i) {
            const float x = set.values_[a * inputs + i];
            if (!std::isfinite(x)) {
                throw Error(fmt::format("input {} of pattern {} is {}: inputs must be finite", i, a,
                                        static_cast<double>(x)));
            }
        }
    }
    return std::move(set).with_labels(std::move(labels));
}

RealPatterns RealPatterns::with_labels(std::vector<signed char> labels) && {
    if (!labels.empty() && labels.size() != patterns_) {
        throw Error(fmt::format("{} labels for {} patterns: there must be one for each",
                                labels.size(), patterns_));
    }
    for (std::size_t a = 0; a < labels.size(); ++a) {
        if (labels[a] != 1 && labels[a] != -1) {
            throw Error(fmt::format("label {} is {}: labels must be +1 or -1", a,
                                    static_cast<int>(labels[a])));
        }
    }
    labels_ = std::move(labels);
    turned_.clear();
    return std::move(*this);
}

std::uint64_t RealPatterns::hash() const {
    Fnv1a hash;
    hash.add(inputs_, 8);
    hash.add(patterns_, 8);
    for (const float value : values_) hash.add(std::bit_cast<std::uint32_t>(value), 4);
    for (const signed char label : labels_) hash.add(static_cast<unsigned char>(label), 1);
    return hash.value();
}

RealPatterns RealPatterns::fold_labels() const& {
    return RealPatterns(*this).fold_labels();
}

RealPatterns RealPatterns::fold_labels() && {
    for (std::size_t a = 0; a < labels_.size(); ++a) {
        if (labels_[a] > 0) continue;
        for (std::size_t i = 0; i < inputs_; ++i) values_[a * inputs_ + i] *= -1.0f;
    }
    note_turned(labels_, turned_);
    labels_.clear();
    return std::move(*this);
}

}  // namespace steppe
