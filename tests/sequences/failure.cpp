#include "failure.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <exception>
#include <variant>

#include "campaign/checks.hpp"
#include "steppe/error.hpp"

namespace steppe::sequences {

std::string refusal(const std::function<void()>& work) {
    std::string said;
    try {
        work();
        return "";
    } catch (const Error& error) {
        said = error.what();
    } catch (const Failed&) {
        throw;
    } catch (const std::exception& error) {
        throw Failed{"exception", error.what()};
    }
    if (!campaign::is_sentence(said)) throw Failed{"sentence", "'" + said + "'"};
    return said;
}

void must_refuse(const std::string& what, const std::function<void()>& work) {
    if (refusal(work).empty()) throw Failed{"accepted", what + " is not refused"};
}

bool same(double x, double y) {
    return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y) || (x != x && y != y);
}

bool same(const std::vector<double>& x, const std::vector<double>& y) {
    return std::ranges::equal(x, y, [](double a, double b) { return same(a, b); });
}

std::string difference(const SolverState& x, const SolverState& y) {
    if (x.solver != y.solver) return "solver";
    if (x.arrays.size() != y.arrays.size()) return "number of arrays";
    for (std::size_t a = 0; a < x.arrays.size(); ++a) {
        const bool equal = std::visit(
            [](const auto& left, const auto& right) {
                using Left = std::decay_t<decltype(left)>;
                if constexpr (std::is_same_v<Left, std::decay_t<decltype(right)>>) {
                    return left.size() == right.size() &&
                           (left.empty() || std::memcmp(left.data(), right.data(),
                                                        left.size() * sizeof left[0]) == 0);
                } else {
                    return false;
                }
            },
            x.arrays[a].values, y.arrays[a].values);
        if (!equal || x.arrays[a].name != y.arrays[a].name) return x.arrays[a].name;
    }
    return "";
}

}  // namespace steppe::sequences
