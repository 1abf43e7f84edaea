#include "steppe/data/real_patterns.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "steppe/data/fnv.hpp"
#include "steppe/error.hpp"

namespace steppe {

RealPatterns RealPatterns::from_values(std::size_t inputs, std::size_t patterns,
                                       std::span<const float> values,
                                       std::span<const signed char> labels) {
    if (inputs == 0 || patterns == 0) {
        throw Error(fmt::format("{} patterns of {} inputs: there must be at least one of each",
                                patterns, inputs));
    }
    if (values.size() / patterns != inputs || values.size() % patterns != 0) {
        throw Error(fmt::format("{} values for {} patterns of {} inputs: there must be {}",
                                values.size(), patterns, inputs, patterns * inputs));
    }
    if (!labels.empty() && labels.size() != patterns) {
        throw Error(fmt::format("{} labels for {} patterns: there must be one for each",
                                labels.size(), patterns));
    }
    RealPatterns set;
    set.inputs_ = inputs;
    set.patterns_ = patterns;
    set.values_.assign(values.begin(), values.end());
    for (std::size_t a = 0; a < patterns; ++a) {
        const int label = labels.empty() ? 1 : labels[a];
        if (label != 1 && label != -1) {
            throw Error(fmt::format("label {} is {}: labels must be +1 or -1", a, label));
        }
        for (std::size_t i = 0; i < inputs; ++i) {
            const float x = set.values_[a * inputs + i];
            if (!std::isfinite(x)) {
                throw Error(fmt::format("input {} of pattern {} is {}: inputs must be finite", i, a,
                                        static_cast<double>(x)));
            }
        }
    }
    set.labels_.assign(labels.begin(), labels.end());
    return set;
}

std::uint64_t RealPatterns::hash() const {
    Fnv1a hash;
    hash.add(inputs_, 8);
    hash.add(patterns_, 8);
    for (const float value : values_) hash.add(std::bit_cast<std::uint32_t>(value), 4);
    for (const signed char label : labels_) hash.add(static_cast<unsigned char>(label), 1);
    return hash.value();
}

RealPatterns RealPatterns::fold_labels() const {
    RealPatterns folded = *this;
    folded.labels_.clear();
    for (std::size_t a = 0; a < labels_.size(); ++a) {
        if (labels_[a] > 0) continue;
        for (std::size_t i = 0; i < inputs_; ++i) folded.values_[a * inputs_ + i] *= -1.0f;
    }
    return folded;
}

}  // namespace steppe
