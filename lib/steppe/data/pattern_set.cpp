#include "steppe/data/pattern_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "steppe/data/fnv.hpp"
#include "steppe/data/turned.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

constexpr std::size_t word_bits = PatternSet::word_bits;
constexpr std::size_t group_patterns = PatternSet::group_patterns;

/// Bits of the last word that belong to inputs.
std::uint16_t last_word_mask(std::size_t inputs) {
    const std::size_t used = inputs % word_bits;
    return static_cast<std::uint16_t>(used == 0 ? 0xffffu : (1u << used) - 1u);
}

void require_labels(std::span<const signed char> labels, std::size_t patterns) {
    if (!labels.empty() && labels.size() != patterns) {
        throw Error(fmt::format("{} labels for {} patterns", labels.size(), patterns));
    }
    for (std::size_t a = 0; a < labels.size(); ++a) {
        if (labels[a] != 1 && labels[a] != -1) {
            throw Error(fmt::format("label of pattern {} is {}: labels must be +1 or -1", a,
                                    static_cast<int>(labels[a])));
        }
    }
}

void require_counts(std::size_t inputs, std::size_t patterns) {
    if (inputs == 0 || patterns == 0) {
        throw Error(
            fmt::format("a pattern set needs at least one pattern of one input, not {} of {}",
                        patterns, inputs));
    }
}

}  // namespace

PatternSet PatternSet::from_words(std::size_t inputs, std::size_t patterns,
                                  std::vector<std::uint16_t> words,
                                  std::vector<signed char> labels) {
    require_counts(inputs, patterns);
    require_labels(labels, patterns);
    PatternSet set;
    set.inputs_ = inputs;
    set.patterns_ = patterns;
    const std::size_t per_pattern = set.words_per_pattern();
    if (words.size() != set.groups() * per_pattern * group_patterns) {
        throw Error(fmt::format("{} words for {} patterns of {} inputs: there must be {}",
                                words.size(), patterns, inputs,
                                set.groups() * per_pattern * group_patterns));
    }
    const std::uint16_t padding = static_cast<std::uint16_t>(~last_word_mask(inputs));
    for (std::size_t a = 0; a < set.groups() * group_patterns; ++a) {
        const std::size_t group = a / group_patterns * per_pattern;
        for (std::size_t w = 0; w < per_pattern; ++w) {
            const std::uint16_t word = words[(group + w) * group_patterns + a % group_patterns];
            const bool last = w + 1 == per_pattern;
            if ((last && (word & padding) != 0) || (a >= patterns && word != 0)) {
                throw Error(
                    fmt::format("bits of word {} of pattern {} past the last input or pattern "
                                "must be 0",
                                w, a));
            }
        }
    }
    set.words_ = std::move(words);
    set.labels_ = std::move(labels);
    return set;
}

PatternSet PatternSet::from_signs(std::size_t inputs, std::size_t patterns,
                                  std::span<const signed char> signs,
                                  std::span<const signed char> labels) {
    require_counts(inputs, patterns);
    if (signs.size() / patterns != inputs || signs.size() % patterns != 0) {
        throw Error(fmt::format("{} signs for {} patterns of {} inputs: there must be {}",
                                signs.size(), patterns, inputs, patterns * inputs));
    }
    const std::size_t per_pattern = (inputs + word_bits - 1) / word_bits;
    const std::size_t groups = (patterns + group_patterns - 1) / group_patterns;
    std::vector<std::uint16_t> words(groups * per_pattern * group_patterns, 0);
    for (std::size_t a = 0; a < patterns; ++a) {
        std::uint16_t* row =
            words.data() + a / group_patterns * per_pattern * group_patterns + a % group_patterns;
        for (std::size_t i = 0; i < inputs; ++i) {
            const signed char sign = signs[a * inputs + i];
            if (sign != 1 && sign != -1) {
                throw Error(fmt::format("input {} of pattern {} is {}: inputs must be +1 or -1", i,
                                        a, static_cast<int>(sign)));
            }
            if (sign > 0) {
                row[i / word_bits * group_patterns] |=
                    static_cast<std::uint16_t>(1u << (i % word_bits));
            }
        }
    }
    return from_words(inputs, patterns, std::move(words), {labels.begin(), labels.end()});
}

int PatternSet::sign(std::size_t a, std::size_t i) const {
    const std::size_t word =
        (a / group_patterns * words_per_pattern() + i / word_bits) * group_patterns +
        a % group_patterns;
    return words_[word] >> (i % word_bits) & 1 ? 1 : -1;
}

namespace {

/// Signs of the eight bits of a byte.
template <class Real>
constexpr std::array<std::array<Real, 8>, 256> signs_of_bytes() {
    std::array<std::array<Real, 8>, 256> table{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
        for (std::size_t bit = 0; bit < 8; ++bit) {
            table[byte][bit] = byte >> bit & 1 ? Real{1} : Real{-1};
        }
    }
    return table;
}

}  // namespace

template <class Real>
void PatternSet::copy_inputs(std::size_t a, std::size_t first, std::span<Real> out) const {
    static constexpr auto table = signs_of_bytes<Real>();
    const std::uint16_t* const words = words_.data() +
                                       a / group_patterns * words_per_pattern() * group_patterns +
                                       a % group_patterns;
    for (std::size_t i = 0; i < out.size();) {
        const std::size_t word = words[(first + i) / word_bits * group_patterns];
        const std::size_t bit = (first + i) % word_bits;
        const std::size_t left = out.size() - i;
        if (bit == 0 && left >= word_bits) {
            std::copy_n(table[word & 0xff].data(), 8, out.data() + i);
            std::copy_n(table[word >> 8].data(), 8, out.data() + i + 8);
            i += word_bits;
            continue;
        }
        const std::size_t some = std::min(word_bits - bit, left);
        for (std::size_t b = 0; b < some; ++b) {
            out[i + b] = word >> (bit + b) & 1 ? Real{1} : Real{-1};
        }
        i += some;
    }
}

template void PatternSet::copy_inputs<float>(std::size_t, std::size_t, std::span<float>) const;
template void PatternSet::copy_inputs<double>(std::size_t, std::size_t, std::span<double>) const;

std::vector<signed char> PatternSet::signs() const {
    std::vector<signed char> signs;
    signs.reserve(patterns_ * inputs_);
    for (std::size_t a = 0; a < patterns_; ++a) {
        for (std::size_t i = 0; i < inputs_; ++i) {
            signs.push_back(static_cast<signed char>(sign(a, i)));
        }
    }
    return signs;
}

PatternSet PatternSet::fold_labels() const& {
    return PatternSet(*this).fold_labels();
}

PatternSet PatternSet::fold_labels() && {
    const std::uint16_t last_mask = last_word_mask(inputs_);
    for (std::size_t a = 0; a < labels_.size(); ++a) {
        if (labels_[a] > 0) continue;
        for (std::size_t w = 0; w < words_per_pattern(); ++w) {
            std::uint16_t& word =
                words_[(a / group_patterns * words_per_pattern() + w) * group_patterns +
                       a % group_patterns];
            word = static_cast<std::uint16_t>(~word &
                                              (w + 1 == words_per_pattern() ? last_mask : 0xffff));
        }
    }
    note_turned(labels_, turned_);
    labels_.clear();
    return std::move(*this);
}

PatternSet PatternSet::with_labels(std::vector<signed char> labels) const& {
    return PatternSet(*this).with_labels(std::move(labels));
}

PatternSet PatternSet::with_labels(std::vector<signed char> labels) && {
    require_labels(labels, patterns_);
    labels_ = std::move(labels);
    turned_.clear();
    return std::move(*this);
}

std::uint64_t PatternSet::hash() const {
    Fnv1a hash;
    hash.add(inputs_, 8);
    hash.add(patterns_, 8);
    for (const std::uint16_t word : words_) hash.add(word, 2);
    for (const signed char label : labels_) hash.add(static_cast<unsigned char>(label), 1);
    return hash.value();
}

std::size_t PatternSet::memory_bytes(std::size_t inputs, std::size_t patterns) {
    const std::size_t groups = (patterns + group_patterns - 1) / group_patterns;
    return groups * group_patterns * ((inputs + word_bits - 1) / word_bits) * sizeof(std::uint16_t);
}

PatternSet random_patterns(std::size_t inputs, std::size_t patterns, std::uint64_t seed) {
    require_counts(inputs, patterns);
    const std::size_t per_pattern = (inputs + word_bits - 1) / word_bits;
    const std::size_t groups = (patterns + group_patterns - 1) / group_patterns;
    std::vector<std::uint16_t> words(groups * per_pattern * group_patterns, 0);
    const Philox random(seed, Stream::Patterns);
    const std::uint16_t last_mask = last_word_mask(inputs);
    // Whole groups, of 4096 words together or more.
    const std::size_t grain = group_patterns * (1 + 512 / per_pattern);
    parallel_for(patterns, grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = begin; a < end; ++a) {
            std::uint16_t* row = words.data() + a / group_patterns * per_pattern * group_patterns +
                                 a % group_patterns;
            for (std::size_t w = 0; w < per_pattern; w += 4) {
                const std::uint64_t number = random.bits(a, static_cast<std::uint32_t>(w / 4));
                for (std::size_t b = 0; b < 4 && w + b < per_pattern; ++b) {
                    std::uint16_t word = static_cast<std::uint16_t>(number >> (16 * b));
                    if (w + b + 1 == per_pattern) word &= last_mask;
                    row[(w + b) * group_patterns] = word;
                }
            }
        }
    });
    return PatternSet::from_words(inputs, patterns, std::move(words));
}

std::vector<signed char> random_labels(std::size_t patterns, std::uint64_t seed) {
    const Philox random(seed, Stream::Labels);
    std::vector<signed char> labels(patterns);
    for (std::size_t a = 0; a < patterns; ++a) labels[a] = random.bits(a) & 1 ? 1 : -1;
    return labels;
}

}  // namespace steppe
