#include "steppe/numeric/simd.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hwy/highway.h>
#include <hwy/targets.h>

#include <bit>
#include <cstdint>

#include "steppe/error.hpp"

namespace steppe {

namespace {

/// Bits of the targets that this library was compiled for and this machine has. A lower bit is a
/// better target.
std::uint64_t usable_targets() {
    hwy::DisableTargets(0);
    return static_cast<std::uint64_t>(hwy::SupportedTargets() & HWY_TARGETS);
}

std::string name_of(std::uint64_t bit) {
    return hwy::TargetName(static_cast<std::int64_t>(bit));
}

std::vector<std::uint64_t> bits_of(std::uint64_t targets) {
    std::vector<std::uint64_t> bits;
    for (; targets != 0; targets &= targets - 1) bits.push_back(targets & -targets);
    return bits;
}

std::uint64_t disabled = 0;

}  // namespace

std::vector<std::string> simd_targets() {
    std::vector<std::string> names;
    for (const std::uint64_t bit : bits_of(usable_targets())) names.push_back(name_of(bit));
    hwy::DisableTargets(static_cast<std::int64_t>(disabled));
    return names;
}

std::string simd_target_name() {
    const auto targets = bits_of(usable_targets() & ~disabled);
    hwy::DisableTargets(static_cast<std::int64_t>(disabled));
    return targets.empty() ? name_of(HWY_STATIC_TARGET) : name_of(targets.front());
}

void limit_simd_target(const std::string& name) {
    std::uint64_t better = 0;
    bool found = name.empty();
    if (!name.empty()) {
        for (const std::uint64_t bit : bits_of(usable_targets())) {
            if (name_of(bit) == name) {
                found = true;
                break;
            }
            better |= bit;
        }
    }
    if (!found) {
        throw Error(fmt::format("instruction set '{}' is not one of {}", name,
                                fmt::join(simd_targets(), ", ")));
    }
    disabled = better;
    hwy::DisableTargets(static_cast<std::int64_t>(disabled));
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace steppe
