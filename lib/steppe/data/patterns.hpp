#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "steppe/data/pattern_set.hpp"
#include "steppe/data/real_patterns.hpp"

namespace steppe {

/// A pattern set of either kind of inputs, shared; for those who pass patterns on. Work on them is
/// written for one kind and chosen by visit().
class Patterns {
  public:
    /// A null pointer is allowed until the patterns are asked anything.
    template <class Set>
    requires std::is_same_v<std::remove_const_t<Set>, PatternSet> Patterns(
        std::shared_ptr<Set> bits)
        : bits_(std::move(bits)) {}
    template <class Set>
    requires std::is_same_v<std::remove_const_t<Set>, RealPatterns> Patterns(
        std::shared_ptr<Set> real)
        : real_(std::move(real)) {}

    /// work(shared pointer to the set).
    template <class Work>
    auto visit(const Work& work) const {
        return real_ ? work(real_) : work(bits_);
    }

    bool empty() const { return !bits_ && !real_; }
    bool real() const { return real_ != nullptr; }
    std::size_t inputs() const {
        return visit([](const auto& set) { return set->inputs(); });
    }
    std::size_t patterns() const {
        return visit([](const auto& set) { return set->patterns(); });
    }
    std::span<const signed char> labels() const {
        return visit([](const auto& set) { return set->labels(); });
    }
    /// Which were turned when labels were folded in (see PatternSet::turned).
    std::span<const unsigned char> turned() const {
        return visit([](const auto& set) { return set->turned(); });
    }
    std::uint64_t hash() const {
        return visit([](const auto& set) { return set->hash(); });
    }
    /// Bytes of the inputs.
    std::size_t memory_bytes() const {
        return visit([](const auto& set) { return set->memory_bytes(); });
    }
    /// The same problem with every wanted output +1 (see PatternSet::fold_labels).
    Patterns fold_labels() const {
        return visit([](const auto& set) {
            using Set = typename std::decay_t<decltype(set)>::element_type;
            return Patterns(std::make_shared<Set>(set->fold_labels()));
        });
    }

  private:
    std::shared_ptr<const PatternSet> bits_;
    std::shared_ptr<const RealPatterns> real_;
};

}  // namespace steppe
